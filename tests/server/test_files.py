"""Which file answers a path, with which headers; and that nothing else is ever answered."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from prismic_ssg.server.files import Answer, Asked, Seen, SiteFiles
from prismic_ssg.store.output import OutputTree
from prismic_ssg.store.published import PublishedFiles

Get = Callable[..., Answer]

PAGES = {
    "index.html": "home",
    "blog/index.html": "blog",
    "blog/été/index.html": "summer",
    "about.html": "about",
    "404.html": "nothing here",
    "css/site.0a1b2c3d.css": "body{}",
    "css/site.css": "body{}",
    "feed.xml": "<feed/>",
    ".well-known/security.txt": "contact",
    ".htaccess": "secret",
    "blog/.git/config": "secret",
}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """An output folder, with something secret beside it."""
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    dist = tmp_path / "dist"
    with OutputTree(dist) as tree:
        for name, text in PAGES.items():
            tree.add(name, text.encode())
        tree.publish()
    return dist


@pytest.fixture
def get(dist: Path) -> Get:
    files = SiteFiles(PublishedFiles(dist))

    def ask(path: str | bytes, method: str = "GET", **headers: str) -> Answer:
        raw = path.encode() if isinstance(path, str) else path
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return files.answer(Asked(method, raw, named))

    return ask


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/", 200, "home"),
        ("/index.html", 200, "home"),
        ("/blog/", 200, "blog"),
        ("/blog/index.html", 200, "blog"),
        ("/blog/%C3%A9t%C3%A9/", 200, "summer"),
        ("/about", 200, "about"),
        ("/about.html", 200, "about"),
        ("/feed.xml", 200, "<feed/>"),
        ("/.well-known/security.txt", 200, "contact"),
        ("/nothing", 404, "nothing here"),
        ("/nothing/", 404, "nothing here"),
        ("/css/", 404, "nothing here"),
        ("/BLOG/", 404, "nothing here"),
    ],
)
def test_a_path_is_answered_by_its_file(get: Get, path: str, status: int, body: str) -> None:
    answer = get(path)
    assert (answer.status, answer.body.decode()) == (status, body)


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/blog", "/blog/"),
        ("/blog/%C3%A9t%C3%A9", "/blog/%C3%A9t%C3%A9/"),
        ("/about/", "/about"),
    ],
)
def test_a_page_has_one_address(get: Get, path: str, location: str) -> None:
    answer = get(path)
    assert (answer.status, answer.headers["location"]) == (301, location)
    assert answer.headers["cache-control"] == "no-store"


def test_a_query_goes_along_to_the_address_of_a_page(dist: Path) -> None:
    asked = Asked("GET", b"/blog", query="page=2")
    assert SiteFiles(PublishedFiles(dist)).answer(asked).headers["location"] == "/blog/?page=2"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/blog/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/%2E%2E%2Fsecret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/..\\secret.txt",
        "/%252e%252e/secret.txt",
        "/blog/..;/secret.txt",
        "//secret.txt",
        "//example.org/blog",
        "/blog//index.html",
        "/./index.html",
        "/index.html%00.txt",
        "/%00",
        b"/\xff\xfe",
        "/%ff",
        "/%c0%ae%c0%ae/secret.txt",
        "/" + "a" * 5000,
        "/" + "a" * 300 + ".html",
        "/" + "../" * 40 + "etc/passwd",
        "secret.txt",
        "",
        "/.prismic-ssg-output",
        "/.prismic-ssg-staging/0-0",
        "/.htaccess",
        "/blog/.git/config",
        "/.well-known/../.htaccess",
        "/.well-known/.htaccess",
        "/C:/windows/win.ini",
    ],
)
def test_nothing_but_the_site_is_answered(get: Get, path: str | bytes) -> None:
    answer = get(path)
    assert (answer.status, answer.body) == (404, b"nothing here")


@pytest.mark.parametrize("target", ["secret.txt", "."])
def test_a_link_that_leads_out_is_not_followed(get: Get, dist: Path, target: str) -> None:
    (dist / "out").symlink_to(dist.parent / target)
    assert [get(path).status for path in ("/out", "/out/secret.txt", "/out/")] == [404] * 3


def test_an_output_folder_may_itself_be_a_link(dist: Path, tmp_path: Path) -> None:
    (tmp_path / "current").symlink_to(dist)
    files = SiteFiles(PublishedFiles(tmp_path / "current"))
    assert files.answer(Asked("GET", b"/")).body == b"home"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
def test_what_is_no_file_is_not_waited_for(get: Get, dist: Path) -> None:
    os.mkfifo(dist / "pipe")
    assert get("/pipe").status == 404


def test_asking_for_folders_leaves_no_file_open(get: Get) -> None:
    def opened() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    if not Path("/proc/self/fd").is_dir():
        pytest.skip("this system does not list open files")
    before = opened()
    for path in ("/blog", "/nothing", "/css/", "/blog/", "/blog/../x"):
        get(path)
    assert opened() == before


# -- headers


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/css/site.css", "text/css; charset=utf-8"),
        ("/feed.xml", "application/xml; charset=utf-8"),
        ("/.well-known/security.txt", "text/plain; charset=utf-8"),
    ],
)
def test_content_types_say_how_text_is_encoded(get: Get, path: str, kind: str) -> None:
    answer = get(path)
    assert answer.headers["content-type"] == kind
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_only_what_has_its_hash_in_its_name_is_kept_for_good(get: Get) -> None:
    assert "immutable" in get("/css/site.0a1b2c3d.css").headers["cache-control"]
    assert get("/css/site.css").headers["cache-control"] == "no-cache"
    assert get("/nothing").headers["cache-control"] == "no-store"


def test_what_a_browser_has_is_not_sent_again(get: Get, dist: Path) -> None:
    etag = get("/").headers["etag"]
    assert get("/", if_none_match=f'"other", {etag}').status == 304
    assert get("/", if_none_match=f"W/{etag}").status == 304
    assert get("/", if_none_match="*").status == 304
    (dist / "index.html").write_text("hone", "utf-8")
    assert get("/", if_none_match=etag).body == b"hone"


def test_a_page_that_is_missing_is_sent_whatever_a_browser_has(get: Get) -> None:
    answer = get("/nothing", if_none_match="*")
    assert (answer.status, "etag" in answer.headers) == (404, False)


def test_head_is_get_without_the_body(get: Get) -> None:
    asked, headed = get("/blog/"), get("/blog/", "HEAD")
    assert headed.body == b""
    assert (headed.status, headed.headers) == (asked.status, asked.headers)
    assert headed.headers["content-length"] == "4"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "TRACE", "X"])
def test_a_site_is_only_read(get: Get, method: str) -> None:
    answer = get("/", method)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("wanted", "body", "content_range"),
    [
        ("bytes=0-1", b"ho", "bytes 0-1/4"),
        ("bytes=2-", b"me", "bytes 2-3/4"),
        ("bytes=-1", b"e", "bytes 3-3/4"),
        ("bytes=-99", b"home", "bytes 0-3/4"),
        ("bytes=1-99", b"ome", "bytes 1-3/4"),
        ("BYTES=0-1", b"ho", "bytes 0-1/4"),
    ],
)
def test_a_range_is_a_part(get: Get, wanted: str, body: bytes, content_range: str) -> None:
    answer = get("/", range=wanted)
    assert (answer.status, answer.body) == (206, body)
    assert answer.headers["content-range"] == content_range
    assert answer.headers["content-length"] == str(len(body))


@pytest.mark.parametrize("wanted", ["bytes=4-", "bytes=99-100", "bytes=-0"])
def test_a_range_behind_the_end_is_refused(get: Get, wanted: str) -> None:
    answer = get("/", range=wanted)
    assert (answer.status, answer.headers["content-range"]) == (416, "bytes */4")


@pytest.mark.parametrize(
    "wanted",
    ["bytes=3-1", "bytes=-", "bytes=a-b", "lines=0-1", "bytes=0-1,2-3", "bytes=0-" + "9" * 4000],
)
def test_a_range_that_makes_no_sense_is_the_whole(get: Get, wanted: str) -> None:
    answer = get("/", range=wanted)
    assert (answer.status, answer.body) == (200, b"home")


def test_a_range_of_another_version_is_the_whole(get: Get) -> None:
    etag = get("/").headers["etag"]
    assert get("/", range="bytes=0-1", if_range=etag).status == 206
    assert get("/", range="bytes=0-1", if_range='"old"').status == 200
    assert get("/", range="bytes=0-1", if_range=f"W/{etag}").status == 200


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("gzip, br", "br"),
        ("br;q=0.1, gzip", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("*", "br"),
        ("identity", None),
        ("identity, gzip", "gzip"),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0, gzip;q=0.5", "gzip"),
        ("identity;q=1, *;q=0.1", None),
        ("", None),
    ],
)
def test_texts_are_compressed_as_the_browser_likes(
    dist: Path, get: Get, accepted: str, encoding: str | None
) -> None:
    pytest.importorskip("brotli")
    (dist / "long.txt").write_text("warp and weft " * 200, "utf-8")
    answer = get("/long.txt", accept_encoding=accepted)
    assert answer.headers.get("content-encoding") == encoding
    assert answer.headers["vary"] == "accept-encoding"
    assert int(answer.headers["content-length"]) == len(answer.body)


def test_a_compressed_text_is_another_representation(dist: Path, get: Get) -> None:
    text = "warp and weft " * 200
    (dist / "long.txt").write_text(text, "utf-8")
    plain, packed = get("/long.txt"), get("/long.txt", accept_encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body == text.encode()
    assert packed.headers["etag"] != plain.headers["etag"]
    assert get("/long.txt", accept_encoding="gzip", range="bytes=0-3").body == b"warp"


def test_what_is_small_or_compressed_already_is_not_compressed(dist: Path, get: Get) -> None:
    (dist / "photo.jpg").write_bytes(b"\xff\xd8" * 2000)
    for path in ("/", "/photo.jpg"):
        assert "content-encoding" not in get(path, accept_encoding="gzip").headers
    assert "vary" not in get("/photo.jpg").headers


def test_a_large_file_is_sent_in_pieces_and_stays_what_it_was(dist: Path, get: Get) -> None:
    content = bytes(range(256)) * 8192
    (dist / "film.mp4").write_bytes(content)
    whole = get("/film.mp4")
    part = get("/film.mp4", range="bytes=1000-300999")
    (dist / "new").write_bytes(b"other")
    (dist / "new").replace(dist / "film.mp4")
    assert whole.file
    assert part.file
    with whole.file, part.file:
        assert b"".join(whole.pieces()) == content
        assert b"".join(part.pieces()) == content[1000:301000]
    assert (part.status, part.headers["content-length"]) == (206, "300000")
    assert get("/film.mp4", if_none_match=whole.headers["etag"]).body == b"other"


# -- a site that is not at the root, or not there


def test_a_site_may_be_below_a_path(dist: Path) -> None:
    files = SiteFiles(PublishedFiles(dist), base_path="/docs")

    def get(path: str) -> tuple[int, str]:
        answer = files.answer(Asked("GET", path.encode()))
        return answer.status, answer.headers.get("location", answer.body.decode())

    assert get("/docs/blog/") == (200, "blog")
    assert get("/docs/blog") == (301, "/docs/blog/")
    assert get("/") == get("/docs") == (302, "/docs/")
    assert get("/blog/") == get("/docsblog/") == (404, "nothing here")


@pytest.mark.parametrize("base", ["/my%20docs", "/my docs"])
def test_the_path_of_a_site_is_found_encoded(dist: Path, base: str) -> None:
    files = SiteFiles(PublishedFiles(dist), base_path=base)
    assert files.answer(Asked("GET", b"/my%20docs/blog/")).body == b"blog"
    assert files.answer(Asked("GET", b"/my%20docs/blog")).headers["location"] == "/my%20docs/blog/"
    assert files.answer(Asked("GET", b"/my%20docs")).headers["location"] == "/my%20docs/"
    assert files.names(b"/my%20docs/blog/") == ("blog/index.html",)


def test_before_the_first_build_there_is_a_page_that_says_so(tmp_path: Path) -> None:
    files = SiteFiles(PublishedFiles(tmp_path / "dist"))
    answer = files.answer(Asked("GET", b"/"))
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert b"not built yet" in answer.body


# -- what live reload builds on


def test_every_html_answer_is_decorated_and_no_other(dist: Path) -> None:
    files = SiteFiles(PublishedFiles(dist), decorate=lambda body, seen: body + b"<!-- live -->")
    bodies = {path: files.answer(Asked("GET", path)).body for path in (b"/", b"/x", b"/feed.xml")}
    assert bodies == {
        b"/": b"home<!-- live -->",
        b"/x": b"nothing here<!-- live -->",
        b"/feed.xml": b"<feed/>",
    }


def test_only_the_names_of_stylesheets_leave_a_page_its_shape() -> None:
    old = Seen.of(b'<link rel="stylesheet" href="/site.0a1b2c3d.css"><p>a</p>')
    restyled = Seen.of(b'<link rel="stylesheet" href="/site.ffffffff.css"><p>a</p>')
    rewritten = Seen.of(b'<link rel="stylesheet" href="/site.0a1b2c3d.css"><p>b</p>')
    assert old.shape == restyled.shape != rewritten.shape
    assert len({old.digest, restyled.digest, rewritten.digest}) == 3
    assert restyled.styles == ("/site.ffffffff.css",)


def test_what_is_seen_at_a_path_is_what_a_browser_ends_up_with(dist: Path) -> None:
    files = SiteFiles(PublishedFiles(dist))
    assert files.seen(b"/blog") == files.seen(b"/blog/") == Seen.of(b"blog")
    assert files.seen(b"/gone/") == Seen.of(b"nothing here")
    assert files.seen(b"/feed.xml") is None


def test_a_fresher_page_wins_over_the_disk(dist: Path) -> None:
    fresh = {"index.html": b"newer", "new/index.html": b"brand new"}
    files = SiteFiles(PublishedFiles(dist), page=fresh.get)
    bodies = [files.answer(Asked("GET", path)).body for path in (b"/", b"/new/", b"/blog/")]
    assert bodies == [b"newer", b"brand new", b"blog"]
    assert files.answer(Asked("GET", b"/new")).headers["location"] == "/new/"
