"""Files with models, and templates that are begun from them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from prismic_ssg.errors import ConfigurationError
from prismic_ssg.store.sources import walk

_MODEL = re.compile(r"customtypes/[^/]+/index\.json|slices/[^/]+/model\.json")
_FOLDERS = ("customtypes", "slices")


def read_models(folders: Iterable[Path]) -> dict[str, bytes]:
    """The files with models in folders, by name: `slices/Hero/model.json`.

    Of two with one name, that of the first folder.
    """
    found: dict[str, bytes] = {}
    for folder in folders:
        for kind in _FOLDERS:
            for name, path in walk(folder / kind):
                full = f"{kind}/{name}"
                if _MODEL.fullmatch(full) and full not in found:
                    found[full] = path.read_bytes()
    return found


def write_new(path: Path, text: str) -> bool:
    """Write a file that is not there; False, with nothing done, where it is.

    Raises ConfigurationError where its folder can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return False
    except OSError as error:
        raise ConfigurationError(f"{path} can't be written: {error.strerror}") from None
    return True
