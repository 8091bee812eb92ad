"""One file of a local repository → what it says, and what is wrong with it. Pure.

A file is read once, whatever happens to the others: `seed.assemble` puts the results together.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from prismic_ssg.content.document import Document
from prismic_ssg.content.models import TypeModel, parse_type_model
from prismic_ssg.content.repository import Language
from prismic_ssg.errors import ContentError, PrismicSsgError

# The API's order of a document's members, with what stands where a file leaves one out.
MEMBERS = {
    "id": b"",
    "uid": b"null",
    "url": b"null",
    "type": b"",
    "href": b'""',
    "tags": b"[]",
    "first_publication_date": b"null",
    "last_publication_date": b"null",
    "slugs": b"[]",
    "linked_documents": b"[]",
    "lang": b"",
    "alternate_languages": b"[]",
    "data": b"{}",
}
# A document whose members are all there, in that order, up to its data. What matches needs no
# rewriting, what does not may: 10,000 files of a pull are read in half the time.
_AS_WRITTEN = re.compile(
    rb'\{"id":"[^"\\]+","uid":(?:null|"[^"\\]*"),"url":(?:null|"[^"\\]*"),"type":"[^"\\]+",'
    rb'"href":"[^"\\]*","tags":\[[^][{}]*\],"first_publication_date":(?:null|"[^"\\]*"),'
    rb'"last_publication_date":(?:null|"[^"\\]*"),"slugs":\[[^][{}]*\],"linked_documents":\[\],'
    rb'"lang":"[^"\\]+","alternate_languages":\[[^][]*\],"data":(?=\{)'
)
_OPENINGS = {name: b'"' + name.encode() + b'":' for name in MEMBERS}


class ReleaseSettings(msgspec.Struct, frozen=True, rename="camel"):
    """What `repository.json` says of one release: `scheduledAt` in epoch milliseconds."""

    scheduled_at: int | None = None


class Settings(msgspec.Struct, frozen=True):
    """`repository.json`."""

    name: str = ""
    languages: tuple[Language, ...] = ()
    types: dict[str, str] = {}
    tags: tuple[str, ...] = ()
    releases: dict[str, ReleaseSettings] = {}
    integration_fields_ref: str | None = msgspec.field(default=None, name="integrationFieldsRef")


class Written(msgspec.Struct, frozen=True, gc=False):
    """A document's members as a file has them; one that it leaves out is empty."""

    id: msgspec.Raw = msgspec.Raw(b"")
    uid: msgspec.Raw = msgspec.Raw(b"")
    url: msgspec.Raw = msgspec.Raw(b"")
    type: msgspec.Raw = msgspec.Raw(b"")
    href: msgspec.Raw = msgspec.Raw(b"")
    tags: msgspec.Raw = msgspec.Raw(b"")
    first_publication_date: msgspec.Raw = msgspec.Raw(b"")
    last_publication_date: msgspec.Raw = msgspec.Raw(b"")
    slugs: msgspec.Raw = msgspec.Raw(b"")
    linked_documents: msgspec.Raw = msgspec.Raw(b"")
    lang: msgspec.Raw = msgspec.Raw(b"")
    alternate_languages: msgspec.Raw = msgspec.Raw(b"")
    data: msgspec.Raw = msgspec.Raw(b"")
    deleted: msgspec.Raw = msgspec.Raw(b"")


@dataclass(frozen=True, slots=True)
class FoundDocument:
    """A document in a file. `where` is the file, with the line where it is a `.jsonl`.

    `document` is None where the file deletes it, or leaves its locale to the repository: then
    `in_language` makes it.
    """

    id: str
    file: str
    line: int | None
    document: Document | None
    written: Written | None = None
    deleted: bool = False

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file

    def in_language(self, lang: str) -> Document:
        """The document, of this locale where it names none. Raises ContentError."""
        if self.document is not None:
            return self.document
        if self.written is None:
            raise AssertionError(self.where)
        return make_document(self.written, lang)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """What one file says. `release` is the label of the release that it is part of."""

    name: str
    documents: tuple[FoundDocument, ...] = ()
    release: str | None = None
    settings: Settings | None = None
    model: TypeModel | None = None
    problems: tuple[PrismicSsgError, ...] = ()


_written = msgspec.json.Decoder(Written)
_several = msgspec.json.Decoder(list[Written])
_settings = msgspec.json.Decoder(Settings)


def read_file(name: str, content: bytes) -> FoundFile:
    """What the file of this name in a local repository says. Never raises: see `problems`."""
    folder, _, rest = name.partition("/")
    problems: list[PrismicSsgError] = []
    if folder.startswith("documents") or (folder == "releases" and "/" in rest):
        release = rest.partition("/")[0] if folder == "releases" else None
        documents = tuple(_documents(name, content, problems, in_release=release is not None))
        return FoundFile(name, documents, release, problems=tuple(problems))
    settings = model = None
    try:
        if name == "repository.json":
            settings = _settings.decode(content)
        elif folder == "customtypes" and name.endswith("/index.json"):
            model = parse_type_model(content)
    except msgspec.ValidationError as error:
        problems.append(_problem(name, str(error)))
    except msgspec.DecodeError as error:
        problems.append(_broken(name, content, error, None))
    return FoundFile(name, settings=settings, model=model, problems=tuple(problems))


def document_from(members: Mapping[str, Any], lang: str) -> Document:
    """The document with these members, of this locale where they name none. Raises ContentError."""
    try:
        text = msgspec.json.encode(members)
        written = _written.decode(text)
    except (TypeError, ValueError) as error:
        raise ContentError(f"not a document: {error}") from None
    missing = [name for name in ("id", "type") if not _text(getattr(written, name))]
    if missing:
        raise ContentError(f"the document has no {' and no '.join(missing)}")
    return make_document(written, lang)


def make_document(written: Written, lang: str) -> Document:
    """The document as the API writes it: no white space, every member, in its order.

    Raises ContentError where it is none.
    """
    parts = []
    for name, otherwise in MEMBERS.items():
        value = bytes(getattr(written, name)) or otherwise or msgspec.json.encode(lang)
        parts.append(_OPENINGS[name] + value)
    text = b"{" + b",".join(parts) + b"}"
    document = Document.from_json(msgspec.json.format(text, indent=-1))
    if not bytes(document.envelope.data).startswith(b"{"):
        raise ContentError("not a document: its data is no JSON object")
    return document


def _documents(
    file: str, content: bytes, problems: list[PrismicSsgError], *, in_release: bool
) -> Iterator[FoundDocument]:
    for line, written in _written_in(file, content, problems):
        if isinstance(written, Document):
            yield FoundDocument(written.id, file, line, written)
            continue
        deleted = in_release and bool(written.deleted)
        identity = _text(written.id)
        missing = ([] if identity else ["id"]) + (
            [] if _text(written.type) or (deleted and identity) else ["type"]
        )
        if missing:
            said = f"the document has no {' and no '.join(missing)}"
            own = {"id": "an id of its own", "type": "a type"}
            needs = "both" if len(missing) > 1 else own[missing[0]]
            hint = f"copy it from the API, or give it {needs}"
            problems.append(_problem(file, said, line, hint))
        elif deleted:
            yield FoundDocument(identity, file, line, None, deleted=True)
        elif not written.lang:
            yield FoundDocument(identity, file, line, None, written)
        else:
            try:
                yield FoundDocument(identity, file, line, make_document(written, ""))
            except ContentError as error:
                problems.append(_problem(file, error.message, line))


def _written_in(
    file: str, content: bytes, problems: list[PrismicSsgError]
) -> Iterator[tuple[int | None, Written | Document]]:
    """The objects in a `.json` file (one, or an array of them) or a `.jsonl` file, by line: as
    documents where they are just as the API writes them."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    pieces: list[tuple[int | None, bytes]] = [(None, content)]
    if file.endswith(".jsonl"):
        # On LF only: text may hold U+2028 and other characters that end a line elsewhere.
        pieces = [(at, each) for at, each in enumerate(content.split(b"\n"), 1) if each.strip()]
    for line, piece in pieces:
        try:
            if piece.lstrip()[:1] == b"[":
                yield from ((line, written) for written in _several.decode(piece))
            else:
                yield line, _as_written(piece) or _written.decode(piece)
        except msgspec.ValidationError:
            problems.append(_problem(file, "is not a JSON object", line))
        except msgspec.DecodeError as error:
            problems.append(_broken(file, piece, error, line))
        except RecursionError:
            problems.append(_problem(file, "is nested too deeply", line))


def _as_written(piece: bytes) -> Document | None:
    """The document in a text that needs no rewriting but for its white space; else None.

    Raises msgspec.DecodeError for what is no JSON.
    """
    text = msgspec.json.format(piece, indent=-1)
    head = _AS_WRITTEN.match(text)
    if head is None:
        return None
    try:
        document = Document.from_json(text)
    except ContentError:
        return None
    is_last = head.end() + len(document.envelope.data) + 1 == len(text)
    return document if is_last else None


def _text(raw: msgspec.Raw) -> str:
    """The text in a member, empty where it is absent or no text."""
    value = msgspec.json.decode(raw) if bytes(raw).startswith(b'"') else ""
    return value if isinstance(value, str) else ""


def _problem(
    file: str, message: str, line: int | None = None, hint: str | None = None
) -> ContentError:
    where = f"{file}:{line}" if line else file
    return ContentError(f"{where}: {message}", file=file, line=line, hint=hint)


def _broken(file: str, content: bytes, error: Exception, line: int | None) -> ContentError:
    """What is wrong with a JSON text, and its line. The stdlib's decoder says where it stands."""
    try:
        json.loads(content)
    except json.JSONDecodeError as found:
        message = f"broken JSON: {found.msg} (column {found.colno})"
        return _problem(file, message, line or found.lineno)
    except (UnicodeDecodeError, RecursionError) as found:
        if isinstance(found, UnicodeDecodeError):
            at = content.count(b"\n", 0, found.start) + 1
            return _problem(file, f"not UTF-8 at byte {found.start}", line or at)
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _problem(file, "not UTF-8, but UTF-16", line)
    return _problem(file, f"broken JSON: {error}", line)
