"""What is known of the last build: all that a new world is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import msgspec

from prismic_ssg.engine.facts import Fact


class Built(Protocol):
    """A page as it stands in the output.

    `definition` is `definition_of` its page, `reads` the packed facts that it was made from.
    `is_known` is false where what stands in the output may be something else: a build that was
    interrupted, a file changed by hand.
    """

    @property
    def definition(self) -> bytes: ...

    @property
    def reads(self) -> bytes: ...

    @property
    def is_known(self) -> bool: ...


class Past(msgspec.Struct, frozen=True):
    """The world of the last build, as far as a new one is compared with it.

    The members are those of World by the same names; `urls` are None where they are the same.
    `answers` are digests of all answers that some page has read, `pages` what was built, by path.
    """

    engine_key: str
    templates: Mapping[str, str]
    assets: Mapping[str, str]
    urls: Mapping[str, str | None] | None
    today: str
    answers: Mapping[Fact, bytes]
    pages: Mapping[str, Built]
