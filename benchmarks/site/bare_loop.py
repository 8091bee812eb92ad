"""The magazine by the fastest plain Python program with prismic-ssg's templates: a reference.

    cd SITE && python bare_loop.py ENDPOINT --processes 2

Pulls everything, renders everything with plain Jinja, writes everything, and remembers nothing:
what prismic-ssg takes beyond this is its own. It knows this one site by heart: which fields there
are, what is asked of them, that no spans overlap. It imports nothing of prismic_ssg.
"""

from __future__ import annotations

import argparse
import calendar
import functools
import gc
import itertools
import os
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

import msgspec
from bare_documents import (
    Block,
    Document,
    Image,
    Link,
    Span,
    decode_blocks,
    decode_slices,
    pull,
)
from jinja2 import Environment, FileSystemLoader
from jinja2.runtime import Context
from markupsafe import Markup, escape

ORIGIN = "https://almanac.example"
OUTPUT = "dist"
# Pages that a process takes at a time: few enough that all end together.
CHUNK = 32

BLOCK_TAGS = {
    "heading1": ("<h1>", "</h1>"),
    "heading2": ("<h2>", "</h2>"),
    "heading3": ("<h3>", "</h3>"),
    "list-item": ("<li>", "</li>"),
    "paragraph": ("<p>", "</p>"),
    "preformatted": ("<pre>", "</pre>"),
}
SPAN_TAGS = {"strong": ("<strong>", "</strong>"), "em": ("<em>", "</em>")}


class Page(msgspec.Struct):
    """One file to be made, and what its template sees as `page`."""

    url: str
    template: str
    doc: Document | None = None
    value: Any = None
    documents: Sequence[Document] = ()
    number: int = 1
    total_pages: int = 1
    previous_url: str | None = None
    next_url: str | None = None


class Site:
    """What templates ask, and every answer made once."""

    origin = ORIGIN

    def __init__(self, documents: Sequence[Document]) -> None:
        self.by_id = {document.id: document for document in documents}
        self.lists: dict[Any, list[Document]] = defaultdict(list)
        self.tagged: dict[str, list[Document]] = defaultdict(list)
        for document in sorted(
            documents, key=lambda each: each.first_publication_date, reverse=True
        ):
            self.lists[document.type, None].append(document)
            if document.type != "article":
                continue
            for tag in document.tags:
                self.tagged[tag].append(document)
            for name in ("author", "category"):
                about = f"my.article.{name}", getattr(document.data, name).id
                self.lists["article", about].append(document)
        self.lists["category", None].sort(key=lambda each: each.data.name)
        for document in documents:
            document.title = as_text(document.data.title)
            document.url = url_of(document.type, document.uid)
        self.query = functools.cache(self._query)

    def _query(
        self,
        *,
        type: str,  # noqa: A002  (what templates call it)
        orderings: str,
        filters: Any = None,
        limit: int | None = None,
    ) -> list[Document]:
        # Lists are in the one order that templates ask for.
        return self.lists[type, filters][:limit]

    def get_single(self, type: str) -> Document:  # noqa: A002
        return self.lists[type, None][0]

    def resolve(self, link: Link) -> Document:
        return self.by_id[link.id]


class Filter:
    """`filter.at` of templates."""

    @staticmethod
    def at(path: str, value: str) -> tuple[str, str]:
        return path, value


def url_of(kind: str, uid: str | None) -> str | None:
    return {"homepage": "/", "article": f"/blog/{uid}", "author": f"/authors/{uid}"}.get(kind)


def as_text(blocks: Sequence[Block]) -> str:
    return " ".join([block.text for block in blocks])


# Rich text that many pages show, by the id of its list.
shared_html: dict[int, Markup] = {}


def as_html(field: msgspec.Raw | list[Block]) -> Markup:
    shared = shared_html.get(id(field))
    if shared is not None:
        return shared
    blocks = decode_blocks(field) if isinstance(field, msgspec.Raw) else field
    pieces: list[str] = []
    in_list = False
    for block in blocks:
        kind = block.type
        if (kind == "list-item") is not in_list:
            pieces.append("</ul>" if in_list else "<ul>")
            in_list = not in_list
        if kind == "image":
            image = f'<img src="{escape(block.url)}" alt="{escape(block.alt)}" />'
            pieces.append(f'<p class="block-img">{image}</p>')
            continue
        opening, closing = BLOCK_TAGS[kind]
        pieces.append(opening)
        add_text(pieces, block.text, block.spans)
        pieces.append(closing)
    if in_list:
        pieces.append("</ul>")
    return Markup("".join(pieces))


def add_text(pieces: list[str], text: str, spans: Sequence[Span]) -> None:
    """By turns a text and a tag. Most texts have nothing to be escaped: that is asked once."""
    before = len(pieces)
    at = 0
    for span in spans:
        start, end, kind = span.start, span.end, span.type
        opening, closing = anchor(span.data) if kind == "hyperlink" else SPAN_TAGS[kind]
        pieces += text[at:start], opening, text[start:end], closing
        at = end
    pieces.append(text[at:] if at else text)
    if "&" in text or "<" in text or ">" in text or '"' in text or "'" in text:
        pieces[before::2] = [escape(piece) for piece in pieces[before::2]]


def anchor(link: Any) -> tuple[str, str]:
    if link.link_type == "Web":
        return web_anchor(link.url)
    return f'<a href="/blog/{link.uid}">', "</a>"


@functools.cache
def web_anchor(url: str) -> tuple[str, str]:
    return f'<a href="{escape(url)}" rel="noopener noreferrer">', "</a>"


class SourceSet(msgspec.Struct):
    src: str
    srcset: str


def as_image_width_srcset(image: Image, *, widths: Sequence[int]) -> SourceSet:
    start = image.url.replace(",", "%2C")
    entries = [f"{start}&width={width} {width}w" for width in widths]
    return SourceSet(image.url, ", ".join(entries))


def as_image_src(image: Image, *, w: int, h: int, fit: str) -> str:
    return f"{image.url.replace(',', '%2C')}&w={w}&h={h}&fit={fit}"


@functools.cache
def date(value: str, pattern: str) -> str:
    assert pattern == "%-d %B %Y"
    year, month, day = value.split("-")
    return f"{int(day)} {calendar.month_name[int(month)]} {year}"


@functools.cache
def slug(text: str) -> str:
    plain = "".join([each for each in normalize("NFKD", text) if not combining(each)])
    return "-".join(re.findall(r"[^\W_]+", plain.lower()))


def pages_of(site: Site) -> Iterator[Page]:
    """Every page of the site, as its prismicio.py says."""
    for kind in ("homepage", "article", "author"):
        for doc in site.lists[kind, None]:
            yield Page(doc.url or "", f"{kind}.html", doc)
    yield from listing("/blog/", "blog.html", None, site.lists["article", None], 10)
    for category in site.lists["category", None]:
        posts = site.lists.get(("article", ("my.article.category", category.id)))
        if posts:
            yield from listing(f"/category/{category.uid}/", "category.html", category, posts, 100)
    for tag, posts in site.tagged.items():
        yield from listing(f"/tags/{slug(tag)}/", "tag.html", tag, posts, 100)
    yield Page("/404.html", "pages/404.html")
    yield Page("/feed.xml", "pages/feed.xml")


def listing(
    url: str, template: str, value: Any, posts: Sequence[Document], size: int
) -> Iterator[Page]:
    parts = [posts[at : at + size] for at in range(0, len(posts), size) or (0,)]
    urls = [url, *(f"{url}page/{number}/" for number in range(2, len(parts) + 1))]
    around = [None, *urls, None]
    for number, part in enumerate(parts, 1):
        before, after = around[number - 1], around[number + 1]
        yield Page(urls[number - 1], template, None, value, part, number, len(parts), before, after)


def site_map(pages: Sequence[Page]) -> str:
    rows = []
    for page in pages:
        if page.doc is not None:
            changed = page.doc.last_publication_date
            rows.append(
                f"<url><loc>{ORIGIN}{page.url}</loc>"
                f"<lastmod>{changed[:-2]}:{changed[-2:]}</lastmod></url>\n"
            )
        elif not page.template.startswith("pages/"):
            rows.append(f"<url><loc>{ORIGIN}{page.url}</loc></url>\n")
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{namespace}">\n'
    return f"{head}{''.join(rows)}</urlset>\n"


class PlainContext(Context):
    """Nothing that templates call asks for the context, which is what Jinja looks at first."""

    @staticmethod
    def call(
        called: Any, *values: Any, _block_vars: Any = None, _loop_vars: Any = None, **named: Any
    ) -> Any:
        return called(*values, **named)


class Templates(Environment):
    """Jinja, by the ways that it has for this, without what it does for others: documents are
    objects, so that an attribute is Python's own, and no template has globals of its own."""

    context_class = PlainContext
    getattr = staticmethod(getattr)  # type: ignore[assignment]

    def make_globals(self, own: Any) -> Any:
        return self.globals


def make_templates(site: Site) -> Templates:
    templates = Templates(
        loader=FileSystemLoader("templates"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for each in (as_html, as_text, as_image_src, as_image_width_srcset, date, slug):
        templates.filters[each.__name__] = each
    slices = {
        kind: templates.get_template(f"slices/{kind}.html") for kind in ("text", "quote", "gallery")
    }

    def slice_zone(zone: msgspec.Raw) -> Markup:
        shown = decode_slices(zone)
        return Markup("".join([slices[each.slice_type].render(slice=each) for each in shown]))

    templates.globals |= {"site": site, "filter": Filter, "slice_zone": slice_zone}
    # Templates import one module, whose macros are its attributes: a post's line is made once.
    parts: Any = templates.get_template("parts.html").module
    parts.line, parts.day = functools.cache(parts.line), functools.cache(parts.day)
    return templates


def write(url: str, text: str) -> None:
    path = OUTPUT + url
    if "." not in url:
        folder = path.rstrip("/")
        path = f"{folder}/index.html"
        try:
            os.mkdir(folder)  # noqa: PTH102  (pathlib takes longer than the kernel)
        except FileExistsError:
            pass
        except FileNotFoundError:
            os.makedirs(folder, exist_ok=True)  # noqa: PTH103
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.write(file, text.encode())
    os.close(file)


def make(pages: Sequence[Page], templates: Templates, processes: int) -> None:
    """Render and write in so many processes, each taking the next chunk when it has done one."""
    compiled = {page.template: templates.get_template(page.template) for page in pages}
    tickets, offered = os.pipe()
    chunks = range(0, len(pages), CHUNK)
    os.write(offered, b"".join(at.to_bytes(4, "little") for at in chunks))
    os.close(offered)
    children: list[int] = []
    while len(children) < processes - 1 and 0 not in children:
        children.append(os.fork())
    while ticket := os.read(tickets, 4):
        at = int.from_bytes(ticket, "little")
        for page in pages[at : at + CHUNK]:
            write(page.url, compiled[page.template].render(doc=page.doc, page=page))
    if 0 in children:
        os._exit(0)
    for child in children:
        _, status = os.waitpid(child, 0)
        if status:
            raise SystemExit(f"process {child} ended with {os.waitstatus_to_exitcode(status)}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("endpoint")
    arguments.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = arguments.parse_args()
    gc.disable()
    moments = [time.perf_counter()]
    documents = pull(given.endpoint)
    moments.append(time.perf_counter())
    site = Site(documents)
    for document in documents:
        for field in (document.data.bio, document.data.description):
            if field is not None:
                shared_html[id(field)] = as_html(field)
    templates = make_templates(site)
    pages = list(pages_of(site))
    moments.append(time.perf_counter())
    os.makedirs(OUTPUT, exist_ok=True)  # noqa: PTH103
    for static in Path("static").iterdir():
        (Path(OUTPUT) / static.name).write_bytes(static.read_bytes())
    write("/robots.txt", f"User-agent: *\nDisallow:\n\nSitemap: {ORIGIN}/sitemap.xml\n")
    write("/sitemap.xml", site_map(pages))
    make(pages, templates, given.processes)
    moments.append(time.perf_counter())
    pulled, planned, made = (after - before for before, after in itertools.pairwise(moments))
    print(f"pull {pulled:.2f} s, plan {planned:.2f} s, pages {made:.2f} s", flush=True)
    # Without giving back a gigabyte piece by piece.
    os._exit(0)


if __name__ == "__main__":
    main()
