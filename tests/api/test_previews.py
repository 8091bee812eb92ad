"""The preview cookie in all the forms that are in use."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from prismic_ssg.api.previews import preview_ref

TOKEN = "https://my-repo.prismic.io/previews/Zabc:Zdef?websitePreviewId=Zghi"
ENTRY = f'"my-repo.prismic.io":{{"preview":"{TOKEN}"}}'
OTHER = '"other.prismic.io":{"preview":"https://other.prismic.io/previews/X"}'


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(quote(f'{{"_tracker":"abcd1234",{ENTRY}}}'), id="toolbar"),
        pytest.param(quote(f"{{{ENTRY}}}"), id="only the repository's entry"),
        pytest.param(f"{{{ENTRY}}}", id="JSON that is not encoded"),
        pytest.param(quote(f"{{{OTHER},{ENTRY}}}"), id="beside another repository's"),
        pytest.param(TOKEN, id="the bare token"),
        pytest.param(quote(TOKEN, safe=""), id="the bare token, encoded"),
        pytest.param(f'"{TOKEN}"', id="in quotes"),
    ],
)
def test_the_ref_is_found_in_every_form(value: str) -> None:
    assert preview_ref(f"a=1; io.prismic.preview={value}; b=2", "my-repo") == TOKEN


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(None, id="no cookies"),
        pytest.param("a=1", id="other cookies"),
        pytest.param("io.prismic.preview=", id="empty"),
        pytest.param("io.prismic.preview=" + quote('{"_tracker":"abcd1234"}'), id="tracker only"),
        pytest.param(f"io.prismic.preview={quote('{' + OTHER + '}')}", id="another repository's"),
        pytest.param("io.prismic.preview=%7Bbroken", id="broken JSON"),
        pytest.param(
            "io.prismic.preview=" + '{"a":' * 2000 + "1" + "}" * 2000, id="JSON without a floor"
        ),
        pytest.param(
            "io.prismic.preview=" + quote('{"my-repo.prismic.io":{}}'), id="an empty entry"
        ),
        pytest.param(f"xio.prismic.preview={TOKEN}", id="a name that only ends like it"),
    ],
)
def test_what_asks_for_no_preview_gives_none(header: str | None) -> None:
    assert preview_ref(header, "my-repo") is None


def test_an_opaque_token_is_taken_as_it_is() -> None:
    assert preview_ref("io.prismic.preview=m-abc:p-def", "my-repo") == "m-abc:p-def"


def test_where_our_name_is_not_known_any_entry_counts() -> None:
    assert preview_ref(f"io.prismic.preview={quote('{' + ENTRY + '}')}", None) == TOKEN
