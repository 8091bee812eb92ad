"""`prismic-ssg serve`, as a process: what it says, serves, rebuilds, refuses, and how it ends."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Serving, serving
from site_harness import BuiltSite

pytestmark = pytest.mark.slow

SECRET = {"PRISMIC_WEBHOOK_SECRET": "s3cret"}

PRISMICIO = 'from prismic_ssg import Site\nsite = Site(repository="./content")'

SITE = """
-- templates/page.html --
<html><body><h1>{{ doc.data.title }}</h1>{% include "foot.html" %}</body></html>
-- templates/foot.html --
<p>foot</p>
-- templates/pages/404.html --
<html><body>no such page</body></html>
-- content/first.json --
{"type": "page", "uid": "first", "data": {"title": "Home"}}
-- content/other.json --
{"type": "page", "uid": "other", "data": {"title": "Other"}}
-- static/site.css --
body { color: teal }
"""


@pytest.fixture
def site(tmp_path: Path) -> BuiltSite:
    return BuiltSite(tmp_path, SITE)


@pytest.fixture(scope="module")
def asked_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A server for many requests that change nothing: it has built once, and builds no more."""
    folder = BuiltSite(tmp_path_factory.mktemp("asked-only"), SITE).folder
    with serving(folder, "--watch", environment=SECRET) as running:
        builds(running, 1)
        yield running


def text(running: Serving, path: str = "/first/") -> str:
    return running.ask(path)[2].decode()


def builds(running: Serving, times: int) -> None:
    """Wait until so many builds have ended well."""
    running.said(r"\bbuilt cause=", times=times)


# -- what it says and serves


def test_it_says_its_version_what_it_built_where_and_how_to_stop(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running:
        assert running.said(r"prismic-ssg \d\S*: (\d+) pages in \d+\.\d\d s")[1] == "4"
        assert re.fullmatch(r"http://localhost:\d+", running.url)
        running.said("watching for changes; Ctrl-C stops")
        assert "<h1>Home</h1>" in text(running)
        assert running.ask("/nothing")[0] == 404
        assert "no such page" in text(running, "/nothing")


def test_without_watch_it_builds_once_and_adds_nothing_to_pages(site: BuiltSite) -> None:
    with serving(site.folder) as running:
        assert running.ask("/first/")[2] == (site.dist / "first/index.html").read_bytes()
        assert running.ask("/_prismic/reload.js")[0] == 404
        assert running.ask("/_prismic/events")[0] == 404
        assert running.webhook("s3cret") == 404
        assert running.status()["builds"] == 1


def test_without_watch_a_build_that_fails_is_the_end(site: BuiltSite) -> None:
    site.write("templates/page.html", "{{ nothing.there }}")
    with pytest.raises(AssertionError, match="never said"), serving(site.folder) as running:
        running.said("unreachable")


def test_with_watch_pages_have_the_script_and_the_output_has_not(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running:
        assert "/_prismic/reload.js" in text(running)
        assert running.ask("/_prismic/reload.js")[1]["content-type"].startswith("text/javascript")
        assert all(b"_prismic" not in content for content in site.files.values())


def test_readers_can_be_left_alone(site: BuiltSite) -> None:
    with serving(site.folder, "--watch", "--no-reload") as running:
        assert "_prismic" not in text(running)
        assert running.ask("/_prismic/events")[0] == 404
        site.write("templates/foot.html", "<p>feet</p>")
        builds(running, 2)
        assert "<p>feet</p>" in text(running)


def test_a_port_that_is_taken_is_left_for_the_next(site: BuiltSite) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with serving(site.folder, port=str(port)) as running:
            assert running.port > port


def test_a_port_may_be_insisted_on(site: BuiltSite) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(AssertionError, match=rf"can't listen on 127\.0\.0\.1:{port}"),
            serving(site.folder, "--strict-port", port=str(port)),
        ):
            pass


def test_the_port_of_the_environment_is_heeded(site: BuiltSite) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving(site.folder, environment={"PORT": str(port)}, port=None) as running:
        assert running.port == port


def test_a_site_below_a_path_is_served_there(site: BuiltSite) -> None:
    with serving(site.folder, "--watch", "--base-url", "https://example.org/docs") as running:
        assert running.url.endswith("/docs")
        assert running.ask("/")[1]["location"] == "/docs/"
        assert "<h1>Home</h1>" in text(running, "/docs/first/")


# -- what makes it build


def test_a_template_that_is_saved_is_shown(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running:
        site.write("templates/foot.html", "<p>feet</p>")
        assert running.said(r"built cause=(\S+)", times=2)[1] == "templates/foot.html"
        assert "<p>feet</p>" in text(running)


@pytest.mark.parametrize(
    ("name", "content", "path", "shown"),
    [
        ("content/new.json", '{"type": "page", "uid": "new"}', "/new/", "foot"),
        ("pages/news.md", "# News", "/news/", "News"),
        ("static/new.txt", "static", "/new.txt", "static"),
        ("templates/pages/robots.txt", "User-agent: none", "/robots.txt", "none"),
    ],
)  # fmt: skip
def test_whatever_a_site_is_made_of_is_watched(
    site: BuiltSite, name: str, content: str, path: str, shown: str
) -> None:
    with serving(site.folder, "--watch") as running:
        site.write(name, content)
        running.until(lambda: shown in text(running, path))


def test_folders_that_come_later_are_watched_then(site: BuiltSite) -> None:
    shutil.rmtree(site.folder / "templates")
    with serving(site.folder, "--watch") as running:
        site.write("templates/page.html", "<p>one</p>")
        running.until(lambda: "one" in text(running))
        site.write("templates/page.html", "<p>two</p>")
        running.until(lambda: "two" in text(running))
        shutil.rmtree(site.folder / "templates")
        running.until(lambda: "two" not in text(running))
        site.write("templates/page.html", "<p>three</p>")
        running.until(lambda: "three" in text(running))
        site.write("templates/page.html", "<p>four</p>")
        running.until(lambda: "four" in text(running))


def test_the_configuration_and_what_it_imports_are_read_anew(site: BuiltSite) -> None:
    site.write("words/__init__.py", "")
    site.write("words/greeting.py", "WORD = 'hello'")
    site.write(
        "prismicio.py",
        "from prismic_ssg import Site\nfrom words.greeting import WORD\n"
        'site = Site(repository="./content", globals={"word": WORD})\n',
    )
    site.write("templates/foot.html", "<p>{{ word }}</p>")
    with serving(site.folder, "--watch") as running:
        assert "hello" in text(running)
        site.write("words/greeting.py", "WORD = 'goodbye'")
        running.until(lambda: "goodbye" in text(running))
        site.write("words/greeting.py", "WORD = ")
        running.said(r"failed cause=words/greeting\.py")
        site.write("words/greeting.py", "WORD = 'again'")
        running.until(lambda: "again" in text(running))
        site.write("prismicio.py", f'{PRISMICIO[:-1]}, globals={{"word": "plain"}})')
        running.until(lambda: "plain" in text(running))


def test_output_and_cache_start_no_build(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running:
        (site.dist / "by-hand.txt").write_text("x", "utf-8")
        site.write(".prismic-ssg/x", "x")
        (site.folder / "notes.txt").write_text("x", "utf-8")
        site.write("templates/.foot.html.swp", "x")
        site.write("templates/foot.html", "<p>feet</p>")
        running.said(r"built cause=templates/foot\.html seconds")
        assert running.status()["builds"] == 2


def test_a_touch_of_the_trigger_file_builds(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running:
        for times in (1, 2):
            (site.folder / ".prismic-ssg").mkdir(exist_ok=True)
            (site.folder / ".prismic-ssg" / "trigger").touch()
            running.said(r"built cause=\"?.*trigger", times=times)
        shutil.rmtree(site.folder / ".prismic-ssg")
        site.write(".prismic-ssg/trigger", "anything")
        running.said(r"built cause=trigger", times=3)


def test_the_trigger_file_may_be_elsewhere(site: BuiltSite, tmp_path: Path) -> None:
    trigger = tmp_path / "elsewhere" / "now"
    with serving(site.folder, "--watch", "--trigger", str(trigger)) as running:
        trigger.parent.mkdir()
        trigger.touch()
        running.said(r"built cause=trigger")
        other = tmp_path / "elsewhere" / "other"
        other.write_text("x", "utf-8")
        other.replace(trigger)
        running.said(r"built cause=trigger", times=2)


def test_changes_during_a_build_are_one_more_build(site: BuiltSite) -> None:
    site.write(
        "prismicio.py",
        "import time\nfrom prismic_ssg import Site\n"
        'site = Site(repository="./content", globals={"slow": lambda: time.sleep(1) or ""})\n',
    )
    site.write("templates/other.html", "x")
    site.write("templates/page-first.html", "{{ slow() }}<p>home {% include 'foot.html' %}</p>")
    with serving(site.folder, "--watch") as running:
        site.write("templates/foot.html", "one")
        running.until(lambda: running.status()["building"])
        for number in range(20):
            site.write("templates/foot.html", f"number {number}")
            time.sleep(0.01)
        running.until(lambda: "number 19" in text(running))
        builds(running, 3)
        time.sleep(0.5)
        assert running.status()["builds"] == 3


# -- a build that fails


def test_a_build_that_fails_leaves_the_last_good_site(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running:
        good = text(running)
        site.write("templates/page.html", "{{ nothing.there }}\n")
        running.said(r"failed cause=templates/page\.html .*problems=2")
        assert text(running).partition("<script")[0] == good.partition("<script")[0]
        (error, _) = running.status()["errors"]
        assert (error["template"], error["line"]) == ("templates/page.html", 1)
        site.write("templates/page.html", "<p>mended</p>")
        running.until(lambda: "mended" in text(running))
        running.until(lambda: running.status()["errors"] == [])


def test_a_first_build_that_fails_is_told_where_the_site_will_be(site: BuiltSite) -> None:
    site.write("prismicio.py", "site = Site(")
    with serving(site.folder, "--watch") as running:
        assert running.ask("/")[0] == 503
        assert "not built yet" in text(running, "/anything")
        running.said(r"prismicio\.py:1")
        site.write("prismicio.py", PRISMICIO)
        running.until(lambda: "<h1>Home</h1>" in text(running))


def test_a_configuration_that_ends_python_does_not_end_the_server(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running:
        site.write("prismicio.py", "raise SystemExit('enough')")
        running.said(r"failed cause=prismicio\.py")
        site.write("prismicio.py", PRISMICIO)
        builds(running, 2)


# -- webhooks


def test_a_webhook_builds_and_a_wrong_one_does_not(site: BuiltSite) -> None:
    with serving(site.folder, "--watch", environment=SECRET) as running:
        assert running.webhook("wrong") == 403
        assert running.webhook(None) == 403
        assert running.webhook("s3cret", type="test-trigger") == 200
        assert running.status()["builds"] == 1
        assert running.webhook("s3cret") == 200
        running.said(r"built cause=webhook")
        assert running.status()["last_build"]["cause"] == "webhook"
    printed = "\n".join(running.lines)
    assert "s3cret" not in printed
    assert "wrong or missing" in printed


def test_without_a_secret_no_webhook_is_heeded(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running:
        assert running.webhook("") == 403
        running.said(r'webhook-refused status=403 reason="PRISMIC_WEBHOOK_SECRET is not set"')


def test_two_hundred_webhooks_in_two_seconds_are_two_builds(site: BuiltSite) -> None:
    with serving(site.folder, "--watch", environment=SECRET) as running:
        began = time.monotonic()
        for number in range(200):
            assert running.webhook("s3cret", masterRef=f"r{number}") == 200
            time.sleep(max(0.0, began + 0.01 * number - time.monotonic()))
        running.said(r'built cause="?webhook', times=2)
        time.sleep(1.0)
        # The one at the start and two; tests/server/test_causes.py counts by a clock of its own. A
        # machine that stands still for 0.3 s ends the burst, and the rest is another.
        assert running.status()["builds"] in (3, 4)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x" * (2 << 20), {"content-type": "application/json"}, 413),
        (b"{}", {"content-type": "application/json", "content-length": "9" * 12}, 413),
        (b"not json", {"content-type": "application/json"}, 400),
        (b"{}", {"content-type": "text/plain"}, 415),
        (b"{}", {"content-type": "application/json"}, 403),
    ],
)
def test_bodies_that_are_no_webhook_are_refused(
    asked_only: Serving, body: bytes, headers: dict[str, str], status: int
) -> None:
    try:
        assert asked_only.ask("/_prismic/webhook", "POST", body, headers)[0] == status
    except (BrokenPipeError, ConnectionResetError):
        assert status == 413
    assert asked_only.ask("/_prismic/webhook")[0] == 405
    assert asked_only.status()["builds"] == 1


def test_a_body_without_an_end_is_cut_off_when_it_is_too_long(site: BuiltSite) -> None:
    with serving(site.folder, "--watch", environment=SECRET) as running:
        with socket.create_connection(("127.0.0.1", running.port)) as endless:
            endless.settimeout(10)
            head = "POST /_prismic/webhook HTTP/1.1\r\nhost: localhost\r\n"
            head += "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
            endless.sendall(head.encode())
            answer = b""
            try:
                for _ in range(100):
                    endless.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            except OSError:
                pass
            try:
                answer = endless.recv(4096)
            except OSError:
                answer = b"HTTP/1.1 413"
        assert b"413" in answer.split(b"\r\n")[0]
        assert running.status()["builds"] == 1


# -- hosts


def test_a_page_elsewhere_can_not_read_what_is_served_here(site: BuiltSite) -> None:
    with serving(site.folder, "--watch", "--allow-host", "tunnel.example") as running:
        for path in ("/", "/_prismic/status", "/_prismic/events", "/_prismic/webhook"):
            status, _, body = running.ask(path, headers={"host": "evil.example"})
            assert status == 421
            assert b"--allow-host evil.example" in body
        assert running.ask("/first/", headers={"host": "tunnel.example"})[0] == 200
        assert running.ask("/first/", headers={"host": "[::1]:80"})[0] == 200
        with socket.create_connection(("127.0.0.1", running.port), timeout=30) as two_hosts:
            two_hosts.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
            assert b" 400 " in two_hosts.recv(4096).split(b"\r\n")[0]


# -- attacks on the wire


def raw(running: Serving, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", running.port)) as connection:
        connection.settimeout(10)
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
        return answer


@pytest.mark.parametrize(
    "path",
    [
        "/../prismicio.py",
        "/..%2fprismicio.py",
        "/%2e%2e/prismicio.py",
        "/first/%2e%2e/%2e%2e/prismicio.py",
        "/..\\prismicio.py",
        "/.%00./prismicio.py",
        "//prismicio.py",
        "http://localhost/../prismicio.py",
        "/_prismic/../../prismicio.py",
        "/.prismic-ssg-output",
    ],
)
def test_no_spelling_of_a_path_leads_out_of_the_output(asked_only: Serving, path: str) -> None:
    request = f"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    answer = raw(asked_only, request.encode())
    assert answer.split(b" ")[1] in (b"404", b"400")
    assert b"import Site" not in answer
    assert b"page home" not in answer


def test_slow_clients_keep_nobody_waiting(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running:
        slow = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(300)]
        for number, connection in enumerate(slow):
            connection.sendall(b"GET / HTTP/1.1\r\nhost: loc"[: 5 + number % 20])
        began = time.monotonic()
        assert running.ask("/first/")[0] == 200
        assert time.monotonic() - began < 2
        for connection in slow:
            connection.close()


# -- event streams


def listen(running: Serving, path: str = "/first/") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", running.port))
    connection.settimeout(30)
    connection.sendall(
        f"GET /_prismic/events?path={path} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode()
    )
    return connection


def test_a_thousand_browsers_hear_of_a_build(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running:
        browsers = [listen(running) for _ in range(1000)]
        for browser in browsers:
            while b'"digest"' not in browser.recv(65536):
                pass
        site.write("templates/foot.html", "<p>feet</p>")
        builds(running, 2)
        for browser in browsers:
            # What has come together since is told once: the second number may be left out.
            while not re.search(rb'"number":([2-9]|\d\d)', browser.recv(65536)):
                pass
        began = time.monotonic()
        assert running.ask("/first/")[0] == 200
        assert time.monotonic() - began < 1
        code, took_s = running.end()
        assert (code, took_s < 3) == (130, True)
        for browser in browsers:
            browser.close()


# -- how it ends


def test_ctrl_c_ends_it_at_once_with_browsers_connected(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running, listen(running) as browser:
        browser.recv(65536)
        code, took_s = running.end()
    assert code == 130
    assert took_s < 2
    assert "Traceback" not in "\n".join(running.lines)


def slow_site(site: BuiltSite, seconds: float) -> None:
    slow = f'globals={{"slow": lambda: time.sleep({seconds}) or ""}}'
    site.write("prismicio.py", f"import time\n{PRISMICIO[:-1]}, {slow})")
    site.write("templates/page-first.html", "{% if false %}{{ slow() }}{% endif %}")


def test_ctrl_c_does_not_wait_for_a_build(site: BuiltSite) -> None:
    slow_site(site, 60)
    with serving(site.folder, "--watch") as running:
        site.write("templates/page-first.html", "{{ slow() }}")
        running.until(lambda: running.status()["building"])
        code, took_s = running.end()
    assert (code, took_s < 2) == (130, True)


def test_a_second_ctrl_c_changes_nothing(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running, listen(running) as browser:
        browser.recv(65536)
        running.process.send_signal(signal.SIGINT)
        code, _ = running.end()
    assert code == 130
    assert "Traceback" not in "\n".join(running.lines)


def test_sigterm_finishes_the_build_in_hand(site: BuiltSite) -> None:
    slow_site(site, 2)
    with serving(site.folder, "--watch") as running, listen(running) as browser:
        browser.recv(65536)
        site.write("templates/page-first.html", "{{ slow() }}finished")
        running.until(lambda: running.status()["building"])
        code, _ = running.end(signal.SIGTERM)
    assert code == 0
    assert site.text("/first") == "finished"
    assert running.lines[-1].endswith("stopped")


# -- logs and status


def test_the_log_is_a_line_of_json_an_event(site: BuiltSite) -> None:
    with serving(site.folder, "--watch", "--log-format", "json", environment=SECRET) as running:
        running.webhook("s3cret")
        running.said('"cause": "webhook"')
        site.write("templates/page.html", "{{ nothing.there }}\n")
        running.said('"event": "failed"')
        running.end(signal.SIGTERM)
    events = [json.loads(line) for line in running.lines]
    names = [event["event"] for event in events]
    assert names == ["built", "serving", "webhook", "built", "failed", "stopped"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", events[0]["time"])
    assert events[4]["errors"][0]["template"] == "templates/page.html"


def test_a_warning_is_an_event_of_the_log(site: BuiltSite) -> None:
    site.write("templates/page.html", "{{ slice_zone(doc.data.slices) }}\n")
    slices = '"slices": [{"slice_type": "quote", "primary": {}}]'
    site.write("content/new.json", f'{{"type": "page", "uid": "new", "data": {{{slices}}}}}')
    with serving(site.folder, "--watch", "--log-format", "json") as running:
        running.said('"event": "warning"')
        running.end(signal.SIGTERM)
    events = [json.loads(line) for line in running.lines]
    [warning] = [event for event in events if event["event"] == "warning"]
    assert warning["message"].startswith("slice type 'quote' has no template")
    assert "slices --stubs" in warning["hint"]


def test_the_status_is_what_it_was_promised_to_be(site: BuiltSite) -> None:
    with serving(site.folder, "--watch") as running:
        status = running.status()
        assert list(status) == ["ref", "builds", "building", "last_build", "errors"]
        assert list(status["last_build"]) == ["seconds", "rendered", "cause"]
        assert (status["builds"], status["building"], status["errors"]) == (1, False, [])
        assert status["last_build"]["cause"] == "start"
        page = running.ask("/_prismic/status")[2].decode()
        assert status["ref"] in page


def test_a_status_page_does_not_run_what_is_in_a_message(site: BuiltSite) -> None:
    site.write("templates/page.html", "{{ '<script>alert(1)</script>' | nothing }}\n")
    with serving(site.folder, "--watch") as running:
        assert b"<script>" not in running.ask("/_prismic/status")[2]


def test_many_readers_during_builds_never_see_half_a_page(site: BuiltSite) -> None:
    whole = re.compile(
        r"<html><body><h1>Home</h1><p>(\w)\1*</p><script[^>]*></script></body></html>"
    )
    with serving(site.folder, "--watch") as running:
        site.write("templates/foot.html", "<p>a</p>")
        builds(running, 2)
        wrong: list[str] = []
        ended = threading.Event()

        def read() -> None:
            while not ended.is_set():
                found = text(running)
                if not whole.fullmatch(found.strip()):
                    wrong.append(found)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for letter in "bcd":
            # At once, as most editors do it: a file that is half written makes half a page.
            site.write("foot.new", f"<p>{letter * 100_000}</p>")
            (site.folder / "foot.new").replace(site.folder / "templates/foot.html")
            running.until(lambda: f"<p>{letter}" in text(running))  # noqa: B023  (called here)
        ended.set()
        for reader in readers:
            reader.join()
        assert not wrong
