"""Routes: which path a document has."""

from __future__ import annotations

import json

import pytest
from case_files import load_cases

from prismic_ssg import ConfigurationError, Route
from prismic_ssg.content.document import Document
from prismic_ssg.content.routes import RouteTable, default_routes, shadowed, single_types


def link(target: str) -> dict[str, object]:
    if target == "broken":
        return {"link_type": "Document", "id": "b", "type": "broken_type", "isBroken": True}
    name, _, uid = target.partition(":")
    return {"link_type": "Document", "id": name, **({"uid": uid} if uid else {})}


def document(name: str, words: list[str]) -> Document:
    type_, uid, lang, *relationships = words
    pairs = [each.split("->") for each in relationships]
    value = {
        "id": name,
        "type": type_,
        "uid": None if uid == "-" else uid,
        "lang": lang,
        "data": {field: link(target) for field, target in pairs},
    }
    return Document.from_json(json.dumps(value).encode())


def route(words: list[str]) -> Route:
    type_, path, *options = words
    given = dict(option.split("=") for option in options)
    named = {name: given.pop(name, None) for name in ("uid", "lang")}
    return Route(type_, path, **named, resolvers=given)


@pytest.mark.parametrize("case", load_cases("routes"), ids=str)
def test_the_path_of_a_document(case):
    routes, documents = [], {}
    for line in case.input.splitlines():
        first, *rest = line.split()
        if first.endswith(":"):
            documents[first[:-1]] = document(first[:-1], rest)
        else:
            routes.append(route([first, *rest]))
    found = RouteTable(routes, "en-us").path_for(documents["doc"], documents.get)
    assert (found[0] if found else "null") == case.expected


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("blog/:uid", "does not begin with '/'"),
        ("/:nope", "the keyword ':nope' has no value"),
        ("/:", "the keyword ':' has no value"),
        ("/a?b", "a path has no query"),
        ("/a#b", "a path has no query"),
        ("/a\\b", "backslash"),
    ],
)
def test_a_path_that_can_not_be_is_refused(path, said):
    with pytest.raises(ConfigurationError, match=said.replace("?", r"\?")):
        Route("page", path)


@pytest.mark.parametrize(
    ("type_", "path", "said"),
    [("", "/", "type must be a text"), (7, "/", "type must be"), ("page", None, "path must be")],
)
def test_a_route_that_has_no_text_where_one_belongs_is_refused(type_, path, said):
    with pytest.raises(ConfigurationError, match=said):
        Route(type_, path)


def test_a_general_route_before_a_specific_one_is_told():
    general, specific = Route("page", "/:uid"), Route("page", "/", uid="home")
    assert shadowed([general, specific]) == ((general, specific),)
    assert shadowed([specific, general]) == ()


def test_routes_for_one_document_or_locale_each_stand_in_any_order():
    home, french = Route("page", "/", uid="home"), Route("page", "/fr/:uid", lang="fr-fr")
    assert shadowed([home, french]) == shadowed([french, home]) == ()


def test_default_routes_are_those_of_prismics_own_tools():
    routes = default_routes({"page", "blog_post", "homepage", "settings"}, {"homepage", "settings"})
    assert {each.type: each.path for each in routes} == {
        "page": "/:lang?/:uid",
        "blog_post": "/:lang?/blog-post/:uid",
        "homepage": "/:lang?",
        "settings": "/:lang?/settings",
    }


def test_without_a_homepage_the_page_called_home_is_at_the_top():
    assert default_routes({"page"}, frozenset())[0] == Route("page", "/:lang?", uid="home")


def test_a_type_is_single_if_no_locale_has_two_and_none_has_a_uid():
    documents = [
        document("a", ["settings", "-", "en-us"]),
        document("b", ["settings", "-", "fr-fr"]),
        document("c", ["author", "-", "en-us"]),
        document("d", ["author", "-", "en-us"]),
        document("e", ["page", "x", "en-us"]),
    ]
    assert single_types(documents, {}) == {"settings"}


def test_a_model_knows_better_whether_a_type_is_single():
    documents = [document("a", ["team", "-", "en-us"])]
    assert single_types(documents, {"team": True}) == frozenset()
