"""`Site(sync="delta")`, from the option to the requests that a repository gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from prismic_ssg.api.pulled import Pulled
from prismic_ssg.errors import ConfigurationError
from prismic_ssg.origin import Origin, Wanted
from prismic_ssg.site import Site
from prismic_ssg.testing import RunningRepository, prismic_repository

__all__ = ["prismic_repository"]

Start = Callable[..., RunningRepository]


@pytest.fixture
def repository(prismic_repository: Start) -> RunningRepository:
    """310 documents, which are four pages."""
    return prismic_repository(
        documents=[document(number, "2020-01-01T10:00:00+0000") for number in range(310)]
    )


def document(number: int, published: str, **members: Any) -> dict[str, Any]:
    return {
        "id": f"D{number:05}",
        "type": "post",
        "uid": f"post-{number}",
        "last_publication_date": published if number else "2020-03-01T10:00:00+0000",
        "data": {"title": f"Post {number}"},
        **members,
    }


def pulled(
    repository: RunningRepository, project: Path, wanted: Wanted | None = None, **options: Any
) -> Pulled:
    site = Site(repository=repository.endpoint, **options)
    origin = Origin.of(site, project, None, {})
    return origin.pull(site, wanted or Wanted(), {}, project / ".prismic-ssg")


def republish(repository: RunningRepository) -> None:
    repository.publish(document(7, "2020-04-01T10:00:00+0000", tags=["new"]))


@pytest.mark.slow
def test_by_default_everything_is_asked_for(repository: RunningRepository, tmp_path: Path) -> None:
    pulled(repository, tmp_path)
    republish(repository)
    assert pulled(repository, tmp_path).requests == 5


@pytest.mark.slow
def test_with_delta_only_what_was_published_is(
    repository: RunningRepository, tmp_path: Path
) -> None:
    assert pulled(repository, tmp_path, sync="delta").requests == 5
    republish(repository)
    after = pulled(repository, tmp_path, sync="delta")
    found = after.snapshot.get("D00007")
    assert (after.way, after.requests, len(after.snapshot)) == ("delta", 3, 310)
    assert found is not None
    assert found.tags == ("new",)
    assert pulled(repository, tmp_path, sync="delta").way == "stored"


@pytest.mark.slow
def test_what_a_webhook_names_saves_looking_for_it(
    repository: RunningRepository, tmp_path: Path
) -> None:
    pulled(repository, tmp_path, sync="delta")
    repository.unpublish("D00042")
    after = pulled(repository, tmp_path, Wanted(hint_ids=("D00042",)), sync="delta")
    assert (after.way, after.requests, "D00042" in after.snapshot) == ("delta", 4, False)


def test_another_way_to_sync_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"Site\(sync=…\): was given 'fast'") as caught:
        Site(sync="fast")
    assert caught.value.hint == (
        'it takes "full" (every document of a new ref) or "delta" (what changed)'
    )
