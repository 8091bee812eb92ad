"""`doc.data.body|as_html` is written from the stored JSON, all else from values: all alike."""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from prismic_ssg.content.document import Document
from prismic_ssg.content.snapshot import Snapshot
from prismic_ssg.engine.facts import key_of, unpacked
from prismic_ssg.engine.page import Page
from prismic_ssg.engine.pages import PageTable
from prismic_ssg.engine.world import World
from prismic_ssg.errors import PageError
from prismic_ssg.render.renderer import Renderer
from prismic_ssg.site import Site
from prismic_ssg.store.sources import TextFile

GOLDEN = Path(__file__).parent.parent / "data/golden/richtext.jsonl"

DIRECTLY = "{{ doc.data.body|as_html }}"
OF_A_VALUE = "{% set body = doc.data.body %}{{ body|as_html }}"


def resolver(link: dict[str, Any]) -> str | None:
    return f"/resolved/{link['id']}/{link.get('url', 'first')}"


SITES = {
    "usual": Site(),
    "under a path": Site(base_url="https://e.org/docs"),
    "safe": Site(safe_html=True),
    "with a resolver": Site(link_resolver=resolver),
    "with attributes": Site(rich_text={"paragraph": {"class": "p"}, "hyperlink": {"class": "a"}}),
    "with a function": Site(rich_text={"strong": lambda part: f"<b>{part.children}</b>"}),
    "with images as files": Site(images="download"),
}


def fields() -> Iterator[Any]:
    for line in GOLDEN.read_text("utf-8").splitlines():
        yield json.loads(line)["field"]


def linked(value: Any) -> Iterator[str]:
    """The ids that links in a value have."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str) and "link_type" in value:
            yield value["id"]
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from linked(each)


def shown(
    template: str, site: Site, bodies: list[Any], moved: AbstractSet[str] = frozenset()
) -> list[tuple[Any, ...]]:
    """What a page of each body is, one after the other: text, reads, notes and images. `moved` are
    documents that are somewhere else than usual."""
    documents, pages, urls = [], {}, {}
    # Of the documents that are linked to about every other one is there.
    there = {id_ for body in bodies for id_ in linked(body) if crc32(id_.encode()) % 2}
    bodies_by_id = {f"d{number}": body for number, body in enumerate(bodies)}
    for id_, body in (dict.fromkeys(there) | bodies_by_id).items():
        envelope = {"id": id_, "type": "post", "lang": "en-us", "uid": id_}
        documents.append(Document.from_json(json.dumps({**envelope, "data": {"body": body}})))
        urls[id_] = f"/moved/{id_}/" if id_ in moved else f"/{id_}/"
    for id_ in bodies_by_id:
        page = Page(f"/{id_}/", f"{id_}.html", "en-us", id_, ("post.html",), document_id=id_)
        pages[page.path] = page
    table = PageTable(pages, urls, (), (), ("en-us",))
    templates = {"post.html": TextFile("post.html", "post.html", template)}
    snapshot = Snapshot("r", documents)
    world = World(site, snapshot, table, (), templates, {}, {}, date(2026, 1, 1))
    renderer = Renderer(world)
    found = []
    for page in pages.values():
        try:
            rendered = renderer.render(page)
        except PageError as error:
            found.append((str(error), error.field, error.document_id))
        else:
            keys = set(unpacked(rendered.reads))
            notes = {key: str(note) for key, note in rendered.notes.items()}
            found.append((rendered.text, keys, notes, rendered.images))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("site", SITES.values(), ids=SITES)
def test_a_field_is_the_same_html_with_the_same_reads_however_it_is_written(site: Site) -> None:
    bodies = list(fields())
    each = zip(bodies, shown(DIRECTLY, site, bodies), shown(OF_A_VALUE, site, bodies), strict=True)
    for body, directly, of_a_value in each:
        assert directly[0] == of_a_value[0], body
        if directly == of_a_value:
            continue
        # A link in a link, or around nothing, is not written: where it leads is nothing to a page.
        unread = of_a_value[1] - directly[1]
        moved = {id_ for id_ in linked(body) if key_of(("link", id_)) in unread}
        assert directly[1] == of_a_value[1] - {key_of(("link", id_)) for id_ in moved}
        assert directly[2].items() <= of_a_value[2].items()
        assert directly[3] == of_a_value[3]
        assert shown(DIRECTLY, site, [body], moved)[0][0] == directly[0]


@pytest.mark.parametrize("body", ["text", 3, {"type": "paragraph"}, [{"type": 1}, 2], None, []])
def test_what_is_no_rich_text_is_the_same_error_with_its_place(body: Any) -> None:
    assert shown(DIRECTLY, Site(), [body]) == shown(OF_A_VALUE, Site(), [body])
