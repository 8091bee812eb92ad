"""What programs get of a finding."""

from __future__ import annotations

import json

from prismic_ssg.checks.findings import Finding, Where, gathered
from prismic_ssg.checks.formats import as_github, as_json
from prismic_ssg.content.document import Document

DOCUMENT = Document.from_json(b'{"id": "ZxA", "type": "post", "uid": "a", "lang": "en-us"}')
FOUND = Finding("link-to-unpublished", "50% gone", Where("/a", DOCUMENT, "body[0].link"))


def test_a_document_of_a_hosted_repository_has_a_link_into_its_editor():
    (member,) = json.loads(as_json({}, [FOUND], "my-repo"))["findings"]
    assert member["editor"] == "https://my-repo.prismic.io/builder/pages/ZxA"
    assert "https://my-repo.prismic.io/builder/pages/ZxA" in as_github([FOUND], "my-repo")


def test_a_document_of_a_local_repository_has_none():
    (member,) = json.loads(as_json({}, [FOUND], None))["findings"]
    assert "editor" not in member


def test_a_command_of_github_escapes_what_would_end_it():
    where = Where(file="a,b:c.html", line=3)
    command = as_github([Finding("broken-link", "50%\nof it", where)], None)
    assert command == (
        "::error file=a%2Cb%3Ac.html,line=3,title=Links that lead nowhere::"
        "50%25%0Aof it%0Aa,b:c.html:3\n"
    )


def test_one_mistake_on_many_pages_is_one_finding():
    pages = [Where(f"/{name}") for name in "cab"]
    (one,) = gathered(Finding("broken-link", "'/x' leads nowhere", where) for where in pages)
    assert (one.where.page, one.pages, one.occurrences) == ("/a", ("/a", "/b", "/c"), 3)


def test_one_mistake_in_two_fields_is_two_findings():
    fields = [Where("/a", DOCUMENT, name) for name in ("one", "two")]
    assert len(gathered(Finding("link-to-unpublished", "gone", each) for each in fields)) == 2


def test_the_worst_comes_first():
    order = ["template-unused", "missing-lang", "route-resolver", "broken-link"]
    found = gathered(Finding(code, code) for code in order)
    assert [each.code for each in found] == order[::-1]
