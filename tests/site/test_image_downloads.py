"""Images of content become files of the site: fetched once, named by what is in them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator

import pytest
from image_server import ImageServer, image_server, png
from site_harness import BuiltSite

from prismic_ssg.errors import BuildFailed, OutputError

PRISMICIO = """
-- prismicio.py --
from prismic_ssg import Site
site = Site(repository="./content", images="download"{more})
"""


@pytest.fixture
def host() -> Iterator[ImageServer]:
    with image_server() as images:
        yield images


@pytest.fixture
def page(unbuilt: Callable[[str], BuiltSite], host: ImageServer) -> Callable[..., BuiltSite]:
    """A page with an image, and what its template makes of it."""

    def made(template: str, url: str = "/bench.jpg", more: str = "") -> BuiltSite:
        photo = {"url": host.url + url, "dimensions": {"width": 800, "height": 600}, "alt": None}
        square = {"url": host.url + "/square.jpg", "dimensions": {"width": 9, "height": 9}}
        document = {"type": "page", "uid": "a", "data": {"photo": {**photo, "square": square}}}
        return unbuilt(
            PRISMICIO.replace("{more}", more)
            + f"-- templates/page.html --\n{template}\n-- content/a.json --\n{json.dumps(document)}"
        )

    return made


NAME = r"/images/[\w-]+\.[0-9a-f]{12}\.png"


@pytest.mark.parametrize(
    "template",
    [
        "{{ doc.data.photo.url }}",
        "{{ doc.data.photo|as_image_src }}",
        "{{ doc.data.photo|as_image_src(w=100, h=50) }}",
        '<img src="{{ doc.data.photo|as_image_src(w=100, h=50) }}">',
        "<i style=\"background: url('{{ doc.data.photo.url }}')\"></i>",
        '<i style="background: url({{ doc.data.photo|as_image_src(w=1) }})"></i>',
        "{{ doc.data.photo|img }}",
        "{{ doc.data.photo|img(thumbnail='square') }}",
        "{{ doc.data.photo.square.url }}",
        '{{ doc.data.photo|picture({"(max-width: 40em)": "square"}) }}',
        "{{ doc.data.photo|as_image_width_srcset(widths=[100, 200])|tojson }}",
        "<script>photo = {{ doc.data.photo|as_image_src(a=1, b=2)|tojson }}</script>",
        "see {{ doc.data.photo.url }}.",
        "{{ ['x', doc.data.photo.url]|join(' ') }}",
        "{{ '![](' ~ doc.data.photo.url ~ ')' }}",
        "{{ ('![](' ~ doc.data.photo.url ~ ')')|markdown }}",
    ],
)
def test_however_a_page_shows_an_image_it_is_a_file_of_the_site(page, host, template):
    built = page(template)
    built.build()

    assert host.url not in built.text("/a")
    names = re.findall(NAME, built.text("/a"))
    assert names
    assert {name.lstrip("/") for name in names} <= built.files.keys()


def test_images_in_rich_text_are_files_of_the_site(unbuilt, host):
    block = {
        "type": "image",
        "url": host.url + "/bench.jpg?auto=compress,format",
        "dimensions": {"width": 8, "height": 6},
        "alt": None,
    }
    document = {"type": "page", "uid": "a", "data": {"body": [block]}}
    built = unbuilt(
        PRISMICIO.replace("{more}", "")
        + "-- templates/page.html --\n{{ doc.data.body|as_html }}\n"
        + f"-- content/a.json --\n{json.dumps(document)}"
    )
    built.build()
    (name,) = re.findall(NAME, built.text("/a"))
    assert built.text("/a") == f'<p class="block-img"><img src="{name}" alt="" /></p>'
    assert host.asked == {"/bench.jpg?auto=compress,format": 1}


def test_an_image_in_a_markdown_page_is_a_file_of_the_site(unbuilt, host):
    built = unbuilt(
        PRISMICIO.replace("{more}", "")
        + f"-- pages/about.md --\n![A bench]({host.url}/bench.jpg)\n"
    )
    built.build()
    assert host.url not in built.text("/about/")
    assert re.search(f'src="{NAME}"', built.text("/about/"))


def test_the_thumbnail_of_an_embed_is_a_file_of_the_site(unbuilt, host):
    embed = {"embed_url": "https://e.org/1", "type": "link", "thumbnail_url": host.url + "/t.jpg"}
    document = {"type": "page", "uid": "a", "data": {"film": embed}}
    built = unbuilt(
        PRISMICIO.replace("{more}", "")
        + "-- templates/page.html --\n{{ doc.data.film|embed }}\n"
        + f"-- content/a.json --\n{json.dumps(document)}"
    )
    built.build()
    assert host.url not in built.text("/a")
    assert re.search(NAME, built.text("/a"))


def test_every_entry_of_a_srcset_is_another_file(page, host):
    built = page("{{ (doc.data.photo|as_image_width_srcset(widths=[100, 200])).srcset }}")
    built.build()
    assert re.fullmatch(f"({NAME}) 100w, ({NAME}) 200w", built.text("/a"))
    assert host.asked == {"/bench.jpg?width=100": 1, "/bench.jpg?width=200": 1}
    assert len([name for name in built.files if name.startswith("images/")]) == 2


def test_only_what_a_page_shows_is_fetched(page, host):
    built = page("{{ doc.data.photo.alt }}{{ doc.data.photo.square.url }}")
    built.build()
    assert host.asked == {"/square.jpg": 1}


def test_an_address_that_is_no_image_of_the_page_stays(page, host):
    built = page(f"{{{{ doc.data.photo.url }}}} {host.url}/other.jpg {host.url}/bench.jpg.pdf")
    built.build()
    assert built.text("/a").endswith(f" {host.url}/other.jpg {host.url}/bench.jpg.pdf")


def test_without_the_option_images_stay_where_they_are(unbuilt, page, host):
    built = page("{{ doc.data.photo.url }}")
    built.write("prismicio.py", 'from prismic_ssg import Site\nsite = Site(repository="./content")')
    built.build()
    assert built.text("/a") == f"{host.url}/bench.jpg"
    assert not host.asked


def test_the_name_says_what_the_image_was_called_and_what_is_in_it(page, host):
    built = page("{{ doc.data.photo.url }}", url="/Work%20Bench_2.JPG")
    built.build()
    assert re.fullmatch(r"/images/work-bench-2\.[0-9a-f]{12}\.png", built.text("/a"))


def test_two_urls_of_one_image_are_one_file(page, host):
    host.answers |= dict.fromkeys(("/bench.jpg", "/bench.jpg?v=2"), (200, b"GIF89a"))
    built = page("{{ doc.data.photo.url }} {{ doc.data.photo|as_image_src(v=2) }}")
    built.build()
    first, second = built.text("/a").split()
    assert first == second
    assert first.endswith(".gif")
    assert built.report.images == 1
    assert built.report.image_bytes == 6


def test_another_build_fetches_nothing_and_changes_nothing(page, host):
    built = page("{{ doc.data.photo.url }}")
    built.build()
    before = built.files
    report = built.build()
    assert sum(host.asked.values()) == 1
    assert built.files == before
    assert (report.images, report.images_fetched, report.written, report.copies) == (1, 0, 0, 0)


def test_an_image_that_another_build_fetched_anew_and_that_is_another_one_now(page, host):
    built = page("{{ doc.data.photo|img }}")
    built.build()
    host.answers["/bench.jpg"] = (200, png(7))
    shutil.rmtree(built.folder / ".prismic-ssg/images")
    built.build(output=built.folder / "other")
    assert built.build().rendered == {"/a"}
    assert built.files == built.from_scratch()
    assert not built.build().rendered


def test_what_a_failed_build_fetched_is_not_fetched_again(page, host):
    host.answers["/square.jpg"] = (404, b"")
    built = page("{{ doc.data.photo.url }} {{ doc.data.photo.square.url }}")
    built.failure()
    del host.answers["/square.jpg"]
    report = built.build()
    assert host.asked == {"/bench.jpg": 1, "/square.jpg": 2}
    assert report.images_fetched == 1


def test_half_a_file_of_a_build_that_was_killed_is_no_image(page, host):
    built = page("{{ doc.data.photo.url }}")
    built.build()
    (cached,) = (built.folder / ".prismic-ssg/images").iterdir()
    cached.rename(cached.with_name(cached.name + ".part"))
    assert built.build().images_fetched == 1


def test_an_image_that_nobody_shows_any_more_goes(page, host):
    built = page("{{ doc.data.photo.url }}")
    built.build()
    built.write("templates/page.html", "none")
    built.build()
    assert list(built.files) == [name for name in built.files if not name.startswith("images/")]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, b"gone"), "can't be fetched: the answer has status 404"),
        ((200, b"<html>no such file</html>"), "is no image: 25 bytes, beginning '<html>"),
        ((200, b""), "is no image: 0 bytes"),
    ],
)
def test_an_image_that_fails_is_an_error_with_its_url_and_document(page, host, answer, said):
    host.answers["/bench.jpg"] = answer
    built = page("{{ doc.data.photo.url }}")
    (problem,) = built.failure().problems
    assert said in problem.message
    assert f"{host.url}/bench.jpg" in problem.message
    assert (problem.page, problem.document_id) == ("/a", "a")
    assert not built.dist.exists()


def test_offline_an_image_that_was_never_fetched_is_an_error(page, host):
    (problem,) = page("{{ doc.data.photo.url }}").failure(offline=True).problems
    assert "is not in the cache" in problem.message
    assert not host.asked


def test_nothing_is_fetched_for_a_site_that_fails_anyway(page, host):
    built = page("{{ doc.data.photo.url }}")
    built.write("templates/pages/broken.html", "{{ nope }}")
    assert "'nope'" in built.failure().problems[0].message
    assert not host.asked


def test_the_path_of_the_base_url_is_in_front(page):
    built = page("{{ doc.data.photo.url }}", more=', base_url="https://e.org/docs"')
    built.build()
    assert re.fullmatch(f"/docs{NAME}", built.text("/a"))


def test_for_others_the_address_is_whole(page):
    template = '<meta property="og:image" content="{{ doc.data.photo|as_image_src(a=1, b=2) }}">'
    built = page(template, more=', base_url="https://e.org/docs/"')
    built.write("templates/pages/feed.xml", "{{ site.get('a').data.photo.url }}")
    built.build()
    assert re.search(f'content="https://e.org/docs{NAME}"', built.text("/a"))
    assert re.fullmatch(f"https://e.org/docs{NAME}", built.text("/feed.xml"))


def test_content_that_is_not_trusted_lets_no_build_look_around(page, host):
    made = page("{{ doc.data.photo|img }}", more=", safe_html=True")
    with pytest.raises(BuildFailed) as failed:
        made.build()
    assert "127.0.0.1 is a machine inside of a network" in failed.value.problems[0].message
    assert not host.asked


def test_an_option_that_is_none_says_which_there_are(unbuilt):
    made = unbuilt(PRISMICIO.replace('images="download"{more}', 'images="inline"'))
    with pytest.raises(Exception, match=r"prismicio.py:2: Site\(images=…\): was given 'inline'"):
        made.build()


def test_an_image_that_was_damaged_in_the_cache_is_fetched_anew(page, host):
    built = page("{{ doc.data.photo.url }}")
    built.build()
    before = built.files
    (kept,) = (built.folder / ".prismic-ssg/images").iterdir()
    kept.write_bytes(bytes(kept.stat().st_size))
    built.build()
    assert built.files == before
    shutil.rmtree(built.dist)

    with pytest.raises(OutputError, match=r"damaged, and are removed now: images/bench\.\w+\.png"):
        built.build()
    built.build()
    assert built.files == before
