"""The answer of the Repository API, `GET /api/v2`: refs, languages, types, forms."""

from __future__ import annotations

import msgspec

from prismic_ssg.content.broken_json import BROKEN_JSON
from prismic_ssg.content.document import Ref
from prismic_ssg.errors import PrismicError


class RefInfo(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One entry of `refs`: the master ref, or a release's.

    `scheduled_at` is epoch milliseconds, on scheduled releases only.
    """

    id: str
    ref: str
    label: str = ""
    is_master_ref: bool = False
    scheduled_at: int | str | None = None


class Language(msgspec.Struct, frozen=True):
    """A locale of the repository; `id` is what documents carry as `lang`."""

    id: str
    name: str = ""
    is_master: bool = False


class SiteLanguage(Language, frozen=True, kw_only=True):
    """A locale as a site calls it: `code` is what it is in URLs and in `lang` attributes."""

    code: str


class Form(msgspec.Struct, frozen=True):
    """An entry of `forms`; only the address of the `tags` form matters to a reader."""

    action: str = ""


class Repository(msgspec.Struct, frozen=True):
    """What a repository says of itself. The first language is the master locale.

    Source: reference of the Repository API; captured answers put the master ref first.
    """

    refs: tuple[RefInfo, ...]
    languages: tuple[Language, ...] = ()
    types: dict[str, str] = {}
    tags: tuple[str, ...] = ()
    forms: dict[str, Form] = {}
    integration_fields_ref: str | None = msgspec.field(default=None, name="integrationFieldsRef")
    version: str = ""

    @property
    def master_ref(self) -> Ref:
        """The ref of what is published now. Raises PrismicError where the answer names none."""
        for entry in self.refs:
            if entry.is_master_ref:
                return Ref(entry.ref)
        raise PrismicError("Master ref could not be found.")

    @property
    def master_language(self) -> str:
        """The locale id that a query without `lang` means; empty where there are no languages."""
        for language in self.languages:
            if language.is_master:
                return language.id
        return self.languages[0].id if self.languages else ""

    @property
    def releases(self) -> tuple[RefInfo, ...]:
        return tuple(entry for entry in self.refs if not entry.is_master_ref)


_decoder = msgspec.json.Decoder(Repository)


def parse_repository(body: bytes) -> Repository:
    """The repository in a JSON answer. Raises PrismicError where it is none."""
    try:
        return _decoder.decode(body)
    except BROKEN_JSON as error:
        raise PrismicError(
            f"the Repository API's answer can't be read: {error}",
            hint="is this the endpoint of a Prismic repository, ending in /api/v2?",
        ) from None
