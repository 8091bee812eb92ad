"""Facts: questions about a world whose answers can be compared.

A fact is a tuple of texts; the first says what kind of question it is:

    ("field", id, name)         a member of a document's envelope, `data.NAME`, or what is derived
                                from the whole of it (`title`, `title_field`, `names` of its fields)
    ("exists", id)              whether there is such a document
    ("url", id)                 where it is
    ("link", id)                what a link to it shows: its type, UID, language, tags and URL
    ("query", text)             the ids that a query gives
    ("uid", type, uid, lang)    the id of the document with this UID
    ("navigation", lang)        what a navigation names
    ("version", id, lang)       the id of what a document is in a language: see FilledSnapshot
    ("markdown", name)          where the page of a Markdown file is
    ("crumb", path)             what is at a path above a page, for the way to it
    ("page", path)              whether the site has a page there
    ("template", name)          a template's source, or that there is none
    ("asset", name)             a static file's content, or that there is none
    ("today",)                  the day of the build

What a page has read is kept as the `key` of each fact, not as its text: four bytes. Two facts with
one key make a page be rendered for nothing, and nothing worse.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import Any
from zlib import crc32

from prismic_ssg.content.document import Document
from prismic_ssg.content.titles import title_field, title_of

Fact = tuple[str, ...]

# Something that was read: a fact, or the key of one where that is known already.
Read = Fact | int

TODAY: Fact = ("today",)

# Answers are kept as they are up to here: some two hundred ids.
_LONGEST_ANSWER = 4000

# What begins one that is no digest: longer than a digest is.
_AS_IT_IS = b"answer:  "

# Facts whose answers are kept from build to build, as digests: there are few of them, and what was
# answered before can't be worked out again from what has changed since.
KEPT_ANSWERS = frozenset({"query", "uid", "navigation", "crumb", "markdown", "version"})

# All templates for rich text together: a page with rich text depends on every one of them, also on
# those that are not there.
RICH_TEXT_TEMPLATES: Fact = ("template", "rich_text/*")

_ENVELOPE = (
    "type",
    "uid",
    "lang",
    "tags",
    "first_publication_date",
    "last_publication_date",
    "alternate_languages",
)

# Every ("field", id, name) but those about `data`.
ENVELOPE_FACTS = (*_ENVELOPE, "title", "title_field", "names")

_IN_A_LINK = ("type", "uid", "lang", "tags", "slugs")


# Two of three facts that a page reads were read by a block of it before, or by the last pages.
@lru_cache(maxsize=4096)
def key_of(fact: Fact) -> int:
    """A number from 0 to 2**32 - 1, the same for the same fact on every machine."""
    text = "\0".join(fact)
    try:
        return crc32(text.encode())
    except UnicodeEncodeError:
        return crc32(text.encode("utf-8", "surrogatepass"))


# To take more of them apart is worth the room.
_FEW_TEXTS = 8


def packed(reads: Iterable[Read], more: Collection[bytes] = ()) -> bytes:
    """The keys of what was read as one text of bytes, which `unpacked` reads. In no order.

    `more` are such texts, whose keys are among them. A key may be there twice.
    """
    keys = [each if type(each) is int else key_of(each) for each in reads]
    if len(more) > _FEW_TEXTS:
        keys = list({*keys, *unpacked(b"".join(more))})
        more = ()
    return b"".join((array("I", keys).tobytes(), *more))


def unpacked(reads: bytes) -> array[int]:
    """The keys in what `packed` gave."""
    keys = array("I")
    keys.frombytes(reads)
    return keys


def any_reads(all_reads: Iterable[bytes], fact: Fact) -> bool:
    """Whether any page has read a fact. Looked for as bytes: in a tenth of the time."""
    key = key_of(fact)
    as_bytes = packed([fact])
    return any(as_bytes in reads and key in unpacked(reads) for reads in all_reads)


# For more keys it is faster to take all reads of everybody apart.
_FEW_KEYS = 30

# Of so many the reads are looked through at once, in half the time that each takes by itself. Those
# of 100,000 pages would be 40 MB once more.
_READERS_AT_ONCE = 500


def readers(all_reads: Mapping[str, bytes], keys: Collection[int]) -> Iterator[tuple[str, int]]:
    """Those who have read facts with any of these keys, each with the lowest such key."""
    names: Collection[str] = all_reads
    if len(keys) <= _FEW_KEYS:
        names = _holding([packed([key]) for key in keys], all_reads)
    wanted = frozenset(keys)
    for name in dict.fromkeys(names):
        read = wanted.intersection(unpacked(all_reads[name]))
        if read:
            yield name, min(read)


def _holding(keys: Sequence[bytes], all_reads: Mapping[str, bytes]) -> list[str]:
    """Who may have read one of these keys: its bytes may also be those between two others."""
    names: list[str] = []
    pending = iter(all_reads.items())
    while some := list(islice(pending, _READERS_AT_ONCE)):
        together = b"".join([reads for _, reads in some])
        for key in keys:
            if key in together:
                names += [name for name, reads in some if key in reads]
    return names


def digest_of_answer(ids: Iterable[str]) -> bytes:
    """Bytes that are equal exactly where two answers are, order included: a short answer as it is,
    so that `ids_of_answer` reads it."""
    text = "\0".join(ids).encode("utf-8", "surrogatepass")
    if len(text) <= _LONGEST_ANSWER:
        return _AS_IT_IS + text
    return blake2b(text, digest_size=8).digest()


def ids_of_answer(answer: bytes) -> tuple[str, ...] | None:
    """The ids of a short answer, None of one that is known by its digest only."""
    if not answer.startswith(_AS_IT_IS):
        return None
    text = answer[len(_AS_IT_IS) :].decode("utf-8", "surrogatepass")
    return tuple(text.split("\0")) if text else ()


def differing(old: Document | None, new: Document | None) -> Iterator[Fact]:
    """The facts about one document that have another answer in `new` than in `old`.

    None stands for a document that is not there. All that was ever read of a document that comes or
    goes has changed.
    """
    known = new or old
    assert known is not None  # noqa: S101  (a change has one of the two)
    id_ = known.id
    if old is None or new is None:
        yield ("exists", id_)
        yield ("link", id_)
        for name in ENVELOPE_FACTS:
            yield ("field", id_, name)
        for name in known.fields:
            yield ("field", id_, f"data.{name}")
        return
    for name in _ENVELOPE:
        if getattr(old.envelope, name) != getattr(new.envelope, name):
            yield ("field", id_, name)
    if any(getattr(old.envelope, name) != getattr(new.envelope, name) for name in _IN_A_LINK):
        yield ("link", id_)
    before, after = old.fields, new.fields
    if tuple(before) != tuple(after):
        yield ("field", id_, "names")
    for name in {**before, **after}:
        if _text(before.get(name)) != _text(after.get(name)):
            yield ("field", id_, f"data.{name}")
    if title_of(old) != title_of(new):
        yield ("field", id_, "title")
    if title_field(old) != title_field(new):
        yield ("field", id_, "title_field")


def _text(raw: Any) -> bytes | None:
    return None if raw is None else bytes(raw)


def in_words(fact: Fact, named: Callable[[str], str] = repr) -> str:
    """A fact as people read it: `field title of post 'summer'`. `named` says what a document of
    this id is called."""
    match fact:
        case ("field", id_, name):
            return f"{_member(name)} of {named(id_)}"
        case ("exists", id_):
            return f"whether there is {named(id_)}"
        case ("url", id_):
            return f"the URL of {named(id_)}"
        case ("link", id_):
            return f"what links to {named(id_)} show"
        case ("query", text):
            return f"the answer of the query {text}"
        case ("uid", type_, uid, lang):
            return f"which {type_} has the UID {uid!r} ({lang})"
        case ("crumb", path):
            return f"what is at {path}, above it"
        case ("navigation", lang):
            return f"the navigation ({lang})"
        case ("markdown", name):
            return f"where the page of {name} is"
        case ("version", id_, lang):
            return f"what {named(id_)} is in {lang}"
        case ("page", path):
            return f"whether there is a page {path}"
        case ("template", "rich_text/*"):
            return "the templates for rich text"
        case ("template" | "asset" as kind, name):
            return f"{'static file' if kind == 'asset' else kind} {name}"
        case ("today",):
            return "the date"
        case _:
            return " ".join(fact)


def _member(name: str) -> str:
    if name == "names":
        return "the fields"
    if name.startswith("data."):
        return f"field {name.removeprefix('data.')}"
    return name
