"""Documents as the Content API gives them, as many as wanted, the same ones every time.

    python benchmarks/content.py 10000 documents.jsonl

A magazine: one home page, categories, authors, pages, and articles of about 10 kB with rich text,
images, links to each other and slices. Every document is a function of its kind and number alone,
so a larger set begins with the smaller one's articles. `magazine` is one with articles as long as a
site's really are, for the benchmark of whole builds.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

Json = dict[str, Any]

NOUNS = [
    "harbour",
    "lantern",
    "orchard",
    "meadow",
    "ferry",
    "compass",
    "kettle",
    "archive",
    "chapel",
    "quarry",
    "glacier",
    "saddle",
    "violin",
    "market",
    "bakery",
    "lighthouse",
    "railway",
    "tunnel",
    "canal",
    "garden",
    "observatory",
    "printing",
    "press",
    "café",
    "smörgåsbord",
    "façade",
    "piñata",
    "Zürich",
    "Åland",
    "déjà-vu",
    "workshop",
    "ledger",
    "sketch",
    "mural",
    "tide",
    "estuary",
]
VERBS = ("builds", "paints", "repairs", "measures", "crosses", "remembers", "maps", "restores")
SMALL = ("the", "a", "of", "in", "with", "behind", "under", "and", "for", "beyond", "near", "after")
TAGS = [f"{noun.lower()}-notes" for noun in NOUNS[:30]]
CATEGORIES = ("Craft", "Travel", "Food", "History", "Science", "Music", "Maps", "Sea")


@dataclass(frozen=True)
class Length:
    """How long an article is: sections, each of two paragraphs of so many words; then slices."""

    sections: tuple[int, int]
    words: tuple[int, int]
    slices: tuple[int, int]
    sees_also: bool


SHORT = Length(sections=(2, 4), words=(40, 65), slices=(1, 3), sees_also=False)
LONG = Length(sections=(3, 5), words=(80, 110), slices=(1, 3), sees_also=True)


def documents(count: int) -> Iterator[Json]:
    """`count` documents: home page, categories, authors (1 %), pages (2 %), then articles."""
    authors, pages = max(2, count // 100), max(2, count // 50)
    articles = count - 1 - len(CATEGORIES) - authors - pages
    yield from _around_articles(authors)
    for number in range(pages):
        rng = random.Random(f"page {number}")
        title = _title(f"{_words(rng, 3).capitalize()} {number}")
        yield _document("page", number, f"page-{number}", {"title": title, **_body("page", number)})
    for number in range(articles):
        yield _article(number, authors, articles)


def magazine(articles: int) -> Iterator[Json]:
    """Home page, categories, authors (1 %), then `articles` of 600 to 1,200 words."""
    authors = max(2, articles // 100)
    yield from _around_articles(authors)
    for number in range(articles):
        yield _article(number, authors, articles, LONG)


def _around_articles(authors: int) -> Iterator[Json]:
    yield _document("homepage", 0, None, {"title": _title("The Tidal Almanac"), **_body("home", 0)})
    for number, name in enumerate(CATEGORIES):
        about = [_paragraph(random.Random(f"category {number}"), 35)]
        yield _document("category", number, name.lower(), {"name": name, "description": about})
    for number in range(authors):
        rng = random.Random(f"author {number}")
        name = f"{rng.choice(NOUNS).title()} {rng.choice(NOUNS).title()}"
        fields = {"name": name, "photo": _image(rng, 400, 400), "bio": [_paragraph(rng, 60)]}
        yield _document("author", number, f"author-{number}", fields)


def _article(number: int, authors: int, articles: int, length: Length = SHORT) -> Json:
    rng = random.Random(f"article {number}")
    published = datetime(2014, 3, 1) + timedelta(hours=7 * number)
    related = [rng.randrange(articles) for _ in range(3)]
    category = rng.choice(CATEGORIES).lower()
    fields = {
        "title": _title(f"{_words(rng, 5).capitalize()} {number}"),
        "excerpt": _words(rng, 24).capitalize() + ".",
        "published_on": published.strftime("%Y-%m-%d"),
        "hero": _image(rng, 1600, 900) | {"narrow": _image(rng, 400, 225)},
        "author": _link("author", rng.randrange(authors)),
        "category": _link("category", CATEGORIES.index(category.capitalize()), category),
        "related": [{"article": _link("article", other)} for other in related],
        **_body("article", number, length),
    }
    if length.sees_also:
        fields["body"].append(_see_also(rng.randrange(articles)))
    tags = rng.sample(TAGS, 3)
    return _document("article", number, f"article-{number}", fields, tags=tags, published=published)


def _document(
    kind: str,
    number: int,
    uid: str | None,
    fields: Json,
    *,
    tags: list[str] | None = None,
    published: datetime = datetime(2014, 1, 1),
) -> Json:
    identity = document_id(kind, number)
    date = published.strftime("%Y-%m-%dT%H:%M:%S+0000")
    where = "https://almanac.cdn.prismic.io/api/v2/documents/search"
    by_id = f"q=%5B%5B%3Ad+%3D+at%28document.id%2C+%22{identity}%22%29+%5D%5D"
    return {
        "id": identity,
        "uid": uid,
        "url": None,
        "type": kind,
        "href": f"{where}?ref=REF&{by_id}",
        "tags": tags or [],
        "first_publication_date": date,
        "last_publication_date": date,
        "slugs": [uid or kind],
        "linked_documents": [],
        "lang": "en-us",
        "alternate_languages": [],
        "data": fields,
    }


def document_id(kind: str, number: int) -> str:
    """16 characters, as the API's ids."""
    return "Y" + blake2b(f"{kind} {number}".encode(), digest_size=8).hexdigest()[:15]


def _body(kind: str, number: int, length: Length = SHORT) -> Json:
    rng = random.Random(f"body of {kind} {number}")
    blocks: list[Json] = []
    for section in range(rng.randint(*length.sections)):
        heading = "heading2" if section % 3 else "heading3"
        blocks.append(_block(heading, _words(rng, 4).capitalize()))
        blocks += [_paragraph(rng, rng.randint(*length.words)) for _ in range(2)]
        match section % 4:
            case 0:
                blocks += [_paragraph(rng, 9, "list-item") for _ in range(3)]
            case 1:
                blocks.append({"type": "image", **_image(rng, 1200, 800)})
            case 2:
                blocks.append(_block("preformatted", "for page in site:\n    print(page & '<p>')"))
    return {"body": blocks, "slices": [_slice(rng) for _ in range(rng.randint(*length.slices))]}


def _see_also(number: int) -> Json:
    link = {"start": 9, "end": 16, "type": "hyperlink", "data": _link("article", number)}
    return _block("paragraph", "See also article.", [link])


def _slice(rng: random.Random) -> Json:
    kind = rng.choice(("text", "quote", "gallery"))
    primary: Json
    match kind:
        case "text":
            primary = {"heading": _title(_words(rng, 3)), "text": [_paragraph(rng, 45)]}
        case "quote":
            primary = {"quote": [_paragraph(rng, 20)], "source": _words(rng, 2).title()}
        case _:
            shown = [{"image": _image(rng, 800, 600), "caption": _words(rng, 5)} for _ in range(3)]
            primary = {"images": shown}
    return {
        "variation": "default",
        "version": "initial",
        "items": [],
        "primary": primary,
        "id": f"{kind}${rng.getrandbits(64):016x}",
        "slice_type": kind,
        "slice_label": None,
    }


def _words(rng: random.Random, count: int) -> str:
    pools = (SMALL, NOUNS, VERBS)
    return " ".join(rng.choice(pools[place % 3]) for place in range(count))


def _title(text: str) -> list[Json]:
    return [_block("heading1", text)]


def _block(kind: str, text: str, spans: list[Json] | None = None) -> Json:
    return {"type": kind, "text": text, "spans": spans or [], "direction": "ltr"}


def _paragraph(rng: random.Random, count: int, kind: str = "paragraph") -> Json:
    """A text with a few spans. All characters are one UTF-16 unit, so offsets are plain."""
    words = _words(rng, count).split()
    text = " ".join(words).capitalize() + "."
    spans: list[Json] = []
    for place in range(3, count - 3, 12):
        start = len(" ".join(words[:place])) + 1
        span: Json = {"start": start, "end": start + len(words[place])}
        style = rng.choice(("strong", "em", "hyperlink", "none"))
        if style == "hyperlink":
            data = {"link_type": "Web", "url": f"https://example.com/?a={place}&b=2"}
            spans.append({**span, "type": style, "data": data})
        elif style != "none":
            spans.append({**span, "type": style})
    return _block(kind, text, spans)


def _image(rng: random.Random, width: int, height: int) -> Json:
    name = f"Z{rng.getrandbits(48):012x}"
    return {
        "dimensions": {"width": width, "height": height},
        "alt": _words(rng, 4),
        "copyright": None,
        "url": f"https://images.prismic.io/almanac/{name}_photo.jpg?auto=compress,format",
        "id": name,
        "edit": {"x": 0, "y": 0, "zoom": 1, "background": "transparent"},
    }


def _link(kind: str, number: int, uid: str | None = None) -> Json:
    uid = uid or f"{kind}-{number}"
    return {
        "id": document_id(kind, number),
        "type": kind,
        "tags": [],
        "lang": "en-us",
        "slug": uid,
        "first_publication_date": "2014-01-01T00:00:00+0000",
        "last_publication_date": "2014-01-01T00:00:00+0000",
        "uid": uid,
        "link_type": "Document",
        "key": f"{kind}-{number}-key",
        "isBroken": False,
    }


def main() -> None:
    count, target = int(sys.argv[1]), Path(sys.argv[2])
    size = 0
    with target.open("wb") as file:
        for document in documents(count):
            size += file.write(msgspec.json.encode(document) + b"\n")
    print(f"{count:,} documents, {size / count / 1000:.1f} kB each, in {target}")


if __name__ == "__main__":
    main()
