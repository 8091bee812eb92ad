"""What the soak run edits: a repository in an emulator, and the folder of a site."""

from __future__ import annotations

import random
import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any

import msgspec
from children import ask_json, request
from content import documents

HERE = Path(__file__).parent
SITE = HERE / "site" / "prismic-ssg"
SECRET = "soaked-in-water"
WEBHOOK = "/_prismic/webhook"

# Documents that are not there at the beginning, to be published later.
_HELD_BACK = 40

_CONFIGURATION = '''"""The site of the soak run."""

from words import BASE_URL, PAGE_SIZE

from prismic_ssg import Listing, Route, Site, filter

ARTICLES = [filter.at("document.type", "article")]
NEWEST = "document.first_publication_date desc"


def listing(path, template, by=None, page_size=PAGE_SIZE):
    return Listing(
        path,
        template=template,
        page_size=page_size,
        by=by,
        filters=ARTICLES,
        orderings=NEWEST,
    )


site = Site(
    base_url=BASE_URL,
    routes=[
        Route("homepage", "/"),
        Route("article", "/PREFIX/:uid"),
        Route("author", "/authors/:uid"),
    ],
    listings=[
        listing("/blog/", "blog.html"),
        listing("/category/:category/", "category.html", "my.article.category", 100),
        listing("/tags/:tag/", "tag.html", "tags", 100),
    ],
)
'''


_MARKDOWN = """{% extends "base.html" %}
{% block title %}{{ page.meta.title }}{% endblock %}
{% block main %}
{{ content }}
{% endblock %}
"""


class Repository:
    """A magazine in an emulator, edited through its administration."""

    def __init__(self, rng: random.Random, count: int) -> None:
        self._rng = rng
        every = list(documents(count + _HELD_BACK))
        self._kept = {each["id"]: each for each in every}
        self._absent = [each["id"] for each in every[count:]]
        self.initial = every[:count]
        self.port = 0
        self.publishes = 0

    def write(self, folder: Path) -> None:
        """What the emulator starts with."""
        folder.mkdir(parents=True)
        lines = b"\n".join(map(msgspec.json.encode, self.initial))
        (folder / "documents").mkdir()
        (folder / "documents" / "all.jsonl").write_bytes(lines)

    @property
    def ref(self) -> str:
        found: str = ask_json(self.port, "/_emulator/")["ref"]
        return found

    def _here(self, kind: str = "article") -> list[str]:
        gone = set(self._absent)
        return [id_ for id_, each in self._kept.items() if each["type"] == kind and id_ not in gone]

    def some(self, most: int, kind: str = "article") -> list[str]:
        return self._rng.sample(self._here(kind), self._rng.randint(1, most))

    def fields(self, id_: str) -> dict[str, Any]:
        """What a document says now."""
        found: dict[str, Any] = self._kept[id_]["data"]
        return found

    def publish(self, *ids: str, gone: tuple[str, ...] = ()) -> None:
        given = [
            {
                name: member
                for name, member in self._kept[id_].items()
                if name not in ("first_publication_date", "last_publication_date")
            }
            for id_ in ids
        ]
        ask_json(self.port, "/_emulator/publish", {"documents": given, "deleted": list(gone)})
        self.publishes += 1

    def _word(self) -> str:
        return f"{self._rng.choice(('tide', 'moor', 'Å<b>', 'quay & co'))} {self._rng.random():.6f}"

    # -- edits

    def edit_bodies(self) -> None:
        ids = self.some(4)
        for id_ in ids:
            self._kept[id_]["data"]["body"][1]["text"] = f"New: {self._word()}."
            self._kept[id_]["data"]["body"][1]["spans"] = []
        self.publish(*ids)

    def edit_title(self) -> None:
        (id_,) = self.some(1)
        self._kept[id_]["data"]["title"][0]["text"] = f"Title {self._word()}"
        self.publish(id_)

    def edit_home_page(self) -> None:
        (id_,) = self._here("homepage")
        self._kept[id_]["data"]["title"][0]["text"] = f"The Almanac, {self._word()}"
        self.publish(id_)

    def edit_author(self) -> None:
        (id_,) = self.some(1, "author")
        self._kept[id_]["data"]["name"] = f"A. {self._word()}"
        self.publish(id_)

    def rename(self) -> None:
        (id_,) = self.some(1)
        self._kept[id_]["uid"] = f"renamed-{self._rng.getrandbits(40):x}"
        self.publish(id_)

    def swap_uids(self) -> None:
        one, other = self._rng.sample(self._here(), 2)
        first, second = self._kept[one], self._kept[other]
        first["uid"], second["uid"] = second["uid"], first["uid"]
        self.publish(one, other)

    def retag(self) -> None:
        ids = self.some(3)
        for id_ in ids:
            self._kept[id_]["tags"] = [f"soaked-{self._rng.randrange(6)}"]
        self.publish(*ids)

    def unpublish(self) -> None:
        ids = self.some(3)
        self._absent += ids
        self.publish(gone=tuple(ids))

    def publish_absent(self) -> None:
        ids = self._rng.sample(self._absent, min(len(self._absent), self._rng.randint(1, 6)))
        if ids:
            self._absent = [each for each in self._absent if each not in ids]
            self.publish(*ids)

    def publish_many_at_once(self) -> None:
        for _ in range(self._rng.randint(4, 10)):
            self.edit_bodies()

    def expire_refs(self) -> None:
        ask_json(self.port, "/_emulator/expire", {})

    # -- faults

    def break_something(self) -> None:
        """Let some of the next requests fail, in a way that may or may not fail a build."""
        fault: dict[str, Any] = self._rng.choice(
            (
                {"status": 503, "times": self._rng.choice((1, 3, 12))},
                {"status": 500, "body": "<html>no</html>", "times": 4},
                {"status": 429, "headers": {"retry-after": "1"}, "times": self._rng.choice((1, 5))},
                {"status": 403, "body": "{}", "times": 1},
                {"status": 404, "body": "{}", "times": 1},
                {"status": 200, "body": '{"results": [', "times": 1},
                {"delayMs": self._rng.choice((50, 400, 2500)), "times": 4},
                {"reset": True, "times": self._rng.choice((1, 3, 12))},
                {"truncate": self._rng.choice((0, 40, 3000)), "times": self._rng.choice((1, 4))},
            )
        )
        fault["match"] = self._rng.choice(("/api/v2", "/documents/search"))
        ask_json(self.port, "/_emulator/faults", fault)
        if self._rng.random() < 0.7:
            self.edit_title()

    def mend(self) -> int:
        """End all faults; how many were still waiting for a request."""
        left = len(ask_json(self.port, "/_emulator/faults"))
        ask_json(self.port, "/_emulator/faults", method="DELETE")
        return left


class Folder:
    """The site's files, edited as somebody does who develops it."""

    def __init__(self, rng: random.Random, folder: Path) -> None:
        self._rng = rng
        self.path = folder
        self.broken: dict[Path, bytes] = {}
        shutil.copytree(SITE, folder)
        shutil.copytree(HERE / "site" / "static", folder / "static")
        self._write("templates/markdown.html", _MARKDOWN)
        self._configure()
        self.edit_markdown()

    def _write(self, name: str, text: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whoever writes a file anew mends it.
        self.broken.pop(path, None)
        if self._rng.random() < 0.5:
            # As many editors save: the new file takes the old one's place.
            beside = path.with_name(f".{path.name}.tmp")
            beside.write_text(text, "utf-8")
            beside.replace(path)
        else:
            path.write_text(text, "utf-8")

    def _configure(self) -> None:
        prefix = self._rng.choice(("blog", "notes"))
        self._write("prismicio.py", _CONFIGURATION.replace("PREFIX", prefix))
        self._edit_words()

    def _edit_words(self) -> None:
        host = self._rng.choice(("almanac.example", "www.almanac.example"))
        size = self._rng.choice((10, 12, 25))
        self._write("words.py", f'BASE_URL = "https://{host}"\nPAGE_SIZE = {size}\n')

    # -- edits

    def edit_template(self) -> None:
        name = self._rng.choice(("base.html", "article.html", "blog.html", "parts.html"))
        path = self.path / "templates" / name
        whole = self.broken.get(path) or path.read_bytes()
        text = whole.decode().partition("{# soak")[0].rstrip("\n")
        comment = f"{{# soak {self._rng.random()} #}}"
        shown = f"<!-- {self._rng.random()} -->" if name == "base.html" else ""
        self._write(f"templates/{name}", f"{text}\n{comment}{shown}\n")

    def edit_slice(self) -> None:
        kind = self._rng.choice(("quote", "text"))
        text = (SITE / "templates" / "slices" / f"{kind}.html").read_text("utf-8")
        self._write(f"templates/slices/{kind}.html", f"{text}<hr title='{self._rng.random()}'>\n")

    def edit_style(self) -> None:
        self._write("static/site.css", f"body {{ margin: {self._rng.randrange(90)}px }}\n")

    def add_static(self) -> None:
        name = f"static/extra/{self._rng.randrange(12)}.txt"
        self._write(name, str(self._rng.random()))

    def remove_static(self) -> None:
        found = sorted((self.path / "static" / "extra").glob("*.txt"))
        if found:
            self._rng.choice(found).unlink()

    def edit_markdown(self) -> None:
        name = f"pages/about-{self._rng.randrange(4)}.md"
        self._write(name, f"---\ntitle: About {self._rng.random()}\n---\n\n# About\n\nText.\n")

    def remove_markdown(self) -> None:
        found = sorted((self.path / "pages").glob("*.md"))
        if found:
            self._rng.choice(found).unlink()

    def edit_configuration(self) -> None:
        self._configure()

    def edit_module(self) -> None:
        self._edit_words()

    def touch_everything(self) -> None:
        for path in sorted((self.path / "templates").rglob("*.html")):
            path.touch()

    def break_template(self) -> None:
        self._break(self.path / "templates" / "article.html", b"{% if doc.uid %}{{ nothing.there }")

    def break_configuration(self) -> None:
        self._break(self.path / "prismicio.py", b"\nsite = Site(routs=[])\n")

    def _break(self, path: Path, text: bytes) -> None:
        if path not in self.broken:
            self.broken[path] = path.read_bytes()
            path.write_bytes(self.broken[path] + text)

    def mend(self) -> int:
        """Undo what was broken, unless something else was written over it; how much it was."""
        count = len(self.broken)
        for path, text in self.broken.items():
            path.write_bytes(text)
        self.broken = {}
        return count


def webhook_body(secret: str | None, ref: str, ids: list[str]) -> bytes:
    body = {
        "type": "api-update",
        "masterRef": ref,
        "releases": {},
        "masks": {},
        "tags": {},
        "experiments": {},
        "documents": ids,
        "domain": "content",
        "apiUrl": "https://content.prismic.io/api",
        "secret": secret,
    }
    return msgspec.json.encode(body)


def send_burst(port: int, rng: random.Random, repository: Repository, count: int) -> Counter[str]:
    """Webhooks from four senders at once, as they should and should not be; what was answered that
    should not have been."""
    wrong: Counter[str] = Counter()
    json_type = {"content-type": "application/json"}
    ref, ids = repository.ref, repository.some(3)
    kinds: tuple[tuple[int, bytes, Mapping[str, str]], ...] = (
        (200, webhook_body(SECRET, ref, ids), json_type),
        (200, webhook_body(SECRET, "Zold", ids), json_type),
        (200, b'{"type":"test-trigger","secret":"%s"}' % SECRET.encode(), json_type),
        (403, webhook_body("a guess", ref, ids), json_type),
        (403, webhook_body(None, ref, ids), json_type),
        (400, b"{" * 2000, json_type),
        (415, webhook_body(SECRET, ref, ids), {"content-type": "text/plain"}),
        (413, b" " * (2 << 20), json_type),
    )
    sent = iter([rng.choices(kinds, (8, 4, 1, 2, 1, 1, 1, 0.2))[0] for _ in range(count)])
    lock = threading.Lock()

    def send() -> None:
        while True:
            with lock:
                given = next(sent, None)
            if given is None:
                return
            expected, body, headers = given
            try:
                status, _, _ = request(port, WEBHOOK, method="POST", body=body, headers=headers)
            except (OSError, HTTPException) as error:
                # A body that is too long may be refused before all of it was sent.
                if expected != 413:
                    wrong[f"webhook: {type(error).__name__} in place of {expected}"] += 1
                continue
            if status != expected:
                wrong[f"webhook: {status} in place of {expected}"] += 1

    senders = [threading.Thread(target=send, daemon=True) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    return wrong


def weighted(repository: Repository, folder: Folder) -> Iterator[tuple[float, Callable[[], None]]]:
    """How often each edit is made, and the edits."""
    yield 6, repository.edit_bodies
    yield 4, repository.edit_title
    yield 1, repository.edit_home_page
    yield 2, repository.edit_author
    yield 2, repository.rename
    yield 1, repository.swap_uids
    yield 3, repository.retag
    yield 2, repository.unpublish
    yield 3, repository.publish_absent
    yield 1, repository.publish_many_at_once
    yield 1, repository.expire_refs
    yield 5, repository.break_something
    yield 4, folder.edit_template
    yield 2, folder.edit_slice
    yield 3, folder.edit_style
    yield 3, folder.add_static
    yield 1, folder.remove_static
    yield 2, folder.edit_markdown
    yield 1, folder.remove_markdown
    yield 1, folder.edit_configuration
    yield 1, folder.edit_module
    yield 1, folder.touch_everything
    yield 3, folder.break_template
    yield 1, folder.break_configuration
