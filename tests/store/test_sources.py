"""Texts of a site's files, as templates and pages get them."""

from pathlib import Path

import pytest

from prismic_ssg import ConfigurationError
from prismic_ssg.store.sources import text_of

MARK = b"\xef\xbb\xbf"


def test_a_byte_order_mark_and_returns_are_no_part_of_a_text(tmp_path: Path) -> None:
    path = tmp_path / "post.html"
    path.write_bytes(MARK + "ä\r\nb\n".encode())
    assert text_of(path, "post.html") == "ä\nb\n"


@pytest.mark.parametrize(("before", "byte"), [(b"", 2), (MARK, 5)])
def test_what_is_no_text_is_refused_with_the_byte_of_the_file(
    tmp_path: Path, before: bytes, byte: int
) -> None:
    path = tmp_path / "post.html"
    path.write_bytes(before + b"ab\xff")
    with pytest.raises(ConfigurationError, match=rf"post.html is not a UTF-8 text .byte {byte}."):
        text_of(path, "post.html")
