"""What the browser is told of a build that failed."""

from __future__ import annotations

from prismic_ssg.errors import BuildFailed, ContentError, FieldError, PageError
from prismic_ssg.server.overlay import flat, mistakes, overlay

LINES = [f"line {number}" for number in range(1, 21)]


def source(name: str) -> list[str] | None:
    return LINES if name == "templates/post.html" else None


def test_a_mistake_in_a_template_is_shown_with_the_lines_around_it() -> None:
    error = PageError("boom", page="/a/", template="templates/post.html", line=5, hint="mend it")
    assert overlay(mistakes([error]), source, None) == [
        {
            "message": "boom",
            "hint": "mend it",
            "pages": ["/a/"],
            "file": "templates/post.html",
            "line": 5,
            "source": [(number, f"line {number}") for number in range(2, 9)],
        }
    ]


def test_at_the_ends_of_a_file_there_are_fewer_lines() -> None:
    def numbers(line: int) -> list[int]:
        error = PageError("boom", template="templates/post.html", line=line)
        (shown,) = overlay(mistakes([error]), source, None)
        return [number for number, _ in shown["source"]]

    assert numbers(1) == [1, 2, 3, 4]
    assert numbers(20) == [17, 18, 19, 20]


def test_a_file_that_can_not_be_read_is_named_without_lines() -> None:
    (shown,) = overlay(
        mistakes([PageError("boom", template="templates/gone.html", line=3)]), source, None
    )
    assert shown == {"message": "boom", "file": "templates/gone.html", "line": 3}


def test_one_mistake_on_many_pages_is_one_problem() -> None:
    errors = [
        PageError(
            "boom", page=f"/{n}/", document_id=f"d{n}", template="templates/post.html", line=5
        )
        for n in range(9)
    ]
    (shown,) = overlay(mistakes(errors), source, "my-repo")
    assert (shown["pages"], shown["more_pages"]) == (["/0/"], 8)
    assert "document" not in shown
    assert "edit" not in shown
    assert [each.pages for each in mistakes(errors)] == [tuple(f"/{n}/" for n in range(9))]


def test_every_mistake_is_shown_and_not_only_the_first() -> None:
    errors = [
        PageError("one", page="/a/", template="templates/post.html", line=5),
        PageError("two", page="/a/", template="templates/post.html", line=5),
        PageError("one", page="/a/", template="templates/post.html", line=6),
        ContentError("three", document_id="d1"),
        ContentError("three", document_id="d2"),
    ]
    assert len(overlay(mistakes(errors), source, None)) == len(mistakes(errors)) == 5


def test_a_document_of_a_hosted_repository_is_linked_to_its_editor() -> None:
    error = FieldError("no shape", document_id="ZxA/?1", field="body[2].text")
    (shown,) = overlay(mistakes([error]), source, "my-repo")
    assert shown["edit"] == "https://my-repo.prismic.io/builder/pages/ZxA%2F%3F1"
    assert (shown["document"], shown["field"]) == ("ZxA/?1", "body[2].text")
    assert "edit" not in overlay(mistakes([error]), source, None)[0]


def test_a_thousand_mistakes_are_shown_in_part_and_counted_in_full() -> None:
    errors = [ContentError(f"number {n}") for n in range(1000)]
    assert len(overlay(mistakes(errors), source, None)) == 50
    assert len(mistakes(errors)) == 1000


def test_an_error_without_parts_is_a_problem_itself() -> None:
    one, other = ContentError("one"), ContentError("other")
    assert flat(one) == (one,)
    assert flat(BuildFailed("both", [one, other])) == (one, other)
    assert [error.message for error in flat(BuildFailed("nothing said", []))] == ["nothing said"]
