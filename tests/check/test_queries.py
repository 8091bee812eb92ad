"""Types and fields that queries name, in templates and listings."""

from __future__ import annotations

import json

import pytest
from check_harness import page_of

pytestmark = pytest.mark.slow

MODEL = {
    "id": "page",
    "label": "Page",
    "repeatable": True,
    "json": {
        "Main": {
            "uid": {"type": "UID"},
            "date": {"type": "Date"},
            "rows": {"type": "Group", "config": {"fields": {"label": {"type": "Text"}}}},
        }
    },
}
MODELS = f"-- customtypes/page/index.json --\n{json.dumps(MODEL)}\n"


def found(checked, template: str, listing: str = "") -> list[tuple[str, str, str | None]]:
    """Code, message and hint of what is said of queries."""
    site = (
        "-- prismicio.py --\nfrom prismic_ssg import Listing, Route, Site, filter\n"
        "site = Site(repository='./content', routes=[Route('page', '/:uid')],\n"
        f"listings=[{listing}])\n-- templates/list.html --\nx\n"
    )
    report = checked(site + page_of(template, MODELS))
    return [
        (each.code, f"{each.where.file}:{each.where.line} {each.message}", each.hint)
        for each in report.findings
        if each.code in ("unknown-type", "unknown-field")
    ]


@pytest.mark.parametrize(
    "call",
    [
        "site.query('{}')",
        "site.query(type='{}')",
        "site.get_single('{}').data",
        "site.get_by_uid('{}', 'x').data",
        "site.query(filters=[filter.at('document.type', '{}')])",
        "site.query(filters=filter.any('document.type', ['page', '{}']))",
        "site.query(filters=filter.at('my.{}.uid', 'x'))",
        "site.query(orderings='my.{}.date desc')",
        "site.query(orderings=['document.first_publication_date', 'my.{}.date'])",
    ],
)
def test_a_type_that_is_not_there_is_told_with_the_nearest_one(call, checked) -> None:
    ((code, message, hint),) = found(checked, "{{ " + call.format("pagge") + "|length }}")
    assert (code, hint) == ("unknown-type", "did you mean 'page'?")
    said = "a query asks for the type 'pagge', which the repository does not have"
    assert message == f"templates/page.html:5 {said}"
    assert found(checked, "{{ " + call.format("page") + "|length }}") == []


@pytest.mark.parametrize(
    ("call", "path"),
    [
        ("site.query(orderings='my.page.dat desc')", "my.page.dat"),
        ("site.query(orderings='[my.page.uid, my.page.dat desc]')", "my.page.dat"),
        ("site.query(filters=filter.date_after('my.page.dat', '2026-01-01'))", "my.page.dat"),
        ("site.query(filters=filter.at('my.page.rows.labl', 'x'))", "my.page.rows.labl"),
    ],
)
def test_a_field_that_no_model_has_is_told(call, path, checked) -> None:
    ((code, message, hint),) = found(checked, "{{ " + call + "|length }}")
    assert code == "unknown-field"
    assert message == f"templates/page.html:5 a query names {path!r}, and no model has that field"
    assert hint is not None
    right = call.replace("my.page.dat", "my.page.date").replace("labl", "label")
    assert found(checked, "{{ " + right + "|length }}") == []


def test_what_the_theme_asks_for_need_not_be_there(checked) -> None:
    assert found(checked, "{{ site.get_single('homepage').data.x }}") == []


def test_what_a_template_works_out_is_not_known(checked) -> None:
    assert found(checked, "{% set t = 'no' %}{{ site.query(type=t ~ 'pe')|length }}") == []


def test_a_field_that_a_listing_orders_by_is_looked_for(checked) -> None:
    listing = "Listing('/l/', template='list.html', orderings='my.page.{} desc')"
    ((code, message, hint),) = found(checked, "x", listing.format("dat"))
    assert (code, hint) == ("unknown-field", "did you mean 'date'?")
    assert message == "prismicio.py:3 a query names 'my.page.dat', and no model has that field"
    assert found(checked, "x", listing.format("date")) == []
