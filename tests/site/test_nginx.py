"""The configurations of nginx in the documentation, in nginx, over sites that were built."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from nginx import Nginx, adapted, behind, documented, free_port, running
from site_harness import BuiltSite

from prismic_ssg.server.preview_rules import PreviewRules

pytestmark = pytest.mark.slow

SITE = """
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(
    repository="./content",
    routes=[Route("post", "/blog/:uid/")],
    base_url="https://www.example.org",
    redirects={"/früher/": "/blog/a/", "/two words/": "/blog/b/", "/gone/": 410},
    redirects_as=["nginx"],
)
-- static/site.css --
body { color: navy }
-- templates/post.html --
<title>{{ doc.data.title }}</title><link rel="stylesheet" href="{{ asset("site.css") }}">
-- templates/pages/404.html --
Not here.
-- content/a.json --
{"type": "post", "uid": "a", "data": {"title": "A"}}
-- content/b.json --
{"type": "post", "uid": "b", "data": {"title": "B"}}
"""


@pytest.fixture
def built(site) -> BuiltSite:
    return site(SITE)


@pytest.fixture
def server(nginx: str, built: BuiltSite) -> Iterator[Nginx]:
    """The server of docs/deploy.md."""
    with behind() as port:
        changes = {
            "listen 443 ssl;": f"listen 127.0.0.1:{free_port()};",
            "ssl_certificate ": "# ",
            "ssl_certificate_key ": "# ",
            "/srv/www/site": str(built.dist),
            "127.0.0.1:8000": f"127.0.0.1:{port}",
        }
        configuration = adapted(documented("deploy.md", 1), changes)
        with running(nginx, built.folder, configuration) as started:
            yield started


def test_a_page_is_served_at_its_url(server):
    answer = server.ask("/blog/a/")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html")
    assert "<title>A</title>" in answer.text


def test_what_is_not_there_is_answered_with_the_page_of_the_site(server):
    answer = server.ask("/nothing/")
    assert (answer.status, answer.text) == (404, "Not here.")


def test_a_file_with_its_hash_is_kept_by_browsers_and_a_page_is_not(server, built):
    [name] = [file.name for file in built.dist.glob("site.*.css")]
    assert server.ask(f"/{name}").headers["cache-control"] == "public, max-age=31536000, immutable"
    page = server.ask("/blog/a/")
    assert page.headers["cache-control"] == "no-cache"
    again = server.ask("/blog/a/", {"if-none-match": page.headers["etag"]})
    assert (again.status, again.headers["cache-control"]) == (304, "no-cache")


def test_a_file_with_a_date_in_its_name_is_no_file_with_its_hash(server, built):
    (built.dist / "report.20260131.pdf").write_text("January")
    answer = server.ask("/report.20260131.pdf")
    assert (answer.text, answer.headers["cache-control"]) == ("January", "no-cache")


def test_the_list_of_files_is_not_for_readers(server, built):
    assert (built.dist / ".prismic-ssg-output").exists()
    assert server.ask("/.prismic-ssg-output").status == 403


def test_a_webhook_is_handed_on_and_nothing_else(server):
    hook = server.ask("/_prismic/webhook", {"host": "www.example.org"}, b'{"secret": "s"}')
    assert hook.text == 'POST /_prismic/webhook for www.example.org: {"secret": "s"}'
    assert server.ask("/_prismic/status").status == 404


def test_a_body_too_long_for_a_webhook_is_refused(server):
    assert server.ask("/_prismic/webhook", body=b" " * (2 << 20)).status == 413


@contextmanager
def redirecting(nginx: str, built: BuiltSite, moved: Mapping[str, str]) -> Iterator[Nginx]:
    """The server of docs/publishing.md, after these addresses were seen to lead to others."""
    changes = {
        "/srv/www/site/_redirects.nginx": str(built.dist / "_redirects.nginx"),
        "server {": f"server {{ listen 127.0.0.1:{free_port()}; root {built.dist};",
    }
    configuration = adapted(documented("publishing.md"), changes)
    with running(nginx, built.folder, configuration) as started:
        for old, new in moved.items():
            answer = started.ask(old)
            assert (answer.status, answer.headers["location"].endswith(new)) == (301, True), old
        yield started


def test_old_addresses_lead_on(nginx, built):
    moved = {
        "/fr%C3%BCher/": "/blog/a/",
        "/fr%C3%BCher": "/blog/a/",
        "/two%20words/": "/blog/b/",
    }
    with redirecting(nginx, built, moved) as server:
        assert server.ask("/gone/").status == 410
        assert server.ask("/blog/a/").status == 200


def test_nginx_takes_addresses_of_any_length(nginx, site):
    old = f"/{'あ' * 255}/{'機' * 255}/"
    built = site(SITE.replace('"/gone/": 410', f'"/gone/": 410, "{old}": "/blog/a/"'))
    with redirecting(nginx, built, {quote(old): "/blog/a/"}):
        pass


def test_nginx_tells_addresses_apart_that_differ_in_case_alone(nginx, site):
    old = '"/Blog/A": "/blog/a/", "/Old.$1/": "/blog/a/", "/old.$1/": "/blog/b/", "/X/": "/blog/a/"'
    built = site(SITE.replace('"/gone/": 410', old))
    moved = {
        "/Blog/A": "/blog/a/",
        "/Blog/A/": "/blog/a/",
        "/Old.$1/": "/blog/a/",
        "/old.$1/": "/blog/b/",
        "/X/": "/blog/a/",
    }
    with redirecting(nginx, built, moved) as server:
        assert server.ask("/blog/a/").status == 200
        assert server.ask("/Oldx$1/").status == 404


PREVIEW = PreviewRules.of("shop").with_preview(None, "https://shop.prismic.io/previews/abc")
assert PREVIEW is not None


@pytest.mark.parametrize(
    ("cookie", "is_preview"),
    [
        (PREVIEW.partition(";")[0], True),
        (f"one=1; {PREVIEW.partition(';')[0]}; other=2", True),
        ("io.prismic.preview=https%3A%2F%2Fshop.prismic.io%2Fpreviews%2Fabc", True),
        ("io.prismic.preview=https://shop.prismic.io/previews/abc", True),
        ("io.prismic.preview=%7B%22_tracker%22%3A%22x%22%7D", False),
        ("one=1; other=io.prismic.preview", False),
        ("", False),
    ],
)
def test_who_previews_is_sent_to_the_preview_server(nginx, built, cookie, is_preview):
    with behind() as port:
        changes = {
            "server_name example.org;": f"listen 127.0.0.1:{free_port()}; server_name example.org;",
            "/srv/site/dist": str(built.dist),
            "127.0.0.1:8080": f"127.0.0.1:{port}",
        }
        configuration = adapted(documented("previews.md"), changes)
        with running(nginx, built.folder, configuration) as server:
            who = {"cookie": cookie, "host": "example.org"}
            page = server.ask("/blog/a/", who)
            assert page.text.startswith("GET /blog/a/ for example.org") == is_preview
            assert (page.status, "cache-control" in page.headers) == (200, not is_preview)
            assert server.ask("/_prismic/preview?token=t", who).text.startswith("GET /_prismic/")
            draft = server.ask("/blog/not-yet/", who)
            assert (draft.status, draft.text == "Not here.") == (
                (200, False) if is_preview else (404, True)
            )
