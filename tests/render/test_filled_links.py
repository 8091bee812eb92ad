"""Links in a field are found by their bytes where it is long, else in its value: all the same."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prismic_ssg.content.document import Document
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.pages import PageTable
from prismic_ssg.engine.world import World
from prismic_ssg.render import urls
from prismic_ssg.render.recorder import Notebook
from prismic_ssg.site import Site

DOCUMENTS = [
    Document.from_json(
        msgspec.json.encode(
            {"id": id_, "type": "post", "lang": "en-us", "uid": f"{id_}-now", "data": {}}
        )
    )
    for id_ in ("A", "B{", "C")
]
A = DOCUMENTS[0]

# What could be taken for the ends of an object, or for a link.
PIECES = ("{", "}", '"', "\\", ",", ":", "[", "é", " ", "Document", ',"link_type":"Document"', '{"')
texts = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)


def link_of(members: dict[str, Any]) -> dict[str, Any]:
    return {**members, "link_type": "Document", "isBroken": False}


values = st.recursive(
    st.one_of(texts, st.booleans(), st.integers(-9, 9), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(texts, inner, max_size=3),
        st.fixed_dictionaries(
            {
                "id": st.sampled_from(["A", "B{", "C", "gone", 7]),
                "tags": st.lists(texts, max_size=2),
            },
            optional={"uid": texts, "url": texts, "data": inner},
        ).map(link_of),
    ),
    max_leaves=12,
)


def made(site: Site) -> urls.Urls:
    pages = PageTable({}, {A.id: "/a/"}, (), (), ("en-us",))
    world = World(site, Snapshot("r", DOCUMENTS), pages, (), {}, {}, {}, date(2026, 1, 1))
    return urls.Urls(world, Notebook())


def filled(raw: bytes, at_least: int, site: Site, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(urls, "_WORTH_A_SEARCH", at_least)
    of_site = made(site)
    value = of_site.filled(raw, A, "body")
    noted = of_site.notebook
    return value, noted.facts, {key: str(note) for key, note in noted.notes.items()}


@settings(max_examples=300, deadline=None)
@given(values, st.sampled_from(["https://e.org", "https://e.org/docs"]))
def test_links_are_filled_alike_however_they_are_found(value: Any, base_url: str) -> None:
    raw, site = msgspec.json.encode([value, link_of({"id": "A"})]), Site(base_url=base_url)
    with pytest.MonkeyPatch.context() as patch:
        by_bytes = filled(raw, 0, site, patch)
        by_value = filled(raw, len(raw) + 1, site, patch)
    assert by_bytes == by_value
    assert by_value[0][1]["url"] == f"{site.base_path}/a/"


def test_a_links_bytes_are_found_in_a_long_field(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(urls, "document_links", lambda value: pytest.fail(f"{value} is searched"))
    spans = [{"start": 0, "end": 1, "type": "hyperlink", "data": link_of({"id": "A", "tags": []})}]
    body = [{"type": "paragraph", "text": "x" * 2000, "spans": spans}]
    value = made(Site()).filled(msgspec.json.encode(body), A, "body")
    link = value[0]["spans"][0]["data"]
    assert (link["url"], link["uid"], value[0]["text"]) == ("/a/", "A-now", "x" * 2000)
