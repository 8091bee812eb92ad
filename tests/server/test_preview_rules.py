"""Tokens, cookies and addresses of previews: what is taken, what is not, and what is made of it."""

from __future__ import annotations

from http.cookies import SimpleCookie
from urllib.parse import quote, unquote

import pytest

from prismic_ssg.server.preview_rules import PreviewRules, is_document_id, page_path, site_path

HOSTED = PreviewRules.of("my-repo")
EMULATED = PreviewRules.of("http://127.0.0.1:9100/api/v2")
TOKEN = "https://my-repo.prismic.io/previews/X:Y?websitePreviewId=Z"


@pytest.mark.parametrize(
    ("rules", "token"),
    [
        (HOSTED, TOKEN),
        (HOSTED, "https://my-repo.prismic.io/previews/a~b?websitePreviewId=Z"),
        (HOSTED, "https://MY-REPO.prismic.io/previews/X"),
        (HOSTED, "ZG5h3BAAAB8AhmzJ"),
        (HOSTED, "ZG5h3BAAAB8AhmzJ~ZG5h3BAAAB8AhmzK"),
        (HOSTED, "m-abc:p-def"),
        # As refs of the emulator may be.
        (EMULATED, "-yhfpVCh4BJtgMgH~jEcSCw15MUuI9zWo"),
        (PreviewRules.of("https://my-repo.cdn.prismic.io/api/v2"), TOKEN),
        (
            PreviewRules.of("https://my-repo.cdn.prismic.io/api/v2"),
            "https://my-repo.cdn.prismic.io/previews/X",
        ),
        (EMULATED, "http://127.0.0.1:9100/previews/X?websitePreviewId=Z"),
    ],
)
def test_tokens_of_the_repository_are_taken(rules: PreviewRules, token: str) -> None:
    assert rules.is_token(token)


@pytest.mark.parametrize(
    ("rules", "token"),
    [
        (HOSTED, ""),
        (HOSTED, "https://my-repo.prismic.io.evil.com/previews/X"),
        (HOSTED, "https://evil.com/my-repo.prismic.io/previews/X"),
        (HOSTED, "https://other.prismic.io/previews/X"),
        (HOSTED, "https://my-repo.prismic.io@evil.com/previews/X"),
        (HOSTED, "https://user@my-repo.prismic.io/previews/X"),
        (HOSTED, "https://user:pass@my-repo.prismic.io/previews/X"),
        (HOSTED, "https://my-repo.prismic.io:8443/previews/X"),
        (HOSTED, "https://my-repo.prismic.io:443/previews/X"),
        (HOSTED, "https://my-repo.prismic.io./previews/X"),
        (HOSTED, "https://evil.com\\@my-repo.prismic.io/previews/X"),
        (HOSTED, "https://my-repo.prismic.io\\.evil.com/previews/X"),
        (HOSTED, "http://my-repo.prismic.io/previews/X"),
        (HOSTED, "//my-repo.prismic.io/previews/X"),
        (HOSTED, "file:///etc/passwd"),
        (HOSTED, "javascript:alert(1)"),
        (HOSTED, "https://my-repo.prismic.io/previews/X\r\nSet-Cookie: a=b"),
        (HOSTED, "https://my-repo.prismic.io/previews/X Y"),
        (HOSTED, "https://my-repo.prismic.io/previews/ü"),
        (HOSTED, "https://xn--my-repo.prismic.io/previews/X"),
        (HOSTED, "https://[::1/previews/X"),
        (HOSTED, "ref with spaces"),
        (HOSTED, "a;b"),
        (HOSTED, "a://b"),
        (HOSTED, "x" * 2000),
        (EMULATED, "http://127.0.0.1:9101/previews/X"),
        (EMULATED, "http://localhost:9100/previews/X"),
        (EMULATED, "https://127.0.0.1:9100/previews/X"),
        (EMULATED, TOKEN),
    ],
)
def test_other_tokens_are_not(rules: PreviewRules, token: str) -> None:
    assert not rules.is_token(token)


def set_to(header: str) -> str:
    """The `Cookie` header of a browser that was sent this `Set-Cookie`."""
    (morsel,) = SimpleCookie(header).values()
    assert (morsel["path"], morsel["samesite"], morsel["httponly"]) == ("/", "Lax", "")
    return "" if morsel["max-age"] == "0" else header.partition(";")[0]


def test_the_cookie_is_the_one_that_the_toolbar_writes() -> None:
    header = HOSTED.with_preview(None, TOKEN)
    assert header is not None
    value = header.partition("=")[2].partition(";")[0]
    assert unquote(value) == f'{{"my-repo.prismic.io":{{"preview":"{TOKEN}"}}}}'
    # As JavaScript's encodeURIComponent has it.
    assert value.startswith("%7B%22my-repo.prismic.io%22%3A%7B%22preview%22%3A%22https%3A%2F%2F")
    assert HOSTED.ref_in(set_to(header)) == TOKEN


WITH_TRACKER = '{"_tracker":"abcdefgh","other.prismic.io":{"preview":"theirs"}}'


@pytest.mark.parametrize(
    "value",
    [
        TOKEN,
        quote(TOKEN, safe=""),
        quote(f'{{"my-repo.prismic.io":{{"preview":"{TOKEN}"}}}}', safe=""),
        quote(f'{{"_tracker":"abcdefgh","my-repo.prismic.io":{{"preview":"{TOKEN}"}}}}', safe=""),
    ],
)
def test_a_cookie_that_says_so_already_is_left_as_it_is(value: str) -> None:
    cookie = f"a=b; io.prismic.preview={value}"
    assert HOSTED.ref_in(cookie) == TOKEN
    assert HOSTED.with_preview(cookie, TOKEN) is None


def test_what_else_is_in_the_cookie_stays_at_its_beginning_and_at_its_end() -> None:
    cookie = f"io.prismic.preview={quote(WITH_TRACKER, safe='')}"
    assert HOSTED.ref_in(cookie) is None
    begun = HOSTED.with_preview(cookie, TOKEN)
    assert begun is not None
    assert unquote(set_to(begun)).startswith(f"io.prismic.preview={WITH_TRACKER[:-1]},")
    ended = HOSTED.without_preview(set_to(begun))
    assert unquote(set_to(ended)) == f"io.prismic.preview={WITH_TRACKER}"
    assert HOSTED.ref_in(set_to(ended)) is None


@pytest.mark.parametrize("cookie", [None, "", "io.prismic.preview=" + TOKEN, "a=b"])
def test_a_cookie_with_nothing_else_is_deleted(cookie: str | None) -> None:
    assert set_to(HOSTED.without_preview(cookie)) == ""


@pytest.mark.parametrize(
    "value",
    [
        "",
        "%7B%22_tracker%22%3A%22abcdefgh%22%7D",
        "%7B",
        "%7B%7D",
        "%7B%22my-repo.prismic.io%22%3A1%7D",
        "%7B%22my-repo.prismic.io%22%3A%7B%22preview%22%3A1%7D%7D",
        "%7B%22other.prismic.io%22%3A%7B%22preview%22%3A%22x%22%7D%7D",
        "%7B%22my-repo.prismic.io%22%3A%7B%22preview%22%3A%22https%3A%2F%2Fevil.com%22%7D%7D",
        "https%3A%2F%2Fevil.com%2Fpreviews%2FX",
        "%00",
        "%ff%fe",
        "%7B" + "%5B" * 1500,
        '{"a":' * 1500 + "1" + "}" * 1500,
    ],
)
def test_cookies_without_a_preview_of_ours_are_none(value: str) -> None:
    cookie = f"io.prismic.preview={value}"
    assert HOSTED.ref_in(cookie) is None
    # Nor is any of them in the way of beginning or ending one.
    begun = HOSTED.with_preview(cookie, TOKEN)
    assert begun is not None
    assert HOSTED.ref_in(set_to(begun)) == TOKEN
    assert "\n" not in HOSTED.without_preview(cookie)


@pytest.mark.parametrize("text", ["\r\nX: y", "; Domain=evil.com", '"', "ü", "\x00", ","])
def test_nothing_in_a_cookie_gets_out_of_its_value(text: str) -> None:
    members = quote('{"_tracker":"' + text.replace('"', '\\"') + '"}', safe="")
    for header in (
        HOSTED.with_preview(f"io.prismic.preview={members}", TOKEN) or "",
        HOSTED.without_preview(f"io.prismic.preview={members}"),
    ):
        value, _, attributes = header.partition(";")
        assert attributes in (" Path=/; SameSite=Lax", " Path=/; Max-Age=0; SameSite=Lax")
        assert value.isascii()
        assert value.isprintable()
        assert not set(value.partition("=")[2]) & set(' ",;\\')


def test_a_cookie_never_grows_past_what_browsers_keep() -> None:
    many = "{" + ",".join(f'"r{n}.prismic.io":{{"preview":"{"x" * 40}"}}' for n in range(60)) + "}"
    begun = HOSTED.with_preview(f"io.prismic.preview={quote(many, safe='')}", TOKEN)
    assert begun is not None
    assert len(begun) < 4096
    assert HOSTED.ref_in(set_to(begun)) == TOKEN


def test_of_a_repository_elsewhere_the_entry_is_its_host() -> None:
    begun = EMULATED.with_preview(None, "abc")
    assert unquote(begun or "").startswith(
        'io.prismic.preview={"127.0.0.1:9100":{"preview":"abc"}};'
    )
    assert EMULATED.ref_in(set_to(begun or "")) == "abc"
    assert EMULATED.ref_in(set_to(EMULATED.without_preview(set_to(begun or "")))) is None


OURS = "http://127.0.0.1:9100/previews/X"


@pytest.mark.parametrize(
    ("entries", "ref"),
    [
        (
            f'"shop.prismic.io":{{"preview":"{TOKEN}"}},"looms.prismic.io":{{"preview":"{OURS}"}}',
            OURS,
        ),
        (
            f'"shop.prismic.io":{{"preview":"m-a:p-b"}},"looms.prismic.io":{{"preview":"{OURS}"}}',
            OURS,
        ),
        ('"shop.prismic.io":{"preview":"m-a:p-b"},"127.0.0.1:9100":{"preview":"ref"}', "ref"),
        (f'"shop.prismic.io":{{"preview":"{TOKEN}"}}', None),
        ('"_tracker":"abc","shop.prismic.io":{"preview":"m-a:p-b"}', "m-a:p-b"),
    ],
)
def test_of_a_repository_without_a_name_the_entry_is_found_by_its_host(
    entries: str, ref: str | None
) -> None:
    cookie = f"io.prismic.preview={quote('{' + entries + '}', safe='')}"
    assert EMULATED.ref_in(cookie) == ref
    # Left alone where it says the right thing: the toolbar would load the page again, for ever.
    assert ref is None or EMULATED.with_preview(cookie, ref) is None


def test_ending_a_preview_of_a_repository_without_a_name_leaves_those_of_others() -> None:
    theirs = f'"shop.prismic.io":{{"preview":"{TOKEN}"}}'
    cookie = quote(f'{{{theirs},"looms.prismic.io":{{"preview":"{OURS}"}}}}', safe="")
    ended = set_to(EMULATED.without_preview(f"io.prismic.preview={cookie}"))
    assert unquote(ended) == f"io.prismic.preview={{{theirs}}}"
    assert EMULATED.ref_in(ended) is None


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/", "/"),
        ("/blog/a/", "/blog/a/"),
        ("/a?b=c&d=/e", "/a?b=c&d=/e"),
        ("/über/uns", "/%C3%BCber/uns"),
        ("/a%20b", "/a%20b"),
    ],
)
def test_addresses_of_the_site_are_led_to(target: str, expected: str) -> None:
    assert site_path(target) == expected


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "a",
        "//evil.com",
        "///evil.com",
        "/\\evil.com",
        "\\evil.com",
        "\\\\evil.com",
        "/%5cevil.com",
        "/%2fevil.com",
        "/%2Fevil.com",
        "/a//evil.com",
        "https://evil.com",
        "https:evil.com",
        "javascript:alert(1)",
        "/\t/evil.com",
        "/\n/evil.com",
        "/a\r\nSet-Cookie: b=c",
        "/a%0d%0aSet-Cookie:b=c",
        "/a%00",
        " /a",
        "/../a",
        "/./a",
        "/%2e%2e/a",
        "/.//evil.com",
        "/" + "a" * 3000,
        "@evil.com",
        ".evil.com",
    ],
)
def test_whatever_could_lead_elsewhere_is_not(target: str | None) -> None:
    assert site_path(target) is None


@pytest.mark.parametrize(
    ("url", "base_url", "base_path", "expected"),
    [
        ("/blog/a", "https://example.org", "", "/blog/a"),
        ("/blog/a", "https://example.org/docs", "/docs", "/docs/blog/a"),
        (None, "https://example.org/docs", "/docs", "/docs/"),
        (None, "", "", "/"),
        ("https://example.org/docs/a", "https://example.org/docs", "/docs", "/docs/a"),
        ("https://example.org/a", "https://example.org/", "", "/a"),
        ("https://example.org.evil.com/a", "https://example.org", "", "/"),
        ("https://example.org@evil.com/a", "https://example.org", "", "/"),
        ("https://example.org//evil.com", "https://example.org", "", "/"),
        ("https://evil.com/a", "https://example.org", "", "/"),
        ("//evil.com", "https://example.org", "", "/"),
        ("mailto:a@b.c", "", "", "/"),
    ],
)
def test_a_document_leads_to_its_page_on_this_site_alone(
    url: str | None, base_url: str, base_path: str, expected: str
) -> None:
    assert page_path(url, base_url, base_path) == expected


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("ZG5h3BAAAB8AhmzJ", True),
        ("page-home_1.a~b", True),
        ("", False),
        ('a")]]', False),
        ("a b", False),
        ("a" * 300, False),
    ],
)
def test_document_ids(text: str, allowed: bool) -> None:
    assert is_document_id(text) is allowed
