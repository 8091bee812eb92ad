"""Errors go from one process to another as they are."""

from __future__ import annotations

import pickle
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import prismic_ssg
from prismic_ssg.errors import PrismicSsgError


def every_class(of: type[PrismicSsgError]) -> Iterator[type[PrismicSsgError]]:
    yield of
    for each in of.__subclasses__():
        yield from every_class(each)


def test_an_error_is_the_same_in_another_process() -> None:
    for module in pkgutil.walk_packages(prismic_ssg.__path__, "prismic_ssg."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    classes = set(every_class(PrismicSsgError))
    assert len(classes) > 15
    for cls in classes:
        error = cls.__new__(cls, "no good")
        PrismicSsgError.__init__(error, "no good", hint="mend it", line=3)
        again = pickle.loads(pickle.dumps(error))  # noqa: S301  (our own bytes)
        assert (type(again), str(again), vars(again)) == (cls, "no good", vars(error))
