"""Stylesheets with what they refer to: under names with a content hash, and minified on request.

A stylesheet under its hashed name refers to images, fonts and stylesheets under theirs, so all of
them may be kept for ever. Its own hash is of its content and of all that it reaches: another font
is another stylesheet.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from hashlib import blake2b
from urllib.parse import quote, unquote

import msgspec
from msgspec.structs import replace

from prismic_ssg.content.css_addresses import CssAddress, css_addresses, with_addresses
from prismic_ssg.content.file_names import hashed_name
from prismic_ssg.errors import ConfigurationError, PrismicSsgError, did_you_mean_file
from prismic_ssg.store.sources import StaticFile

_PARTS = re.compile(r"([^?#]*)(.*)", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


class Reference(msgspec.Struct, frozen=True):
    """An address in a stylesheet that leads to a file of the site, whether that is there or not.

    `target` is the file's name; `folder` and `rest` stand before and behind its last part.
    """

    address: CssAddress
    line: int
    target: str
    folder: str
    rest: str


class Stylesheets:
    """The stylesheets among static files, which are the site's and the theme's by name.

    `base_path` is put in front of addresses from the root that lead to a static file.
    """

    def __init__(
        self, files: Mapping[str, StaticFile], *, base_path: str = "", minify: bool = False
    ) -> None:
        self._files = files
        self._base_path = base_path
        self._minify = minify

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return {
            name: text
            for name, file in self._files.items()
            if name.lower().endswith(".css") and (text := _text(file)) is not None
        }

    @cached_property
    def references(self) -> Mapping[str, tuple[Reference, ...]]:
        """What each stylesheet refers to, by its name, in its order."""
        return {name: tuple(_references(name, text)) for name, text in self._texts.items()}

    @cached_property
    def linked(self) -> dict[str, StaticFile]:
        """All the files, the stylesheets as they are under their hashed names."""
        linked = dict(self._files)
        for name in self._texts:
            reached = self._reached(name)
            if reached != {name} or self._minify:
                linked[name] = replace(self._files[name], digest=self._digest(reached))
        # The texts only once all names are known: stylesheets may import each other.
        for name in self._texts:
            if linked[name] is not self._files[name]:
                text = self._shrunk(name, self._rewritten(name, linked))
                linked[name] = replace(
                    linked[name], content=text.encode(), refers=self._refers(name)
                )
        return linked

    @cached_property
    def plain(self) -> dict[str, StaticFile]:
        """The stylesheets as they are under their own names, where that is not as they lie there:
        all of them, where they are minified."""
        if not self._minify:
            return {}
        return {
            name: replace(
                self._files[name],
                digest=self._digest({name}),
                content=self._shrunk(name, text).encode(),
            )
            for name, text in self._texts.items()
        }

    def missing(self, published: Collection[str], shown_as: str) -> Iterator[PrismicSsgError]:
        """What the stylesheets refer to that is neither a static file nor `published`."""
        for name, references in self.references.items():
            for reference in references:
                target = reference.target
                if target in self._files or target in published or not target:
                    continue
                file = f"{shown_as}/{name}"
                yield PrismicSsgError(
                    f"{file}:{reference.line}: there is no {reference.address.url!r}",
                    file=file,
                    line=reference.line,
                    hint=did_you_mean_file(
                        target, self._files, "put it into the static folder, or take it out"
                    ),
                )

    def _refers(self, name: str) -> tuple[str, ...]:
        return tuple(sorted(self._reached(name) - {name}))

    def _reached(self, name: str) -> frozenset[str]:
        """A stylesheet and all files that it refers to, directly or by way of others."""
        reached, pending = {name}, [name]
        while pending:
            for reference in self.references.get(pending.pop(), ()):
                if reference.target in self._files and reference.target not in reached:
                    reached.add(reference.target)
                    pending.append(reference.target)
        return frozenset(reached)

    def _digest(self, names: Collection[str]) -> str:
        parts = [f"{name} {self._files[name].digest}" for name in sorted(names)]
        made_how = f"{self._base_path} {'minified' if self._minify else ''}"
        return blake2b("\n".join([made_how, *parts]).encode(), digest_size=4).hexdigest()

    def _rewritten(self, name: str, linked: Mapping[str, StaticFile]) -> str:
        at = {each.address: each for each in self.references[name]}

        def replaced(address: CssAddress) -> str | None:
            reference = at.get(address)
            if reference is None or reference.target not in self._files:
                return None
            last = hashed_name(reference.target, linked[reference.target].digest)
            url = f"{reference.folder}{quote(posixpath.basename(last))}{reference.rest}"
            return f"{self._base_path}{url}" if url.startswith("/") else url

        return with_addresses(self._texts[name], replaced)

    def _shrunk(self, name: str, text: str) -> str:
        if not self._minify:
            return text
        from prismic_ssg.store.minified import minified_css

        try:
            return minified_css(text, name)
        except ValueError as error:
            raise ConfigurationError(
                f"the stylesheet {name!r} can't be minified: {error}",
                file=str(self._files[name].path),
                hint="mend it, or leave out Site(minify=True)",
            ) from None


def _text(file: StaticFile) -> str | None:
    """A stylesheet's text; None for one that is not UTF-8, which stays as it is."""
    try:
        return file.path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None


def _references(name: str, text: str) -> Iterator[Reference]:
    for address in css_addresses(text):
        path, rest = (_PARTS.fullmatch(address.url) or _PARTS.match("")).groups()  # type: ignore[union-attr]
        if not path or _SCHEME.match(path):
            continue
        line = text.count("\n", 0, address.start) + 1
        folder = path[: path.rfind("/") + 1]
        wanted = unquote(path)
        if wanted.startswith("/"):
            target = posixpath.normpath(wanted).lstrip("/")
        else:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), wanted))
        yield Reference(address, line, target, folder, rest)
