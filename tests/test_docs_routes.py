"""docs/routes.md: every row of its table of examples is what the routes give, and so are the
routes of a site that names none."""

from __future__ import annotations

import json
import re

import pytest
from docs_files import DOCS, blocks

from prismic_ssg import Route
from prismic_ssg.content.document import Document
from prismic_ssg.content.routes import RouteTable, default_routes

PAGE = DOCS / "routes.md"
TEXT = PAGE.read_text("utf-8")
[JSON] = [block.text for block in blocks(PAGE) if block.language == "json"]
DOCUMENTS = {each["id"]: Document.from_json(json.dumps(each).encode()) for each in json.loads(JSON)}
ROWS = re.findall(r"^\| `(Route\(.*\))` \| ([\w ]+) \| (`/[^`]*`|none.*) \|$", TEXT, re.MULTILINE)


@pytest.mark.parametrize(("route", "document", "url"), ROWS)
def test_a_document_has_the_url_of_the_table(route: str, document: str, url: str) -> None:
    made = eval(route, {"Route": Route})  # noqa: S307  (the code of the page is what is tested)
    found = RouteTable([made], "en-us").path_for(DOCUMENTS[document], DOCUMENTS.get)
    assert (f"`{found[0]}`" if found else "none") == url.partition(":")[0]


def test_every_row_of_the_table_is_looked_at() -> None:
    assert len(ROWS) == TEXT.count("\n| `Route(") > 15


def test_default_routes_are_those_of_the_page() -> None:
    table = TEXT.partition("## Without routes")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| `(\w+)`.*? \| `(/[^`]*)`", table, re.MULTILINE))
    routes = default_routes(set(told), frozenset({"homepage", "settings"}))
    assert {route.type: route.path for route in routes} == told
