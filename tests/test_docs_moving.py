"""docs/eleventy.md, gatsby.md and next.md: the ported example of each is a site that can be built,
and shows what the original shows."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from docs_files import DOCS
from site_harness import BuiltSite

PAGES = ["eleventy.md", "gatsby.md", "next.md"]
_FILE = re.compile(r"^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def words(kind: str, text: str) -> list[dict[str, object]]:
    return [{"type": kind, "text": text, "spans": []}]


DOCUMENTS = [
    {"id": "home", "type": "homepage", "uid": None, "data": {"title": words("heading1", "Hello")}},
    {"id": "maud", "type": "author", "uid": "maud", "data": {"name": "Maud"}},
    {
        "id": "spring",
        "type": "post",
        "uid": "spring",
        "data": {
            "title": words("heading1", "Spring"),
            "published_on": "2026-03-02",
            "cover": {"url": "/a.svg", "dimensions": {"width": 3, "height": 2}, "alt": "A loom"},
            "body": words("paragraph", "It is warm."),
            "author": {"link_type": "Document", "id": "maud"},
            "slices": [
                {
                    "slice_type": "quote",
                    "variation": "default",
                    "primary": {"text": words("paragraph", "At last.")},
                    "items": [],
                }
            ],
        },
    },
    {"id": "bare", "type": "post", "uid": "bare", "data": {"title": words("heading1", "Bare")}},
]


@pytest.mark.parametrize("name", PAGES)
def test_the_ported_example_shows_what_the_original_does(name: str, tmp_path: Path) -> None:
    files = dict(_FILE.findall((DOCS / name).read_text("utf-8")))
    assert {"prismicio.py", "templates/post.html", "templates/blog.html"} <= set(files)
    site = BuiltSite(tmp_path, "")
    for file, text in files.items():
        site.write(file, text)
    for document in DOCUMENTS:
        site.write(f"content/{document['id']}.json", json.dumps(document))
    site.write("static/a.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    site.build(repository=str(tmp_path / "content"))

    post = site.text("/blog/spring")
    for shown in (
        "<h1>Spring</h1>",
        '<time datetime="2026-03-02">2 March 2026</time>',
        '<img src="/a.svg" alt="A loom"',
        "<p>It is warm.</p>",
        "<p>By Maud</p>",
        "<blockquote><p>At last.</p></blockquote>",
    ):
        assert shown in post
    bare = site.text("/blog/bare")
    assert "<h1>Bare</h1>" in bare
    assert "By " not in bare
    blog = site.text("/blog/")
    assert blog.index(">Spring</a>") < blog.index(">Bare</a>")
