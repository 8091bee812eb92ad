"""`fulltext` and `similar` in templates: answered as the API does, and never by a stale page."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from site_harness import BuiltSite

from prismic_ssg import Client
from prismic_ssg.content import filters
from prismic_ssg.testing import running_repository

Site = Callable[..., BuiltSite]

LOOMS = """
-- prismicio.py --
from prismic_ssg import Listing, Route, Site, filter
site = Site(repository="./content", routes=[Route("post", "/:uid")],
            listings=[Listing("/wood/", template="wood.html",
                              filters=[filter.fulltext("document", "wood")])])
-- templates/post.html --
{{ site.query(filters=filter.similar(doc.id, 2))|map(attribute="uid")|join(" ") }}
-- templates/wood.html --
{{ page.documents|map(attribute="uid")|sort|join(" ") }}
-- templates/pages/found.html --
{% set by = filter.fulltext("document", "weaving looms") %}
{{ site.query(filters=by)|map(attribute="uid")|join(" ") }}
-- templates/pages/titles.html --
{{ site.query(filters=filter.fulltext("my.post.title", "looms"))|map(attribute="uid")|join(" ") }}
-- content/a.json --
{"type": "post", "uid": "a", "data": {"title": "A loom", "text": "for weavers, of wood"}}
-- content/b.json --
{"type": "post", "uid": "b", "data": {"title": "Thread", "text": "to weave, on looms"}}
-- content/c.json --
{"type": "post", "uid": "c", "data": {"title": "Ink", "text": "to write, on wood"}}
"""


def test_words_are_searched_in_documents_and_in_fields(site: Site) -> None:
    built = site(LOOMS)
    assert built.text("/titles.html") == "a"
    assert built.text("/found.html") == "b"
    assert built.text("/wood/") == "a c"
    assert built.text("/a") == "b c"


def test_a_page_is_rendered_again_where_other_documents_have_the_words(site: Site) -> None:
    built = site(LOOMS)
    # Nothing else of the document is on that page.
    built.edit("c", text="to weave, on looms of wood")
    assert "/found.html" in built.report.rendered
    assert built.text("/found.html").split() == ["b", "c"]
    assert built.files == built.from_scratch()
    built.edit("a", text="of steel")
    assert built.text("/wood/") == "c"
    assert built.files == built.from_scratch()
    built.edit("c", note=7)
    assert built.report.rendered == set()


def test_a_field_without_words_is_refused(unbuilt: Site) -> None:
    wrong = LOOMS.replace('"my.post.title", "looms"', '"document.type", "looms"')
    (problem,) = unbuilt(wrong).failure().problems
    assert "fulltext is not for 'document.type'" in str(problem)


def test_what_stands_in_for_a_translation_has_its_original_s_words(site: Site) -> None:
    built = site(
        LOOMS.replace("Site(repo", 'Site(fallback={"fr-fr": "en-us"}, repo')
        .replace('"/:uid"', '"/:lang?/:uid"')
        .replace('"/wood/"', '"/:lang?/wood/"')
        + """
        -- content/repository.json --
        {"languages": [{"id": "en-us"}, {"id": "fr-fr"}], "types": {"post": "P"}}
        -- content/d.json --
        {"type": "post", "uid": "d", "lang": "fr-fr", "data": {"title": "D", "text": "wood"}}
        """
    )
    assert built.text("/a") == "b"
    # Not that two documents more have its words: they are the same two.
    assert built.text("/fr-fr/a") == "b"
    assert built.text("/fr-fr/wood/") == "a c d"
    assert built.text("/wood/") == "a c"


WORDS = ["loom", "looms", "weaving", "weaver", "the", "of", "Crème", "brûlée", "naïve", "été",
         "织布机", "дерево", "wood-grain", "it's", "C++", "42", "\U0001f9f6"]  # fmt: skip

ASKED = """
-- prismicio.py --
from asked import QUERIES
from prismic_ssg import Site
site = Site(repository="ENDPOINT", globals={"queries": QUERIES})
-- templates/pages/asked.html --
{% for query in queries -%}
{{ site.query(**query)|map(attribute="id")|join(" ") }}
{% endfor %}
"""


class Library:
    """Random documents and questions about their words."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311
        self.documents = [self._document(number) for number in range(14)]
        self.queries = [self._query() for _ in range(40)]

    def words(self, most: int = 6) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(0, most)))

    def _document(self, number: int) -> dict[str, object]:
        block = {"type": self.random.choice(["paragraph", "heading2"]), "spans": []}
        rows = [{"label": self.words(), "inner": [{"deep": self.words(2)}]} for _ in range(2)]
        slices = [{"slice_type": "s", "primary": {"t": self.words()}, "items": rows[:1]}]
        return {
            "id": f"d{number}",
            "type": self.random.choice(["post", "note"]),
            "uid": f"d{number}-{self.random.choice(['loom', 'x'])}",
            "lang": self.random.choice(["en-us", "en-us", "fr-fr"]),
            "tags": self.random.sample(["x", "y"], k=self.random.randint(0, 2)),
            "last_publication_date": f"2026-01-0{self.random.randint(1, 9)}T10:00:00+0000",
            "data": {
                "title": self.words(),
                "n": self.random.randint(0, 3),
                "body": [{**block, "text": self.words(9)}],
                "rows": rows,
                "slices": slices,
            },
        }

    def _filter(self) -> str:
        text = self.random.choice([self.words(2), self.words(1), self.random.choice(WORDS)])
        path = self.random.choice(["document", "document", "my.post.title", "my.post.body"])
        of = f"d{self.random.randint(0, 15)}"
        most = self.random.choice([1, 2, 5, 14, 1000, 1001, 9999])
        return self.random.choice(
            [
                f"filter.fulltext({path!r}, {text!r})",
                f"filter.fulltext('document', {text!r})",
                "filter.fulltext('my.post.uid', 'loom')",
                f"filter.similar({of!r}, {most})",
                f"filter.similar({of!r}, {most})",
                "filter.at('document.tags', ['x'])",
                "filter.number_less_than('my.post.n', 2)",
                f"filter.not_('document.id', {of!r})",
            ]
        )

    def _query(self) -> str:
        filters = ", ".join(self._filter() for _ in range(self.random.choice([1, 1, 2, 3])))
        lang = self.random.choice(["en-us", "fr-fr", "*", "*"])
        more = self.random.choice(
            ["", "", "", ", 'orderings': 'my.post.n desc'", ", 'orderings': 'my.post.title'"]
        )
        return f"{{'filters': [{filters}], 'lang': {lang!r}{more}}}"

    def asked(self) -> str:
        queries = ",\n    ".join(self.queries)
        return f"from prismic_ssg import filter\nQUERIES = [\n    {queries},\n]\n"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_templates_get_what_clients_get_of_the_api(unbuilt: Site, seed: int) -> None:
    library = Library(seed)
    langs = ("en-us", "fr-fr")
    with running_repository(documents=library.documents, languages=langs) as api:
        for changes in range(3):
            built = unbuilt(ASKED.replace("ENDPOINT", api.endpoint))
            built.write("asked.py", library.asked())
            built.build()
            told = (built.dist / "asked.html").read_text("utf-8").split("\n")
            with Client(api.endpoint) as client:
                for text, answer in zip(library.queries, told, strict=False):
                    query = eval(text, {"filter": filters})  # noqa: S307
                    found = client.get_all(**query)
                    assert answer.split() == [each.id for each in found], (changes, text)
            edited = library.random.choice(library.documents)
            api.publish({**edited, "data": {"title": library.words()}})


def test_another_way_of_reading_words_renders_everything(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = site(LOOMS)
    assert built.build().rendered == set()
    monkeypatch.setattr("prismic_ssg.building.engine_key.SQLITE_VERSION", "4")
    assert "/found.html" in built.build().rendered
