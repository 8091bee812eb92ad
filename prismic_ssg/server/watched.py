"""Which paths are of interest, and what a change of them means. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from prismic_ssg.server.causes import Cause
from prismic_ssg.server.project import Project
from prismic_ssg.store.configuration import CONFIG, FILE

# What editors and operating systems write beside a file that is being saved.
_LITTER = re.compile(r"~$|^\.#|^#.*#$|\.sw[a-z]$|^4913$|^\.DS_Store$|\.tmp$|___jb_(tmp|old)___$")


@dataclass(frozen=True)
class Watched:
    """What to watch for one project. Paths are real ones: those that the system tells of.

    `deep` folders are watched with all that is in them, `flat` ones without their folders: there
    something of interest may come into being.
    """

    deep: tuple[Path, ...]
    flat: tuple[Path, ...]
    content: tuple[Path, ...]
    sources: tuple[Path, ...]
    configuration: tuple[Path, ...]
    trigger: Path
    ignored: tuple[Path, ...]

    def cause_of(self, changed: Iterable[Path], project: Project) -> Cause | None:
        """Why to build after these paths changed; None for no reason."""
        reasons: list[str] = []
        content = configuration = False
        for path in sorted(set(changed)):
            if path == self.trigger or self._is_ignored(path) or _LITTER.search(path.name):
                continue
            is_content = _is_in(path, self.content)
            is_configuration = path in self.configuration
            if not (is_content or is_configuration or _is_in(path, self.sources)):
                continue
            reasons.append(project.shown(path))
            content = content or is_content or is_configuration
            configuration = configuration or is_configuration
        if not reasons:
            return None
        return Cause(tuple(reasons), content=content, configuration=configuration)

    def _is_ignored(self, path: Path) -> bool:
        return _is_in(path, self.ignored)


def _is_in(path: Path, folders: Sequence[Path]) -> bool:
    return any(path == folder or folder in path.parents for folder in folders)


def watched(project: Project, trigger: Path) -> Watched:
    """What to watch for a project, some of which may not be there yet."""
    sources = [_real(folder) for folder in project.source_folders]
    content = [_real(project.content)] if project.content else []
    configuration = [_real(project.folder / name) for name in (FILE, CONFIG)]
    configuration += [_real(module) for module in project.modules]
    if isinstance(project.site.redirects, str):
        sources.append(_real(project.folder / project.site.redirects))
    trigger = _real(trigger)
    deep = {folder for folder in (*sources, *content) if folder.is_dir()}
    flat = {_nearest(path.parent) for path in (*sources, *content, *configuration, trigger)}
    return Watched(
        deep=tuple(sorted(deep)),
        flat=tuple(sorted(flat - deep)),
        content=tuple(content),
        sources=tuple(sources),
        configuration=tuple(configuration),
        trigger=trigger,
        ignored=(_real(project.output), _real(project.cache)),
    )


def _real(path: Path) -> Path:
    """The path with every link followed but the last: a file that is replaced keeps its name."""
    return path.parent.resolve() / path.name if path.name else path.resolve()


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return folder
