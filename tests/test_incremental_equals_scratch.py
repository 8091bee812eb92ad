"""After any edits, an incremental build leaves what a build from nothing makes, byte for byte.

Each round does a few random edits of whatever a site is made of, builds with one worker or several,
and compares the output with that of a build into an empty folder. The same rounds can be run by
hand, as many as wanted:

    python tests/test_incremental_equals_scratch.py --rounds 2000 --seed 7 --site searched
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jinja2
import msgspec
import pytest
from msgspec import structs
from site_harness import BuiltSite

from prismic_ssg import BuildFailed
from prismic_ssg.building.kept_blocks import _decode as decode_places
from prismic_ssg.building.workers import WORTH_A_WORKER
from prismic_ssg.content.query import Query
from prismic_ssg.engine.changed import changed, is_touched
from prismic_ssg.engine.facts import differing, packed
from prismic_ssg.render.blocks import _Code

SITE = """
-- prismicio.py --
from prismic_ssg import Listing, Route, Site, filter
site = Site(
    repository="./content",
    base_url="https://example.org",
    broken_route="/gone/",
    redirects={"/former/": "/all/", "/post1-2": "/all/"},
    redirects_as=["_redirects", "nginx", "html"],
    markdown_twins=True,
    routes=[
        Route("home", "/"),
        Route("post", "/:section/:uid/", resolvers={"section": "section"}),
        Route("post", "/:uid/"),
        Route("section", "/in/:uid/"),
        Route("author", "/by/:uid/"),
    ],
    listings=[
        Listing("/all/", template="all.html", page_size=3, feed=["feed.xml", "feed.json"],
                orderings="my.post.date desc",
                filters=[filter.at("document.type", "post")]),
        Listing("/tag/:tag/", template="tag.html", page_size=2, by="tags", feed=True),
        Listing("/about/:section/", template="tag.html", by="my.post.section"),
    ],
)
-- content/repository.json --
{"types": {"home": "Home", "post": "Post", "section": "Section", "author": "Author"}}
-- templates/base.html --
{% import "macros.html" as m %}
{% set mood = site.get_by_uid("section", "sea").data.about %}
<title>{% block title %}{{ m.tagline }}{% endblock %}</title><link href="{{ asset("style.css") }}">
<nav>{% for link in site.navigation() %}{{ link|link_tag }}{% endfor %}</nav>
{% for each in page.breadcrumbs %}{{ each.title }} {{ each.url }}{% endfor %}{{ page.markdown_url }}
{% for each in page.feeds + site.feeds() %}{{ each.url }}{% endfor %}
<main>{% block main %}{% endblock %}</main>{% block mood %}{{ mood }} {{ page.path }}{% endblock %}
{% for latest in site.query(type="post", orderings="my.post.date desc", limit=3) %}
{{ m.line(latest) }}{% endfor %}
-- templates/macros.html --
{% set tagline = site.get_single("home").data.tagline %}
{% macro line(post) %}<a href="{{ post.url }}">{{ post.data.title }}</a>{% endmacro %}
-- templates/others.html --
{% set tagline = site.get_by_uid("author", "ada").data.name %}
{% macro line(post) %}{{ post.data.title }}{{ post.url }}{% endmacro %}
-- templates/post.html --
{% extends "base.html" %}{% block main %}
<h1>{{ doc.title }}</h1>{{ doc.uid }} {{ doc.tags|join(", ") }}
{{ doc.data.body|as_html }}{{ slice_zone(doc.data.slices) }}
{{ doc.data.author|link_tag }}{{ site.resolve(doc.data.author).data.name }}
{% for near in site.query(type="post", filters=filter.any("document.tags", doc.tags), limit=3) %}
{{ near.title }}{% endfor %}
{% endblock %}
{% block mood %}{{ super() }}{% include "extra.html" ignore missing %}{% endblock %}
-- templates/section.html --
{% extends "base.html" %}{% block main %}{{ doc.data }}
{% for name in doc.data %}{{ name }}{% endfor %}{% endblock %}
-- templates/author.html --
{% extends "base.html" %}{% block main %}{{ doc.data.name }} {{ doc.last_publication_date }}
{{ site.get_by_uid("section", "craft").data.name }}{{ site.get("post1").url }}
{% endblock %}
-- templates/home.html --
{% extends "base.html" %}{% block main %}{{ site.today }}{{ doc.data.tagline }}{% endblock %}
-- templates/all.html --
{% extends "base.html" %}{% from "macros.html" import line %}
{% block mood %}{% for post in page.documents %}{{ line(post) }}{% endfor %}{% endblock %}
{% block main %}{{ page.number }}/{{ page.total_pages }}
{% for post in page.documents %}{{ post.data.title }}{{ post.data.author.uid }}{% endfor %}
{{ page.next_url }}{% endblock %}
-- templates/tag.html --
{{ page.title }}{% for post in page.documents %}{{ post.url }}{% endfor %}
-- templates/slices/quote.html --
<q>{{ slice.primary.text }}</q>{{ slice.primary.link|as_link }}
-- static/style.css --
a {}
-- pages/note.md --
---
title: A note
---
Some *text*.
"""

# The site's own code, which takes part in all of it.
HOOKS = """
from prismic_ssg import ExtraPage

@site.page_data
def more(page, doc):
    authors = page.site.query(type="author", orderings="my.author.name", limit=2)
    near = [each.data["name"] for each in authors]
    return {"more": near + [doc.title if doc and doc.type == "post" else page.path]}

@site.pages
def letters(content):
    titles = [each.title for each in content.query(type="post")]
    for letter in sorted({title[:1] for title in titles if title}):
        names = sorted(title for title in titles if title[:1] == letter)
        yield ExtraPage(f"/letters/{letter}/", "letter.html", data={"names": names[:3]})

@site.on_snapshot
def marked(content):
    count = len(content.query(type="section"))
    for post in content.query(type="post"):
        if "z" in post.tags:
            yield {**post.json, "data": {**post.data, "title": f"{post.title} of {count}"}}
        elif "w" in post.tags:
            yield {"id": post.id, "deleted": True}

@site.on_page
def signed(page, html):
    return html + (page.doc.data["title"] or "" if page.doc and page.doc.type == "post" else "-")

-- templates/letter.html --
{% extends "base.html" %}{% block main %}{{ names|join }} {{ more|join }}{% endblock %}
"""
HOOKED = SITE.replace("-- content/repository.json --", f"{HOOKS}-- content/repository.json --")

# Two languages, one of which shows what it lacks as the other has it; and macros that show what is
# theirs, and the page's, on pages of both.
TRANSLATIONS = """
-- content/repository.json --
{"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "French"}],
 "types": {"home": "Home", "post": "Post", "section": "Section", "author": "Author"}}
-- templates/base.html --
{% import "macros.html" as m %}{% from "macros.html" import line %}
{% set posts = site.query(type="post", orderings="my.post.date desc", limit=3) %}
{% set count = namespace(posts=0) %}<title>{{ page.title }} {{ m.tagline }}</title>
{% block head %}{% for each in page.alternates %}{{ each|link_tag }}{% endfor %}{% endblock %}
<nav>{% for link in site.navigation() %}{{ link|link_tag }}{% endfor %}</nav>
{% for each in page.breadcrumbs %}{{ each.title }} {{ each.url }}{% endfor %}
<main>{% block main %}{{ page.content }}{% endblock %}</main>
{% block mood %}{{ m.whole(posts[0]) }}{{ page.path }}{% endblock %}
{% for post in posts if doc is not defined or post != doc %}{{ line(post) }}{% endfor %}
{% for post in posts %}{% set count.posts = count.posts + 1 %}{{ count.posts }}
{{ m.whole(post) }}{% endfor %}
{% for each in site.query(type="post", lang="*", limit=4) %}{{ each.lang }}{{ each.url }}
{% for other in each.alternates %}{{ other.url }}{{ other.language.name }}{% endfor %}{% endfor %}
{% call m.framed(posts[0]) %}{{ page.url }}{% endcall %}
-- templates/macros.html --
{% set tagline = site.get_single("home").data.tagline %}
{% macro line(post) %}<a href="{{ post.url }}">{{ post.data.title }}</a>{% endmacro %}
{% macro whole(post) %}{{ post.data.author|link_tag }}{{ post.data.body|as_html }}
{{ slice_zone(post.data.slices) }}{{ post.original.lang }}{% endmacro %}
{% macro framed(post) %}[{{ caller() }}{{ line(post) }}{{ site.today|date("long") }}]{% endmacro %}
"""
TRANSLATED = (
    re.sub(r'(Route\("\w+", "|Listing\(")/', r"\1/:lang?/", SITE).replace(
        'base_url="https://example.org"',
        'base_url="https://example.org/docs", fallback={"fr-fr": "en-us"}',
    )
    + TRANSLATIONS
)

# Pages that show what is found by words: any document that changes may bring them another answer.
SEARCHED = (
    SITE.replace(
        """Listing("/about/:section/",""",
        """Listing("/sea/", template="tag.html", filters=[filter.fulltext("document", "sea tide")]),
        Listing("/about/:section/",""",
    )
    + """
-- templates/macros.html --
{% set found = site.query(filters=filter.fulltext("my.author.name", "ash")) %}
{% set tagline = found|map(attribute="uid")|join %}
{% macro line(post) %}<a href="{{ post.url }}">{{ post.data.title }}</a>{% endmacro %}
-- templates/others.html --
{% set tagline = site.query(filters=filter.similar("post1", 99))|map(attribute="title")|join %}
{% macro line(post) %}{{ post.data.title }}{{ post.url }}{% endmacro %}
-- templates/base.html --
{% import "macros.html" as m %}
<title>{% block title %}{{ m.tagline }}{% endblock %}</title>
{% set sea = [filter.fulltext("document", "sea"), filter.at("document.tags", ["x"])] %}
<main>{% block main %}{% endblock %}</main>{% block mood %}{{ page.path }}
{% for each in site.query(filters=sea, limit=2) %}{{ each.title }}{% endfor %}{% endblock %}
{% for each in site.query(filters=filter.fulltext("my.post.title", "tide loom")) %}
{{ m.line(each) }}{% endfor %}
-- templates/post.html --
{% extends "base.html" %}{% block main %}
<h1>{{ doc.title }}</h1>{{ doc.data.body|as_html }}{{ slice_zone(doc.data.slices) }}
{% for near in site.query(type="post", filters=filter.similar(doc.id, 3), limit=3) %}
{{ near.title }}{% endfor %}
{% endblock %}
{% block mood %}{{ super() }}
{% for near in site.query(filters=filter.similar(doc.id, 200), orderings="my.post.date") %}
{{ near.uid }}{% endfor %}{% endblock %}
"""
)

Edit = Callable[["Rounds"], None]

# Templates that a site may lack.
TOGGLED = {
    "slices/panel.html": "a panel {{ page.url if page is defined }}",
    "slices/quote/default.html": "a variation {{ slice.primary.text }}",
    "extra.html": "more",
    "post-post1.html": "the first: {{ doc.title }}",
    "rich_text/paragraph.html": "<p>{{ children }}</p>",
    "rich_text.html": "{% macro hyperlink(node, children) %}[{{ children }}]{% endmacro %}",
    "pages/more.html": "{{ site.query()|length }}",
    "feed/post.html": "{{ doc.title }}",
}


class Rounds:
    """A site, and random edits of everything that it is made of. Posts are in one of `langs`."""

    def __init__(
        self, folder: Path, seed: int, site: str = SITE, langs: tuple[str, ...] = ("en-us",)
    ) -> None:
        self.langs = langs
        self.random = random.Random(seed)  # noqa: S311
        self.site = BuiltSite(folder, site)
        self.site.options["today"] = date(2026, 5, 1)
        self.documents: dict[str, dict[str, Any]] = {}
        self.count = 0
        self.put({"id": "home", "type": "home", "data": {"tagline": "a tagline"}})
        for name in ("craft", "sea"):
            self.put({"id": name, "type": "section", "uid": name, "data": {"name": name}})
        for name in ("ada", "bo"):
            self.put({"id": name, "type": "author", "uid": name, "data": {"name": name}})
        for _ in range(8):
            self.add_post()

    # Content.

    def put(self, document: dict[str, Any]) -> None:
        document = {"lang": "en-us", "tags": [], "data": {}, **document}
        self.documents[document["id"]] = document
        self.site.write(f"content/{document['id']}.json", json.dumps(document))

    def some(self, type_: str) -> dict[str, Any]:
        found = [each for each in self.documents.values() if each["type"] == type_]
        return json.loads(json.dumps(self.random.choice(found)))

    def words(self, count: int = 3) -> str:
        return " ".join(self.random.choices(["sea", "wood", "ink", "loom", "tide", "ash"], k=count))

    def link(self, type_: str) -> dict[str, Any]:
        known = [each for each in self.documents.values() if each["type"] == type_]
        identity = self.random.choice([*(each["id"] for each in known), "nobody"])
        # The copy of the target in a link is of another day: nothing may show it.
        return {"link_type": "Document", "id": identity, "type": type_, "uid": self.words(1),
                "lang": "en-us", "tags": [self.words(1)]}  # fmt: skip

    def body(self) -> list[dict[str, Any]]:
        text = self.words(8)
        spans = [{"type": "hyperlink", "start": 0, "end": 3, "data": self.link("post")}]
        spans = spans if self.random.random() < 0.5 else []
        return [{"type": "paragraph", "text": text, "spans": spans}]

    def add_post(self) -> None:
        self.count += 1
        data: dict[str, Any] = {"title": self.words(), "date": self.day(), "body": self.body()}
        if self.random.random() < 0.6:
            data["section"] = self.link("section")
        if self.random.random() < 0.6:
            data["author"] = self.link("author")
        tags = self.random.sample(["x", "y", "z", "Old Salt"], k=self.random.randint(0, 2))
        name = f"post{self.count}"
        lang = self.random.choice(self.langs) if len(self.langs) > 1 else self.langs[0]
        post = {"id": name, "type": "post", "uid": name, "lang": lang, "tags": tags, "data": data}
        self.put(post)

    def day(self) -> str:
        return str(date(2026, 1, 1) + timedelta(days=self.random.randint(0, 9)))

    def remove(self) -> None:
        posts = [each for each in self.documents.values() if each["type"] == "post"]
        authors = [each for each in self.documents.values() if each["type"] == "author"]
        pool = [*(posts if len(posts) > 3 else ()), *(authors if len(authors) > 1 else ())]
        if pool:
            gone = self.random.choice(pool)["id"]
            del self.documents[gone]
            (self.site.folder / f"content/documents/{gone}.json").unlink()

    def field(self, type_: str, name: str, value: Callable[[], Any]) -> None:
        document = self.some(type_)
        document["data"][name] = value()
        self.put(document)

    def edit_slices(self) -> None:
        kinds = ("quote", "panel", "strip")
        self.field("post", "slices", lambda: [
            {"slice_type": self.random.choice(kinds), "variation": "default",
             "primary": {"text": self.words(), "link": self.link("author")}}
            for _ in range(self.random.randint(0, 2))
        ])  # fmt: skip

    def drop_field(self) -> None:
        document = self.some("post")
        if document["data"]:
            del document["data"][self.random.choice(list(document["data"]))]
        self.put(document)

    def rename(self) -> None:
        document = self.some(self.random.choice(["post", "author", "section"]))
        document["uid"] = f"{document['id']}-{self.random.randint(1, 3)}"
        self.put(document)

    def swap(self) -> None:
        one, other = self.some("post"), self.some("post")
        one["uid"], other["uid"] = other["uid"], one["uid"]
        if one["id"] != other["id"]:
            self.put(one)
            self.put(other)

    def retag(self) -> None:
        document = self.some("post")
        document["tags"] = self.random.sample(["x", "y", "z", "old salt", "w"], k=2)
        self.put(document)

    def republish(self) -> None:
        document = self.some(self.random.choice(["post", "author"]))
        document["last_publication_date"] = f"{self.day()}T10:00:00+0000"
        self.put(document)

    def translate(self) -> None:
        """A post becomes the translation of another one, or is none any more."""
        one, other = self.some("post"), self.some("post")
        if one["lang"] == other["lang"]:
            one["alternate_languages"] = []
            self.put(one)
            return
        for each, its in ((one, other), (other, one)):
            named = {name: its[name] for name in ("id", "type", "lang", "uid")}
            each["alternate_languages"] = [named]
            self.put(each)

    # Files.

    def layout(self) -> None:
        """What is around the blocks of all pages."""
        path = self.site.folder / "templates/base.html"
        text = path.read_text("utf-8")
        was, is_ = self.random.choice([
            ("<main>", f"<main>{self.words(1)}"), ('"section", "sea"', '"section", "craft"'),
            ('import "macros.html" as m', 'import "others.html" as m'),
        ])  # fmt: skip
        path.write_text(text.replace(was, is_) if was in text else text.replace(is_, was), "utf-8")

    def template(self) -> None:
        name = self.random.choice(
            ["base", "macros", "post", "section", "author", "home", "all", "tag", "slices/quote"]
        )
        path = self.site.folder / f"templates/{name}.html"
        text = path.read_text("utf-8")
        if name == "macros":
            text = (
                text.replace("<a ", "<a  ") if "<a  " not in text else text.replace("<a  ", "<a ")
            )
        elif "main %}" in text:
            text = text.replace("main %}", f"main %}}{self.words(1)}", 1)
        else:
            text += self.random.choice(["", "{# a comment #}", self.words(1)])
        path.write_text(text, "utf-8")

    def toggle(self) -> None:
        """A template that was missing comes, one that was there goes."""
        name = f"templates/{self.random.choice(list(TOGGLED))}"
        path = self.site.folder / name
        if path.exists():
            path.unlink()
        else:
            self.site.write(name, TOGGLED[name.removeprefix("templates/")])

    def asset(self) -> None:
        self.site.write("static/style.css", f"a {{ color: {self.words(1)} }}")

    def markdown(self) -> None:
        name = f"pages/{self.random.choice(['note', 'other'])}.md"
        if (self.site.folder / name).exists() and self.random.random() < 0.4:
            (self.site.folder / name).unlink()
        else:
            self.site.write(name, f"---\ntitle: {self.words()}\n---\n{self.words(9)}\n")

    def configuration(self) -> None:
        path = self.site.folder / "prismicio.py"
        text = path.read_text("utf-8")
        old, new = self.random.choice([
            ('resolvers={"section": "section"}', 'resolvers={"section": "author"}'),
            ("page_size=3", "page_size=4"), ('"/tag/:tag/"', '"/tags/:tag/"'),
            ('broken_route="/gone/"', 'broken_route="/lost/"'),
        ])  # fmt: skip
        path.write_text(text.replace(old, new) if old in text else text.replace(new, old), "utf-8")

    def next_day(self) -> None:
        self.site.options["today"] += timedelta(days=1)

    def harm(self) -> None:
        """Somebody deletes a page of the output, or writes into it."""
        pages = sorted(self.site.dist.rglob("*.html"))
        if pages:
            page = self.random.choice(pages)
            if self.random.random() < 0.5:
                page.unlink()
            else:
                page.write_bytes(page.read_bytes()[:-1] + b"!")

    def edit(self) -> str:
        edits: list[tuple[str, int, Edit]] = [
            ("title", 4, lambda r: r.field("post", "title", r.words)),
            ("body", 4, lambda r: r.field("post", "body", r.body)),
            ("date", 3, lambda r: r.field("post", "date", r.day)),
            ("section", 2, lambda r: r.field("post", "section", lambda: r.link("section"))),
            ("author", 2, lambda r: r.field("post", "author", lambda: r.link("author"))),
            ("name", 2, lambda r: r.field("author", "name", r.words)),
            ("about", 1, lambda r: r.field("section", r.random.choice(["name", "about"]), r.words)),
            ("tagline", 1, lambda r: r.field("home", "tagline", r.words)),
            ("slices", 3, Rounds.edit_slices),
            ("drop field", 1, Rounds.drop_field),
            ("add", 3, Rounds.add_post),
            ("remove", 3, Rounds.remove),
            ("rename", 2, Rounds.rename),
            ("swap", 2, Rounds.swap),
            ("retag", 3, Rounds.retag),
            ("republish", 2, Rounds.republish),
            ("template", 3, Rounds.template),
            ("layout", 2, Rounds.layout),
            ("toggle", 4, Rounds.toggle),
            ("asset", 1, Rounds.asset),
            ("markdown", 2, Rounds.markdown),
            ("configuration", 1, Rounds.configuration),
            ("next day", 1, Rounds.next_day),
            ("harm", 1, Rounds.harm),
        ]
        if len(self.langs) > 1:
            edits.append(("translate", 6, Rounds.translate))
        [(name, _, edit)] = self.random.choices(edits, weights=[weight for _, weight, _ in edits])
        edit(self)
        return name

    def round(self) -> tuple[str, int, int]:
        """Edit, build, compare; gives what was done, the pages rendered and all there are.

        A site that can't be laid out, as with one URL twice, fails in both builds.
        """
        done = ", ".join(self.edit() for _ in range(self.random.choice([1, 1, 1, 2, 4])))
        jobs = self.random.choice([1, 1, 2, 3])
        try:
            report = self.site.build(jobs=jobs)
        except BuildFailed:
            with pytest.raises(BuildFailed):
                self.site.from_scratch()
            return f"{done} (fails)", 0, 0
        scratch, files = self.site.from_scratch(), self.site.files
        wrong = sorted(
            name for name in {**scratch, **files} if scratch.get(name) != files.get(name)
        )
        assert not wrong, f"after {done}, with {jobs} jobs: {wrong}"
        return done, len(report.rendered), report.pages


def share_rendered(rounds: Rounds, count: int) -> float:
    """Of all pages in so many rounds: the teeth to notice an engine that renders everything."""
    rendered, pages = 0, 0
    for _ in range(count):
        _, some, all_ = rounds.round()
        rendered, pages = rendered + some, pages + all_
    return rendered / pages


# Sites by name, with the languages of their posts.
SITES: dict[str, tuple[str, tuple[str, ...]]] = {
    "plain": (SITE, ("en-us",)),
    "hooked": (HOOKED, ("en-us",)),
    "translated": (TRANSLATED, ("en-us", "fr-fr")),
    "searched": (SEARCHED, ("en-us",)),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "seed", "count", "most"),
    [
        *[("plain", seed, 16, 0.8) for seed in range(5)],
        *[("hooked", seed, 15, 0.8) for seed in range(2)],
        *[("translated", seed, 12, 0.9) for seed in range(2)],
        *[("searched", seed, 15, 0.9) for seed in range(2)],
    ],
)
def test_after_any_edits_an_incremental_build_leaves_what_a_build_from_nothing_makes(
    tmp_path: Path, name: str, seed: int, count: int, most: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(WORTH_A_WORKER, "fork", 1)
    assert share_rendered(Rounds(tmp_path, seed, *SITES[name]), count) < most


# What an engine could forget, and the name that stands for it.
BREAKAGES: dict[str, tuple[str, Any]] = {
    "that an import works its names out for every page": (
        "prismic_ssg.render.environment.Template._get_default_module",
        jinja2.Template._get_default_module,
    ),
    "the order of a query's answer": (
        "prismic_ssg.content.query.Query.place",
        lambda self, document: (),
    ),
    "the documents that leave a query": (
        "prismic_ssg.engine.changed.is_touched",
        lambda query, changes, snapshot, ids=None, tied=None: any(
            each.new and query.matches(each.new) for each in changes
        ),
    ),
    "URLs": (
        "prismic_ssg.engine.world.World.urls",
        property(lambda self: {}),
    ),
    "templates that are missing": (
        "prismic_ssg.engine.plan.changed",
        lambda past, world, changes: changed(
            msgspec.structs.replace(past, templates={**world.template_digests, **past.templates}),
            world,
            changes,
        ),
    ),
    "what else a field is when its document changes": (
        "prismic_ssg.engine.changed.differing",
        lambda old, new: [each for each in differing(old, new) if "title" not in each[2:]],
    ),
    "which pages are not what was written": (
        "prismic_ssg.store.state.PageRow.is_known",
        property(lambda self: True),
    ),
    "documents that an ordering does not tell apart": (
        "prismic_ssg.engine.changed._is_beside_rivals",
        lambda *_: False,
    ),
    "that an edit moves pages": (
        "prismic_ssg.building.page_table.has_same_pages",
        lambda site, changes, snapshot, ties: all(each.old and each.new for each in changes),
    ),
    "what a block has read": (
        "prismic_ssg.building.kept_blocks._decode",
        lambda packed: [structs.replace(place, reads=b"") for place in decode_places(packed)],
    ),
    "what a block takes from around it": (
        "prismic_ssg.render.blocks.Blocks._code",
        lambda self, make, name, context: _Code(
            make.__globals__["name"].encode() + name.encode(),
            frozenset({packed([("template", make.__globals__["name"])])}),
        ),
    ),
    "what a listing lists": (
        "prismic_ssg.engine.plan._encode",
        lambda parts: parts[0].encode(),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("forgotten", BREAKAGES)
def test_an_engine_that_forgets_something_is_found_out(
    tmp_path: Path, forgotten: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*BREAKAGES[forgotten])
    with pytest.raises(AssertionError, match="after "):
        many_rounds(tmp_path)


@pytest.mark.slow
def test_an_engine_that_forgets_searches_by_words_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(query: Query, *known: Any, **more: Any) -> bool:
        return not query.needs_index and is_touched(query, *known, **more)

    monkeypatch.setattr("prismic_ssg.engine.changed.is_touched", forgetful)
    with pytest.raises(AssertionError, match="after "):
        many_rounds(tmp_path, SEARCHED)


def many_rounds(folder: Path, site: str = SITE) -> None:
    for seed in range(4):
        rounds = Rounds(folder / str(seed), seed, site)
        for _ in range(40):
            rounds.round()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--site", choices=SITES, default="plain")
    chosen = parser.parse_args()

    WORTH_A_WORKER["fork"] = 1
    rendered = pages = failed = 0
    for number in range(0, chosen.rounds, 50):
        with tempfile.TemporaryDirectory() as folder:
            rounds = Rounds(Path(folder), chosen.seed + number, *SITES[chosen.site])
            for _ in range(min(50, chosen.rounds - number)):
                _, some, all_ = rounds.round()
                rendered, pages, failed = rendered + some, pages + all_, failed + (not all_)
    print(f"{chosen.rounds} rounds, {failed} of sites that can't be built, none different")
    print(f"{rendered} of {pages} pages rendered")


if __name__ == "__main__":
    main()
