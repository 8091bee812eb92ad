"""Static files: hashed names, stylesheets that lead to them, minifying, icons, commands."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from site_harness import BuiltSite

from prismic_ssg import BuildFailed, ConfigurationError

Site = Callable[..., BuiltSite]

SITE = """
-- content/a.json --
{"type": "page", "uid": "a", "data": {"title": "A"}}
-- templates/page.html --
<link href="{{ asset("css/site.css") }}">
-- static/css/site.css --
@import "parts/base.css" screen;
/* url(nothing.png) */
a { background: url( ../img/a%20b.svg#x ); mask: url("/img/c.svg?v=1"); --x: url(data:,) }
b { background: url(https://a.example/x.png), url(//a.example/y.png), url(#local) }
/*# sourceMappingURL=site.css.map */
-- static/css/parts/base.css --
@font-face { src: url('../../font.woff?#iefix') format("woff") }
-- static/font.woff --
woff
-- static/img/c.svg --
<svg/>
"""


def with_svg(unbuilt: Site, text: str = SITE) -> BuiltSite:
    built = unbuilt(text)
    built.write("static/img/a b.svg", "<svg/>")
    built.build()
    return built


def hashed(built: BuiltSite, name: str) -> str:
    """The one file of the output that has this name with a hash."""
    stem, _, extension = name.rpartition(".")
    (found,) = (
        each
        for each in built.files
        if re.fullmatch(rf"{re.escape(stem)}\.[0-9a-f]{{8}}\.{extension}", each)
    )
    return found


def test_a_stylesheet_by_its_hash_leads_to_files_by_theirs(unbuilt: Site) -> None:
    built = with_svg(unbuilt)
    css = built.text(hashed(built, "css/site.css"))
    base = Path(hashed(built, "css/parts/base.css")).name
    a, c = Path(hashed(built, "img/a b.svg")).name, Path(hashed(built, "img/c.svg")).name
    assert f'@import "parts/{base}" screen;' in css
    assert f'url( "../img/{a.replace(" ", "%20")}#x" )' in css
    assert f'url("/img/{c}?v=1")' in css
    font = Path(hashed(built, "font.woff")).name
    assert f'url("../../{font}?#iefix") format("woff")' in built.text(f"css/parts/{base}")
    # What is nobody's file stays, and so does the file under its own name.
    for kept in ("url(nothing.png)", "url(data:,)", "url(https://a.example/x.png)", "url(#local)"):
        assert kept in css
    assert "sourceMappingURL=site.css.map" in css
    assert built.text("css/site.css") == (built.folder / "static/css/site.css").read_text().strip()
    assert built.report.warnings == ()


def test_another_font_is_another_stylesheet_and_page(unbuilt: Site) -> None:
    built = with_svg(unbuilt)
    before, page = hashed(built, "css/site.css"), built.text("/a")
    built.write("static/font.woff", "other")
    report = built.build()
    assert report.rendered == {"/a"}
    assert hashed(built, "css/site.css") != before
    assert built.text("/a") != page
    assert built.files == built.from_scratch()


def test_stylesheets_that_import_each_other_come_to_an_end(site: Site) -> None:
    built = site("""
        -- templates/pages/index.html --
        {{ asset("a.css") }}
        -- static/a.css --
        @import "b.css"; @import "a.css";
        -- static/b.css --
        @import url(a.css);
        """)
    a, b = hashed(built, "a.css"), hashed(built, "b.css")
    assert built.text(a) == f'@import "{b}"; @import "{a}";'
    assert built.text(b) == f'@import url("{a}");'


def test_a_site_below_a_path_has_it_in_addresses_from_the_root(unbuilt: Site) -> None:
    config = """
-- prismicio.py --
from prismic_ssg import Site
site = Site(repository="./content", base_url="https://a.example/docs")
"""
    built = with_svg(unbuilt, SITE + config)
    assert 'url("/docs/img/c.' in built.text(hashed(built, "css/site.css"))


def test_a_file_that_is_missing_is_named_with_the_line(site: Site) -> None:
    built = site("""
        -- static/css/site.css --
        a { b: url(../x.png) }

        c { d: url(../fnt.woff), url(/page.css), url(../../outside.png) }
        -- static/font.woff --
        -- templates/pages/page.css --
        """)
    said = [(str(each), each.line, each.hint) for each in built.report.warnings]
    assert said == [
        (
            "static/css/site.css:1: there is no '../x.png'",
            1,
            "put it into the static folder, or take it out",
        ),
        ("static/css/site.css:3: there is no '../fnt.woff'", 3, "did you mean 'font.woff'?"),
        (
            "static/css/site.css:3: there is no '../../outside.png'",
            3,
            "put it into the static folder, or take it out",
        ),
    ]


MINIFIED = """
-- prismicio.py --
from prismic_ssg import Site
site = Site(repository="./content", minify=True)
-- templates/pages/index.html --
<!doctype html>
<html lang="en">
<head><title>A</title>
<link rel="stylesheet" href="{{ asset("a.css") }}">
<script type="application/ld+json">{ "a":  1 }</script></head>
<body>
<p>One   <b>two</b>   <i>three</i></p>  <!-- a note -->
<pre>  a
   b</pre>
</body>
</html>
-- templates/pages/feed.txt --
a   b
-- static/a.css --
a {
  color:  #ff0000;
  background: url(b.png);
}
-- static/b.png --
b
"""


def test_pages_and_stylesheets_are_minified_on_request(site: Site) -> None:
    built = site(MINIFIED)
    html = built.text("/")
    assert html.startswith("<!doctype html><html lang=en><head><title>A</title><link href=/a.")
    assert "<p>One <b>two</b> <i>three</i></p><pre>  a\n   b</pre></body></html>" in html
    assert '{ "a":  1 }' in html
    assert built.text("feed.txt") == "a   b"
    assert built.text("a.css").strip() == "a{color:red;background:url(b.png)}"
    name = hashed(built, "a.css")
    assert built.text(name).strip() == f"a{{color:red;background:url({hashed(built, 'b.png')})}}"
    assert built.build().rendered == frozenset()
    assert built.from_scratch() == built.files


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("<table><tr><td>1<tr><td>2</table><p>Below</p>", "</table>"),
        ("<ul><li><p>1</ul><p>Below</p>", "</ul>"),
        ("<!-- </ul> --><UL><LI><P>1</UL><p>Below</p>", "</UL>"),
    ],
)
def test_a_page_that_would_lose_an_end_tag_is_published_as_it_is(
    site: Site, text: str, end: str
) -> None:
    built = site(MINIFIED.replace("<pre>", f"{text}   <pre>"))
    assert f"{end}<p>Below</p>   <pre>" in built.text("/")


def test_a_page_that_loses_but_comments_is_minified(site: Site) -> None:
    built = site(MINIFIED.replace("<!-- a note -->", "<!-- </ul> --><ul><li>1<li>2</ul>"))
    assert "</p><ul><li>1<li>2</ul><pre>" in built.text("/")


@pytest.mark.parametrize(
    ("written", "minified"),
    [
        ("<nav><a>1</a>\n<a>2</a>\n</nav>", "<nav><a>1</a> <a>2</a></nav>"),
        ("<div>x <b>1</b>  <!-- </b> --> <i>2</i> </div>", "<div>x <b>1</b> <i>2</i></div>"),
        (
            '<div><img src="a"> <x-y t=">">1</x-y> <b>2</b></div>',
            '<x-y t=">">1</x-y> <b>2</b></div>',
        ),
        ("<section> <p>1</p> <p>2</p> </section>", "<section><p>1</p><p>2</p></section>"),
        ("<ul>\n <li><b>1</b></li> <li>2</li>\n</ul>", "<ul><li><b>1</b></li><li>2</li></ul>"),
        ("<pre><b>1</b>   <b>2</b></pre>", "<pre><b>1</b>   <b>2</b></pre>"),
        ("<nav><b>\ufdd0</b> <b>2</b></nav>", "<nav><b>\ufdd0</b> <b>2</b></nav>"),
    ],
)
def test_white_space_that_is_seen_stays(site: Site, written: str, minified: str) -> None:
    built = site(MINIFIED.replace("<pre>", f"{written}<pre>"))
    assert minified in built.text("/")


def test_a_stylesheet_that_can_not_be_minified_is_named(unbuilt: Site) -> None:
    built = unbuilt(MINIFIED.replace("#ff0000;", "#ff0000; } } @media {{"))
    with pytest.raises(ConfigurationError) as refused:
        built.build()
    assert "the stylesheet 'a.css' can't be minified" in str(refused.value)
    assert "minify=True" in str(refused.value.hint)


def test_minifying_without_the_library_says_what_to_install(
    unbuilt: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "lightningcss", None)
    with pytest.raises(ConfigurationError) as refused:
        unbuilt(MINIFIED).build()
    assert "lightningcss, which is not installed" in str(refused.value)
    assert 'pip install "prismic-ssg[minify]"' in str(refused.value.hint)


ICONS = """
-- content/a.json --
{"type": "page", "uid": "a", "data": {"title": "A"}}
"""


def test_the_theme_names_the_icons_that_there_are(site: Site) -> None:
    built = site(ICONS)
    assert 'rel="icon"' not in built.text("/a")
    built.write("static/favicon.svg", "<svg/>")
    built.write("static/apple-touch-icon.png", "png")
    assert "/a" in built.build().rendered
    svg, touch = hashed(built, "favicon.svg"), hashed(built, "apple-touch-icon.png")
    assert f'<link rel="icon" href="/{svg}" type="image/svg+xml">' in built.text("/a")
    assert f'<link rel="apple-touch-icon" href="/{touch}">' in built.text("/a")
    built.write("static/favicon.ico", "ico")
    built.build()
    assert '<link rel="icon" href="/favicon.ico" sizes="32x32">' in built.text("/a")
    (built.folder / "static/favicon.svg").unlink()
    (built.folder / "static/favicon.ico").unlink()
    built.write("static/favicon.png", "png")
    built.build()
    assert f'href="/{hashed(built, "favicon.png")}" type="image/png">' in built.text("/a")
    assert built.files == built.from_scratch()


COMMAND = """
-- prismicio.py --
import sys
from prismic_ssg import Site
site = Site(repository="./content", before_build=[[sys.executable, "make.py"]])
-- make.py --
from pathlib import Path
text = Path("site.scss").read_text()
if "fail" in text:
    raise SystemExit("site.scss: no such colour")
Path("static").mkdir(exist_ok=True)
Path("static/site.css").write_text(text.upper())
Path("runs.log").open("a").write("run ")
-- site.scss --
a {}
-- content/a.json --
{"type": "page", "uid": "a", "data": {"title": "A"}}
-- templates/page.html --
{{ doc.data.title }} {{ asset("site.css") }}
"""


def runs(built: BuiltSite) -> int:
    return len((built.folder / "runs.log").read_text().split())


def test_commands_run_before_a_build_in_which_files_are_others(site: Site) -> None:
    built = site(COMMAND)
    assert built.text("site.css") == "A {}"
    assert runs(built) == 1
    built.build()
    built.edit("a", title="B")
    assert runs(built) == 1
    built.write("site.scss", "b {}")
    built.build()
    assert (runs(built), built.text("site.css")) == (2, "B {}")
    built.build(force=True)
    assert runs(built) == 3


def test_commands_run_for_a_file_that_was_changed_and_has_its_old_date(site: Site) -> None:
    built = site(COMMAND)
    source = built.folder / "site.scss"
    dated = source.stat()
    # As `cp -p` over it, or a program that sets all dates to that of a release.
    source.write_text("b {}")
    os.utime(source, ns=(dated.st_atime_ns, dated.st_mtime_ns))
    built.build()
    assert built.text("site.css") == "B {}"


def test_a_log_in_the_project_is_no_reason_to_run_commands_again(site: Site) -> None:
    built = site(COMMAND)
    # `prismic-ssg serve --watch > serve.log` writes a line with each build.
    built.write("serve.log", "built")
    built.build()
    assert runs(built) == 1


def test_a_command_that_fails_says_so_and_nothing_is_published(site: Site) -> None:
    built = site(COMMAND)
    before = dict(built.files)
    for _ in range(2):
        built.write("site.scss", "fail {}")
        (problem,) = built.failure().problems
        assert "ended with code 1:\nsite.scss: no such colour" in str(problem)
        assert "make.py" in str(problem.hint)
        assert built.files == before
    built.write("site.scss", "c {}")
    built.build()
    assert built.text("site.css") == "C {}"


def test_a_page_that_a_command_has_spoilt_is_rendered_again(site: Site) -> None:
    built = site(COMMAND + '-- content/b.json --\n{"type": "page", "uid": "b"}\n')
    right = built.text("/b")
    made = (built.folder / "make.py").read_text()
    built.write("make.py", made + "\nPath('dist/b/index.html').write_text('spoilt')\n")
    report = built.edit("a", title="B")
    assert (runs(built), built.text("/b")) == (2, right)
    assert "missing, was changed" in report.why["/b"]


def test_a_dry_run_runs_no_commands(site: Site) -> None:
    built = site(COMMAND)
    built.write("site.scss", "d {}")
    built.build(dry_run=True)
    assert runs(built) == 1


def test_what_is_saved_while_a_command_runs_is_seen_by_the_next_build(site: Site) -> None:
    built = site(COMMAND)
    made = (built.folder / "make.py").read_text()
    saving = made.replace("text = Path", "Path('other.scss').write_text('x')\ntext = Path")
    built.write("make.py", saving)
    built.build()
    built.write("make.py", made)
    built.build()
    known = runs(built)
    built.build()
    assert runs(built) == known


@pytest.mark.parametrize("given", ['["npx"]', "[[]]", '"npx"', "[[1]]"])
def test_commands_that_are_none_are_refused(unbuilt: Site, given: str) -> None:
    built = unbuilt(COMMAND.replace('[[sys.executable, "make.py"]]', given))
    with pytest.raises(ConfigurationError, match="before_build"):
        built.build()


def test_a_command_that_is_not_there_is_named(unbuilt: Site) -> None:
    built = unbuilt(COMMAND.replace('[sys.executable, "make.py"]', '["no-such-tailwind", "-o"]'))
    with pytest.raises(BuildFailed) as failed:
        built.build()
    assert "'no-such-tailwind' can't be run" in str(failed.value.problems[0])


def test_static_files_that_did_not_change_are_not_read_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = site("""
        -- static/a.txt --
        a
        -- static/b.txt --
        b
        """)
    long_ago = 1_600_000_000
    for name in ("a", "b"):
        os.utime(built.folder / f"static/{name}.txt", (long_ago, long_ago))
    built.build()
    built.build()
    read: list[str] = []
    opened = Path.open

    def opening(path: Path, *arguments: object, **options: object) -> object:
        if path.parent == built.folder / "static":
            read.append(path.name)
        return opened(path, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", opening)
    built.build()
    assert read == []
    built.write("static/a.txt", "c")
    built.build(dry_run=True)
    assert set(read) == {"a.txt"}
    built.build()
    assert built.text("a.txt") == "c"


def test_a_static_file_that_was_given_the_time_it_had_is_noticed(site: Site) -> None:
    """As programs do that unpack an archive, or copy a file with its time."""
    built = site("""
        -- static/a.txt --
        one
        """)
    file = built.folder / "static/a.txt"
    for text in ("two", "six"):
        file.write_text(text)
        os.utime(file, (1_600_000_000, 1_600_000_000))
        built.build()
        assert built.text("a.txt") == text


def test_a_static_file_that_changed_within_one_tick_is_noticed(site: Site) -> None:
    built = site("""
        -- static/a.txt --
        one
        """)
    file = built.folder / "static/a.txt"
    for text in ("two", "six"):
        stat = file.stat()
        file.write_text(text)
        os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
        built.build()
        assert built.text("a.txt") == text
