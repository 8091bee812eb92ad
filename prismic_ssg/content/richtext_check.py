"""What is wrong with rich text that could not be read: the place, and what belongs there.

Rendering trusts its input, and asks here only after it has failed: so checking costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from prismic_ssg.errors import FieldError

NOT_RICH_TEXT = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What Python raises on rich text of a wrong shape."""

TEXT_BLOCKS = frozenset(
    {f"heading{level}" for level in range(1, 7)}
    | {"paragraph", "preformatted", "list-item", "o-list-item"}
)
_GROUPS = ("group-list-item", "group-o-list-item")


def explain(field: Any, error: BaseException) -> None:
    """Raise the FieldError that says where `field` is malformed; return if it is not.

    Then `error` comes from elsewhere, most likely a serializer or a link resolver, and is the
    caller's to raise again. A FieldError is left to the caller likewise.
    """
    if isinstance(error, FieldError):
        return
    for path, fault in _faults(field):
        _fail(path, fault, error)


def _fail(path: str, fault: str, error: BaseException) -> NoReturn:
    where = f" · {path}" if path else ""
    raise FieldError(
        f"not a rich text field: {fault}{where}",
        field=path or None,
        hint="give the field's value as the Content API sends it; a text needs no helper",
    ) from error


def _faults(field: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(field, (list, tuple)):
        yield "", f"it is {_named(field)}, not a list of blocks"
        return
    for at, block in enumerate(field):
        yield from _block_faults(f"[{at}]", block)


def _block_faults(path: str, block: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(block, Mapping):
        yield path, f"a block is {_named(block)}, not an object"
        return
    block_type = block.get("type")
    if not isinstance(block_type, str):
        yield f"{path}.type", f"a block's type is {_named(block_type)}, not a name"
    elif block_type == "embed":
        if not isinstance(block.get("oembed"), Mapping):
            yield f"{path}.oembed", "an embed has no oembed object"
    elif block_type == "image":
        yield from _link_faults(f"{path}.linkTo", block.get("linkTo"), required=False)
    elif block_type in _GROUPS:
        for fault_path, fault in _faults(block.get("items")):
            yield f"{path}.items{fault_path}", fault
    if block.get("data") is not None and not isinstance(block["data"], Mapping):
        yield f"{path}.data", f"a block's data is {_named(block['data'])}, not an object"
    if block_type in TEXT_BLOCKS or "text" in block:
        yield from _text_faults(path, block)


def _text_faults(path: str, block: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    text = block.get("text")
    if text is not None and not isinstance(text, str):
        yield f"{path}.text", f"the text is {_named(text)}"
    if "text" not in block:
        return
    spans = block.get("spans")
    if not isinstance(spans, (list, tuple)):
        yield f"{path}.spans", f"a block with text has {_named(spans)} for spans, not a list"
        return
    if spans and text is None:
        yield f"{path}.text", "there are spans, but no text"
    for at, span in enumerate(spans):
        yield from _span_faults(f"{path}.spans[{at}]", span)


def _span_faults(path: str, span: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(span, Mapping):
        yield path, f"a span is {_named(span)}, not an object"
        return
    for edge in ("start", "end"):
        if type(span.get(edge)) is not int:
            yield (
                f"{path}.{edge}",
                f"a span's {edge} is {_named(span.get(edge))}, not a whole number",
            )
    if not isinstance(span.get("type"), str):
        yield f"{path}.type", f"a span's type is {_named(span.get('type'))}, not a name"
    elif span["type"] == "hyperlink":
        yield from _link_faults(f"{path}.data", span.get("data"), required=True)
    elif span.get("data") is not None and not isinstance(span["data"], Mapping):
        yield f"{path}.data", f"a span's data is {_named(span['data'])}, not an object"


def _link_faults(path: str, link: Any, *, required: bool) -> Iterator[tuple[str, str]]:
    if not isinstance(link, Mapping) and (required or link is not None):
        yield path, f"a link is {_named(link)}, not an object"


def _named(value: Any) -> str:
    if value is None:
        return "missing or null"
    if isinstance(value, (bool, int, float)):
        return f"{value!r}"
    if isinstance(value, str):
        return f"the text {value[:20]!r}"
    if isinstance(value, (list, tuple)):
        return "a list"
    return "an object" if isinstance(value, Mapping) else f"a {type(value).__name__}"
