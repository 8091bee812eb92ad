"""Whether several tools made the same site: the same files, with the same text in them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping
from html import unescape
from pathlib import Path

Files = Mapping[str, bytes]

# What prismic-ssg keeps in its output besides the site.
_NOT_PAGES = re.compile(r"\.prismic-ssg")
_TAG = re.compile(r"<[^>]*>")
_LOCATION = re.compile(r"<loc>(.*?)/?</loc>")


def files_of(output: Path) -> dict[str, bytes]:
    """Every file of a site by its path in it."""
    return {
        name: path.read_bytes()
        for path in sorted(output.rglob("*"))
        if path.is_file() and not _NOT_PAGES.match(name := path.relative_to(output).as_posix())
    }


def differences(
    sites: Mapping[str, Files], *, always: Iterable[str] = (), sample: int = 500
) -> list[str]:
    """What keeps a comparison of these sites from being fair; nothing if it is.

    All paths are compared; the text of `sample` pages chosen at random, of those named by `always`
    and of those that are one of their kind. Sizes may differ by a tenth.
    """
    (first, expected), *others = sites.items()
    chosen = random.Random(1).sample(sorted(expected), min(sample, len(expected)))
    chosen += [*always, *(name for name in expected if "/" not in name)]
    found = []
    for tool, files in others:
        missing, extra = expected.keys() - files.keys(), files.keys() - expected.keys()
        if missing or extra:
            names = ", ".join(sorted(missing | extra)[:5])
            found.append(
                f"{tool}: {len(missing)} files of {first} missing, {len(extra)} more: {names}"
            )
        found += [
            f"{tool}: {name} has another text than in {first}"
            for name in chosen
            if name in files and text_of(name, files[name]) != text_of(name, expected[name])
        ]
        ratio = sum(map(len, files.values())) / sum(map(len, expected.values()))
        if not 0.9 < ratio < 1.1:
            found.append(f"{tool}: {ratio:.2f} times the bytes of {first}")
    return found


def text_of(name: str, content: bytes) -> list[str]:
    """The words of a page; of a site map the addresses, in any order."""
    text = content.decode()
    if name == "sitemap.xml":
        return sorted(_LOCATION.findall(text))
    return unescape(_TAG.sub(" ", text)).split()
