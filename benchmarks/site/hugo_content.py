"""The magazine's documents as files that Hugo reads: content/, with front matter, and data/.

Hugo has no rich text, so that its HTML is in the files already, written by prismic_ssg's helpers.
None of this is in the times of Hugo.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import msgspec

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from prismic_ssg import as_html, as_image_src, as_image_width_srcset, as_text  # noqa: E402

Json = dict[str, Any]

FOLDERS = {"article": "blog/{}.html", "author": "authors/{}/_index.html"}
FOLDERS |= {"category": "category/{}/_index.html", "homepage": "_index.html"}


class HugoContent:
    """Writes content into a Hugo site; the second time only files whose document changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: dict[str, bytes] = {}

    def write(self, documents: list[msgspec.Raw]) -> None:
        by_id: dict[str, Json] = {}
        changed = []
        for raw in documents:
            document = msgspec.json.decode(raw)
            by_id[document["id"]] = document
            # The ref is in `href`, so that the text alone is always another one.
            text = msgspec.json.encode({**document, "href": None})
            if self._written.get(document["id"]) != text:
                self._written[document["id"]] = text
                changed.append(document)
        for document in changed:
            path = self._folder / "content" / FOLDERS[document["type"]].format(document["uid"])
            path.parent.mkdir(parents=True, exist_ok=True)
            front, body = _file(document, by_id)
            path.write_text(f"{msgspec.json.encode(front).decode()}\n{body}\n", "utf-8")
        self._write_categories(by_id)

    def _write_categories(self, by_id: dict[str, Json]) -> None:
        found = [each for each in by_id.values() if each["type"] == "category"]
        rows = [{"uid": each["uid"], "name": each["data"]["name"]} for each in found]
        path = self._folder / "data" / "categories.json"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(msgspec.json.encode(sorted(rows, key=lambda row: row["name"])))


def _file(document: Json, by_id: dict[str, Json]) -> tuple[Json, str]:
    """Front matter, and the text below it."""
    fields = document["data"]
    date = document["last_publication_date"]
    front: Json = {"published": f"{date[:-2]}:{date[-2:]}"}
    match document["type"]:
        case "article":
            front |= {
                "title": as_text(fields["title"]),
                "date": document["first_publication_date"],
                "excerpt": fields["excerpt"],
                "hero": {
                    **_image(fields["hero"]),
                    "narrow": _image(fields["hero"]["narrow"]),
                    "social": as_image_src(fields["hero"], w=1200, h=630, fit="crop"),
                },
                "authors": [by_id[fields["author"]["id"]]["uid"]],
                "category": [by_id[fields["category"]["id"]]["uid"]],
                "tags": document["tags"],
                "slices": [_slice(each) for each in fields["slices"]],
            }
            return front, _html(fields["body"])
        case "author":
            front |= {"title": fields["name"], "photo": _image(fields["photo"])}
            return front, _html(fields["bio"])
        case "category":
            # As in the other sites, a category's own document has no place in the site map.
            return {"title": fields["name"]}, _html(fields["description"])
        case _:
            front["slices"] = [_slice(each) for each in fields["slices"]]
            return front, _html(fields["body"])


def _html(field: list[Json]) -> str:
    return as_html(field, link_resolver=lambda link: f"/blog/{link['uid']}/") or ""


def _image(field: Json) -> Json:
    given = as_image_width_srcset(field, widths=[640, 1080, 1600])
    return {**(given or {}), **field["dimensions"], "alt": field["alt"]}


def _slice(slice_: Json) -> Json:
    kind, primary = slice_["slice_type"], slice_["primary"]
    match kind:
        case "text":
            shown = {"heading": as_text(primary["heading"]), "text": _html(primary["text"])}
        case "quote":
            shown = {"quote": _html(primary["quote"]), "source": primary["source"]}
        case _:
            images = [
                {"image": _image(row["image"]), "caption": row["caption"]}
                for row in primary["images"]
            ]
            shown = {"images": images}
    return {"kind": kind, **shown}
