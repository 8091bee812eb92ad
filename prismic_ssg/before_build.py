"""Commands that a site has run before it is built: esbuild, Tailwind, whatever makes its files.

They are run where a file of the project is another one than after they last ran: not before each
build of new content, and not again because of what they wrote, which `serve --watch` notices.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from prismic_ssg.errors import BuildFailed, PrismicSsgError
from prismic_ssg.store.project_files import (
    CommandsRun,
    list_project,
    read_commands_run,
    write_commands_run,
)

_FILE = "before-build.json"
_SHOWN_CHARACTERS = 4000


def run_before_build(
    commands: Sequence[Sequence[str]],
    project: Path,
    cache: Path,
    environment: Mapping[str, str],
    *,
    leave_out: Collection[Path] = (),
) -> None:
    """Run the commands one after another, in the project's folder, if anything may have changed.

    `leave_out` are folders in which they have no part. Raises BuildFailed, with what it said, where
    one fails; the next build runs all of them again.
    """
    if not commands:
        return
    wanted = [list(command) for command in commands]
    leave_out = (*leave_out, cache)
    before = list_project(project, leave_out)
    last = read_commands_run(cache / _FILE)
    is_known = last is not None and last.commands == wanted
    if last is not None and is_known and last.files == before:
        return
    for words in wanted:
        _run(words, project, environment)
    after = list_project(project, leave_out)
    written = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    files = dict(after)
    if last is not None and is_known:
        # What they never wrote before was perhaps saved by somebody while they ran: as long as it
        # is not known to be theirs, it counts as it was, and they run once more.
        for name in written - set(last.written):
            files.pop(name, None)
            if name in before:
                files[name] = before[name]
    write_commands_run(cache / _FILE, CommandsRun(wanted, files, sorted(written)))


def _run(words: list[str], project: Path, environment: Mapping[str, str]) -> None:
    # Few sites have any.
    from subprocess import TimeoutExpired

    from prismic_ssg.site_commands import RUN_WITHIN_S, run_command

    try:
        ended = run_command(words, project, environment)
    except TimeoutExpired:
        raise _failed(words, f"was not done within {RUN_WITHIN_S:.0f} s") from None
    except OSError as error:
        raise _failed(words, f"can't be run: {error.strerror or error}") from None
    if ended.code:
        raise _failed(words, f"ended with code {ended.code}:\n{ended.said(_SHOWN_CHARACTERS)}")


def _failed(words: list[str], how: str) -> BuildFailed:
    problem = PrismicSsgError(
        f"before_build: {words[0]!r} {how}",
        file="prismicio.py",
        hint=f"try it by hand, in the folder of the site: {' '.join(words)}",
    )
    return BuildFailed("1 problem, so nothing was published", (problem,))
