"""Fetched images: what is kept of them, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from prismic_ssg.errors import ContentError
from prismic_ssg.store.images import ImageStore

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>'
RUNS = SVG.replace(b"<path", b"<script>x()</script><path")
URL = "https://e.org/a.svg"


def test_a_drawing_that_runs_something_is_kept_where_content_is_trusted(tmp_path: Path) -> None:
    ImageStore(tmp_path).put(URL, RUNS)
    assert ImageStore(tmp_path).get(URL) is not None


def test_a_drawing_that_runs_something_is_refused_where_it_is_not(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="drawing that could run something"):
        ImageStore(tmp_path, runs_nothing=True).put(URL, RUNS)
    assert list(tmp_path.iterdir()) == []
    ImageStore(tmp_path, runs_nothing=True).put(URL, SVG)
    assert ImageStore(tmp_path, runs_nothing=True).get(URL) is not None


def test_what_was_kept_when_content_was_trusted_is_judged_again(tmp_path: Path) -> None:
    ImageStore(tmp_path).put(URL, RUNS)
    assert ImageStore(tmp_path, runs_nothing=True).get(URL) is None
