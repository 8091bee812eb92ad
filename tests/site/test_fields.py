"""Filters for every kind of field: what they write, and what they say when it is not their kind."""

from __future__ import annotations

import json
import sys

import html5lib
import pytest
from case_files import load_cases

DATA = {
    "web": {"link_type": "Web", "url": "https://e.org/x/?a=1&b=2", "text": "A & B"},
    "bare": {"link_type": "Web", "url": "https://e.org/x/"},
    "mail": {"link_type": "Web", "url": "mailto:ann@e.org"},
    "evil": {"link_type": "Web", "url": "javascript:alert(1)", "text": "click"},
    "evil_photo": {
        "url": "javascript:alert(1)",
        "dimensions": {"width": 9, "height": 6},
        "alt": "a",
    },
    "evil_html": "<script>x()</script>",
    "body": [{"type": "heading1", "text": "Top", "spans": []}],
    "file": {"link_type": "Media", "url": "https://m.org/a.pdf", "name": "a.pdf", "kind": "file"},
    "self": {"link_type": "Document", "id": "a", "type": "page"},
    "other": {"link_type": "Document", "id": "b", "type": "page"},
    "gone": {"link_type": "Document", "id": "gone", "type": "page", "uid": "the-old-one"},
    "any": {"link_type": "Any"},
    "any_text": {"link_type": "Any", "text": "only text"},
    "many": [
        {"link_type": "Web", "key": "1", "url": "https://e.org/1", "text": "1", "variant": "Big"},
        {"link_type": "Web", "key": "2", "url": "https://e.org/2", "text": "2"},
    ],
    "photo": {
        "url": "https://images.prismic.io/r/a.jpg?auto=compress,format&rect=0,0,9,9&w=1000&h=500",
        "dimensions": {"width": 1000, "height": 500},
        "alt": None,
        "wide": {},
        "square": {
            "url": "https://images.prismic.io/r/s.jpg?auto=compress,format",
            "dimensions": {"width": 300, "height": 300},
            "alt": "square",
        },
    },
    "plain": {
        "url": "https://e.org/a.jpg",
        "dimensions": {"width": 90, "height": 60},
        "alt": 'a "q"',
    },
    "drawing": {"url": "/d/a.svg", "dimensions": {"width": 90, "height": 60}, "alt": None},
    "day": "2026-03-02",
    "time": "2026-11-21T07:05:09+0000",
    "color": "#abcdef",
    "place": {"latitude": -33.86, "longitude": -0.5},
    "text": "a text",
    "tweet": {
        "embed_url": "https://t.org/1",
        "type": "rich",
        "html": "<blockquote>hi</blockquote><script src='https://t.org/w.js'></script>",
    },
    "video": {
        "embed_url": "https://v.org/1",
        "type": "video",
        "title": 'say "hi"',
        "width": 640,
        "height": 360,
        "html": '<iframe src="https://v.org/1" title="a > b"></iframe>',
    },
    "untitled": {
        "embed_url": "https://v.org/2",
        "type": "video",
        "provider_name": "V",
        "html": '<IFRAME src=https://v.org/2 title="" loading="eager"></IFRAME>',
    },
    "picture": {
        "embed_url": "https://p.org/1",
        "type": "photo",
        "title": "A photo",
        "url": "https://p.org/1.jpg",
        "width": 4,
        "height": 3,
        "html": "<b>never</b>",
    },
    "evil_embed": {"embed_url": "javascript:alert(1)", "type": "link", "title": "click"},
}


def page(template: str, site: str = "") -> str:
    document = {"type": "page", "uid": "a", "data": DATA}
    return (
        "-- prismicio.py --\nfrom prismic_ssg import Site\n"
        f'site = Site(repository="./content", {site})\n'
        f"-- templates/page-a.html --\n{template}\n-- content/a.json --\n{json.dumps(document)}\n"
        '-- content/b.json --\n{"type": "page", "uid": "b", "data": {"title": "<Other>"}}\n'
    )


@pytest.mark.parametrize("case", load_cases("fields"), ids=str)
def test_a_template_gets(site, case):
    assert site(page(case.input)).text("/a") == case.expected


@pytest.mark.parametrize(
    ("template", "said", "hint"),
    [
        ("{{ doc.data.day|date('%Q') }}", "a date has no '%Q'", "%Y"),
        ("{{ doc.data.day|date('%-B') }}", "a date has no '%-B'", "%B"),
        ("{{ doc.data.day|date('--') }}", "the date pattern '--' shows nothing", "%-d %B %Y"),
        ("{{ doc.data.day|date('long', lang='qq-qq') }}", "no words for dates in 'qq-qq'", "lang="),
        ("{{ doc.data.place|geopoint('dms') }}", "a geopoint has no style 'dms'", "decimal"),
        ("{{ doc.data.text is filled('texts') }}", "no kind of field 'texts'", "key_text"),
        ("{{ doc.data.plain|img(ratio='wide') }}", "no ratio of width to height: 'wide'", "16:9"),
        ("{{ doc.data.plain|img(width='x') }}", "no width of an image in pixels: 'x'", "width=640"),
        (
            "{{ doc.data.plain|img(height=-1) }}",
            "no height of an image in pixels: -1",
            "height=640",
        ),
        ("{{ doc.data.plain|img(ratio=0) }}", "no ratio of width to height: 0", "16:9"),
        (
            "{{ doc.data.plain|img(ratio=1, focal=(2, 0)) }}",
            "no point of an image: (2, 0)",
            "(0, 0)",
        ),
        ("{{ doc.data.plain|img(placeholder='x; y: z') }}", "no color: 'x; y: z'", "#d8d2c4"),
        (
            "{{ doc.data.plain.url|img }}",
            "not an image: 'https://e.org/a.jpg'",
            "doc.data.photo|img",
        ),
        ("{{ doc.data.many|img }}", "not an image: [", "doc.data.photo|img"),
        ("{{ doc.data.text|embed }}", "not an embed: 'a text'", "doc.data.video|embed"),
        ("{{ doc.data.text|geopoint }}", "not a geopoint: 'a text'", "doc.data.place|geopoint"),
        ("{{ doc.data.many|link_tag }}", "not a link: [", "for link in"),
        ("{{ slice_zone(doc.data.text) }}", "not a slice zone: 'a text'", "list of slices"),
        ("{{ highlight_css('nope') }}", "Pygments has no style 'nope'", "default"),
    ],
)
def test_what_a_filter_cant_do_is_an_error_that_says_what_it_can(unbuilt, template, said, hint):
    (problem,) = unbuilt(page(template)).failure().problems
    assert said in problem.message
    assert problem.message.startswith("templates/page-a.html:1: ")
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("template", "missing", "hint"),
    [
        # A pattern that no other test has: what was formatted once is kept.
        ("{{ doc.data.day|date('EEEE d LLLL y G') }}", "babel", 'pip install "prismic-ssg[babel]"'),
        ("{{ highlight_css() }}", "pygments", 'pip install "prismic-ssg[highlight]"'),
    ],
)
def test_without_an_extra_the_error_says_how_to_get_it(
    unbuilt, monkeypatch, template, missing, hint
):
    for name in [each for each in sys.modules if each.split(".")[0] == missing]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, missing, None)
    (problem,) = unbuilt(page(template)).failure().problems
    assert f"needs {missing}".lower() in problem.message.lower()
    assert hint in problem.hint


def test_a_thumbnail_that_is_not_there_is_warned_of_once(site):
    built = site(
        page(
            "{{ doc.data.photo|img(thumbnail='sqare') }}{{ doc.data.photo|img(thumbnail='sqare') }}"
        )
    )
    (warning, *_links) = built.report.warnings
    assert "no thumbnail 'sqare'" in warning.message
    assert warning.hint == "it has 'square'"
    assert built.text("/a").count("/a.jpg") == built.text("/a").count("images.prismic.io")


def test_an_image_of_the_site_has_the_path_of_the_base_url(site):
    built = site(page("{{ doc.data.drawing|img }}", 'base_url="https://e.org/docs"'))
    assert 'src="/docs/d/a.svg"' in built.text("/a")
    assert "srcset" not in built.text("/a")


@pytest.mark.parametrize("url", ["https://e.org/docs/a", "/docs/a"])
def test_a_whole_address_of_the_page_itself_is_current(site, url):
    link = json.dumps({"link_type": "Web", "url": url, "text": "x"})
    template = f"{{{{ {link}|link_tag }}}}"
    built = site(page(template, 'base_url="https://e.org/docs"'))
    assert 'aria-current="page"' in built.text("/a")


@pytest.mark.parametrize(
    "template",
    [
        "{{ doc.data.evil|link_tag }}",
        "<a{{ doc.data.evil|as_link_attrs }}>click</a>",
        '<a href="{{ doc.data.evil|as_link }}">click</a>',
        "{{ doc.data.evil_embed|embed }}",
        '<a href="{{ site.url(doc.data.evil) }}">click</a>',
        '<a href="{{ doc.data.evil_photo|as_image_src }}">click</a>',
        '<a href="{{ (doc.data.evil_photo|as_image_width_srcset).src }}">click</a>',
        '<a href="{{ (doc.data.evil_photo|as_image_pixel_density_srcset).src }}">click</a>',
        "{{ doc.data.evil_photo|img }}click",
        '{{ doc.data.evil_photo|picture({"print": doc.data.photo}) }}click',
    ],
)
def test_an_address_that_runs_something_is_dropped_where_content_is_not_trusted(site, template):
    assert "javascript:" in site(page(template)).text("/a")
    built = site(page(template, "safe_html=True"))
    assert "javascript:" not in built.text("/a")
    assert "click" in built.text("/a")


@pytest.mark.parametrize("options", ["", "safe_html=True"])
def test_html_from_elsewhere_is_a_text_where_content_is_not_trusted(site, options):
    template = "{{ doc.data.evil_html|headings_from }}{{ doc.data.body|as_html|headings_from }}"
    shown = site(page(template, options)).text("/a")
    assert ("<script>" in shown) is (not options)
    assert "<h2>" in shown


@pytest.mark.parametrize("what", ["filters", "globals"])
def test_a_name_that_templates_have_already_cant_be_taken(unbuilt, what):
    name = {"filters": "date", "globals": "site"}[what]
    made = unbuilt(page("x", f'{what}={{"{name}": str}}'))
    with pytest.raises(Exception, match=f"'{name}' is a name that templates have already"):
        made.build()


# A template that writes half a tag itself is no example of what filters write.
WHOLE = [case for case in load_cases("fields") if "<a" not in case.input]


@pytest.mark.parametrize("case", WHOLE, ids=str)
def test_what_filters_write_is_html(case):
    html5lib.HTMLParser(strict=True).parseFragment(case.expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("doc.alternates", '<a href="/fr-fr/b" hreflang="fr-fr">French</a>'),
        ("page.alternates", '<a href="/fr-fr/b" hreflang="fr-fr">French</a>'),
    ],
)
def test_a_link_to_a_translation_names_its_language(site, source, expected):
    built = site(f"""
    -- content/repository.json --
    {{"languages": [{{"id": "en-us", "name": "English"}}, {{"id": "fr-fr", "name": "French"}}]}}
    -- templates/page.html --
    {{% for other in {source} %}}{{{{ other|link_tag }}}}{{% endfor %}}
    -- content/a.json --
    {{"type": "page", "uid": "a", "alternate_languages":
     [{{"id": "b", "type": "page", "lang": "fr-fr", "uid": "b"}}]}}
    -- content/b.json --
    {{"type": "page", "uid": "b", "lang": "fr-fr"}}
    """)
    assert built.text("/a") == expected


@pytest.mark.parametrize(
    "asked",
    [
        "site.get(doc.data.none.id)",
        'site.get_by_uid("page", doc.data.none)',
        "site.get_by_uid(doc.data.none, doc.data.none.uid, lang=doc.data.none)",
        "site.resolve({'link_type': 'Document', 'id': 5})",
        "site.resolve(doc.data.none)",
        "site.url(doc.data.none)",
        "has_asset(doc.data.none)",
        "has_asset(none)",
    ],
)
def test_nothing_is_found_by_an_empty_field(site, asked):
    assert site(page(f"{{{{ 'found' if {asked} else 'nothing' }}}}")).text("/a") == "nothing"


@pytest.mark.parametrize(
    ("asked", "said", "hint"),
    [
        ("site.get(5)", "no document is found by 5", "site.resolve(link)"),
        ("site.get(doc)", "no document is found by <Document page", "site.resolve(link)"),
        ('site.get_by_uid("page", 5)', "no document is found by 5", "uid"),
        ("asset(doc.data.none)", "there is no static file ''", "static folder"),
    ],
)
def test_what_is_no_name_of_anything_is_an_error(unbuilt, asked, said, hint):
    failed = unbuilt(page(f"{{{{ {asked} }}}}")).failure()
    assert said in failed.problems[0].message
    assert hint in failed.problems[0].hint
