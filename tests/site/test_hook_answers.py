"""What hooks get of the content is what templates get: the same documents, in the same order."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from site_harness import BuiltSite

Built = Callable[..., BuiltSite]

LANGS = ("en-us", "fr-fr", "de-de")

# Everything that both can be asked, once by a hook of each kind and once by a template.
SITE = """
-- prismicio.py --
from asked import GETS, QUERIES, UIDS
from prismic_ssg import ExtraPage, Route, Site
site = Site(
    repository="./content",
    fallback={"fr-fr": "en-us"},
    routes=[Route("person", "/:lang?/people/:uid"), Route("post", "/:lang?/:uid")],
    globals={"queries": QUERIES, "gets": GETS, "uids": UIDS},
)

@site.filter
def told(each):
    if each is None:
        return "none"
    return f"{each.id} {each.uid} {each.type} {each.lang} {each.tags} {each.title} "\
           f"{each.first_publication_date} {each.last_publication_date}"

def all_told(site):
    answers = [[told(each) for each in site.query(**query)] for query in QUERIES]
    answers.append([told(site.get(each)) for each in GETS])
    answers.append([told(site.get_by_uid(**each)) for each in UIDS])
    return [", ".join(each) for each in answers]

@site.pages
def of_pages(content):
    yield ExtraPage("/asked/", "asked.html", data={"by_hook": all_told(content)})

@site.page_data
def of_page_data(page, doc):
    return {"by_page": all_told(page.site) if page.path == "/asked/" else []}
-- templates/post.html --
-
-- templates/person.html --
-
-- templates/asked.html --
{% set answers = [] %}{% set got = [] %}{% set found = [] %}
{% for query in queries %}
{% do answers.append(site.query(**query)|map("told")|join(", ")) %}
{% endfor %}
{% for each in gets %}{% do got.append(site.get(each)|told) %}{% endfor %}
{% for each in uids %}{% do found.append(site.get_by_uid(**each)|told) %}{% endfor %}
{% do answers.append(got|join(", ")) %}{% do answers.append(found|join(", ")) %}
{{ {"template": answers, "hook": by_hook, "page_data": by_page}|tojson|safe }}
"""


class World:
    """Random people and posts that link to them, some of them translated, and questions."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311
        self.documents: dict[str, dict[str, Any]] = {}
        for number in range(5):
            self._add("person", f"p{number}", {"name": f"P{number}"})
        people = list(self.documents)
        for number in range(9):
            links = [
                {"link_type": "Document", "id": self.random.choice(people)}
                for _ in range(self.random.randint(0, 2))
            ]
            data = {
                "n": self.random.randint(0, 4),
                "author": links[0] if links else None,
                "others": links,
                "rows": [{"by": link} for link in links],
            }
            self._add("post", f"d{number}", data)
        every = list(self.documents)
        self.ids = [*every, *(f"{id_}~fr-fr" for id_ in every), "nobody"]

    def _add(self, type_: str, name: str, data: dict[str, Any]) -> None:
        langs = self.random.choice([LANGS[:1], LANGS[:2], LANGS, LANGS[1:2], LANGS[::2]])
        uids = {lang: self.random.choice([name, f"{name}-{lang}"]) for lang in langs}
        ids = {lang: f"{name}-{lang[:2]}" for lang in langs}
        for lang in langs:
            self.documents[ids[lang]] = {
                "id": ids[lang],
                "type": type_,
                "uid": uids[lang],
                "lang": lang,
                "tags": self.random.sample(["x", "y"], k=self.random.randint(0, 2)),
                "last_publication_date": f"2026-01-0{self.random.randint(1, 9)}T10:00:00+0000",
                "data": data,
                "alternate_languages": [
                    {"id": ids[other], "type": type_, "lang": other, "uid": uids[other]}
                    for other in langs
                    if other != lang
                ],
            }

    def _filter(self) -> str:
        id_ = self.random.choice(self.ids)
        more = self.random.choice(self.ids)
        path = self.random.choice(["author", "others", "rows.by"])
        return self.random.choice(
            [
                f"filter.at('my.post.{path}', {id_!r})",
                f"filter.any('my.post.{path}', [{id_!r}, {more!r}])",
                f"filter.not_('my.post.{path}', {id_!r})",
                f"filter.any('document.id', [{id_!r}, {more!r}])",
                f"filter.in_('document.id', [{id_!r}, {more!r}])",
                "filter.at('document.tags', ['x'])",
                f"filter.number_greater_than('my.post.n', {self.random.randint(0, 3)})",
                "filter.has('my.post.author')",
                f"'[at(my.post.author, \"{id_}\")]'",
            ]
        )

    def _query(self) -> str:
        filters = ", ".join(self._filter() for _ in range(self.random.randint(0, 2)))
        lang = self.random.choice([*LANGS, "fr-fr", "fr-fr", "*"])
        members = [f"'filters': [{filters}]", f"'lang': {lang!r}"]
        if self.random.random() < 0.6:
            members.append(f"'type': {self.random.choice(['post', 'post', 'person'])!r}")
        if self.random.random() < 0.6:
            members.append(
                self.random.choice(
                    [
                        "'orderings': 'my.post.n desc'",
                        "'orderings': [{'field': 'my.post.n'}]",
                        "'orderings': ['document.last_publication_date', 'my.post.n']",
                    ]
                )
            )
        if self.random.random() < 0.5:
            members.append(f"'limit': {self.random.randint(0, 4)}")
            members.append(f"'offset': {self.random.randint(0, 2)}")
        return f"{{{', '.join(members)}}}"

    def asked(self) -> str:
        queries = ",\n    ".join(self._query() for _ in range(40))
        uids = [
            {"type": each["type"], "uid": each["uid"], "lang": lang}
            for each in self.documents.values()
            for lang in (*LANGS, "*")
        ]
        return (
            "from prismic_ssg import filter\n"
            f"QUERIES = [\n    {queries},\n]\nGETS = {self.ids!r}\nUIDS = {uids!r}\n"
        )

    def put(self, built: BuiltSite) -> None:
        languages = [{"id": lang, "name": lang} for lang in LANGS]
        types = {"person": "Person", "post": "Post"}
        built.write("content/repository.json", json.dumps({"languages": languages, "types": types}))
        built.write("asked.py", self.asked())
        for id_, document in self.documents.items():
            built.write(f"content/{id_}.json", json.dumps(document))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_hooks_and_templates_get_the_same_answers(unbuilt: Built, seed: int) -> None:
    built = unbuilt(SITE)
    World(seed).put(built)
    built.build()
    told = json.loads(built.text("/asked/"))
    assert any(" ~ " not in each and "~fr-fr" in each for each in told["template"])
    questions = (built.folder / "asked.py").read_text("utf-8").splitlines()[2:]
    for question, hook, page_data, template in zip(
        questions, told["hook"], told["page_data"], told["template"], strict=False
    ):
        assert (hook, page_data) == (template, template), question
    assert told["hook"] == told["page_data"] == told["template"]


def test_content_has_every_document_once_with_its_own_language(site: Built) -> None:
    built = site("""
    -- prismicio.py --
    from prismic_ssg import ExtraPage, Route, Site
    site = Site(repository="./content", fallback={"fr-fr": "en-us"},
                routes=[Route("post", "/:lang?/:uid")])
    @site.pages
    def all_posts(content):
        yield ExtraPage("/all/", "all.html", data={
            "documents": [f"{each.id} {each.lang}" for each in content.documents],
            "asked": [f"{each.id} {each.lang}" for each in content.query()],
            "french": [f"{each.id} {each.lang}" for each in content.query(lang="fr-fr")],
        })
    -- content/repository.json --
    {"languages": [{"id": "en-us"}, {"id": "fr-fr"}], "types": {"post": "P"}}
    -- content/a.json --
    {"type": "post", "uid": "a"}
    -- content/b.json --
    {"type": "post", "uid": "b", "lang": "fr-fr"}
    -- templates/post.html --
    -
    -- templates/all.html --
    {{ documents|join(", ") }}; {{ asked|join(", ") }}; {{ french|join(", ") }}
    """)
    assert built.text("/all/") == "a en-us, b fr-fr; a en-us, b fr-fr; a~fr-fr en-us, b fr-fr"
