"""Whether a drawing could run something, as a page of its own.

In an `<img>` none does. As a file of the site an SVG is a page of the site's origin.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.parsers.expat import ExpatError, ParserCreate

from prismic_ssg.content.html_text import is_safe_url, without_blanks

# Of SVG, and of the XHTML that may be in one.
_ACTIVE = frozenset(
    {"script", "handler", "listener", "iframe", "frame", "object", "embed", "applet", "meta"}
)
# Addresses, and what an animation may make of one.
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "to", "from", "by", "values"})
_PICTURES = ("data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")


def could_run(svg: bytes) -> bool:
    """Whether there is anything in a drawing that runs, or that can't be judged."""
    found: list[str] = []

    def element(name: str, attributes: Mapping[str, str]) -> None:
        if _local(name) in _ACTIVE:
            found.append(name)
        for attribute, value in attributes.items():
            local = _local(attribute)
            if local.startswith("on") or (local in _ADDRESSES and not _is_harmless(value)):
                found.append(attribute)

    def instruction(target: str, _: str) -> None:
        # A style sheet may be XSLT, which makes a page of it.
        found.append(target)

    def entity(name: str, is_parameter: bool, value: str | None, *_: object) -> None:
        # Others are put in their places before they are judged.
        if is_parameter or value is None:
            found.append(name)

    parser = ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = element
    parser.ProcessingInstructionHandler = instruction
    parser.EntityDeclHandler = entity
    parser.SkippedEntityHandler = lambda name, _: found.append(name)
    try:
        parser.Parse(svg, True)
    except (ExpatError, ValueError, LookupError):
        # A browser shows, and runs, what stands before the mistake.
        return True
    return bool(found)


def _local(name: str) -> str:
    return name.rpartition(" ")[2].rpartition(":")[2].lower()


def _is_harmless(value: str) -> bool:
    """Whether an attribute is no address that runs. An animation's may be a list of them."""
    if without_blanks(value).lower().startswith(_PICTURES):
        return True
    return all(is_safe_url(each) for each in value.split(";"))
