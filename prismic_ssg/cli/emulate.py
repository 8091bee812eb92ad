"""`prismic-ssg emulate`."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

from prismic_ssg.cli.console import OK, Console, counted
from prismic_ssg.content.web_address import is_web_address
from prismic_ssg.errors import ConfigurationError

if TYPE_CHECKING:
    from prismic_ssg.emulator.access import Token
    from prismic_ssg.emulator.emulation import Emulation
    from prismic_ssg.emulator.repository import EmulatedRepository


@click.command()
@click.argument(
    "folder",
    metavar="[DIR]",
    required=False,
    type=click.Path(file_okay=False, path_type=Path),
)
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    default=9100,
    show_default=True,
    help="0 for any that is free.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--access",
    type=click.Choice(["open", "public", "private"]),
    default="open",
    show_default=True,
    help="Who may read: everybody everything, published content only, or nothing.",
)
@click.option(
    "--token",
    "tokens",
    metavar="TOKEN",
    multiple=True,
    help="Access token; master=TOKEN for one that does not open releases. Repeatable.",
)
@click.option(
    "--latency",
    type=click.IntRange(min=0),
    default=0,
    metavar="MS",
    help="Let every answer wait.",
)
@click.option("--rate-limit", type=click.IntRange(min=1), metavar="N", help="Requests a second.")
@click.option("--webhook", metavar="URL", help="POST to it when content changes.")
@click.option("--webhook-secret", metavar="S", help="Secret to send along.")
@click.option("--remote-admin", is_flag=True, help="Answer /_emulator/ to other machines, too.")
@click.pass_obj
def command(
    console: Console,
    /,
    folder: Path | None,
    port: int,
    host: str,
    access: str,
    tokens: Sequence[str],
    latency: int,
    rate_limit: int | None,
    webhook: str | None,
    webhook_secret: str | None,
    remote_admin: bool,
) -> int:
    """Serve a local repository as Prismic's Content API does.

    DIR is a folder with documents, ./content by default. What changes in it is published. A page to
    try queries with is at /, and /_emulator/ lets tests publish, preview and break things.
    """
    from prismic_ssg.emulator.access import Access
    from prismic_ssg.emulator.app import Service, serve
    from prismic_ssg.emulator.emulation import Emulation
    from prismic_ssg.emulator.traffic import Traffic

    if webhook is not None and not is_web_address(webhook):
        raise click.UsageError(f"--webhook {webhook!r} is no address: give a whole URL")
    content = folder or console.project / "content"
    if not content.is_dir():
        raise ConfigurationError(
            f"the local repository {str(content)!r} is not a folder",
            hint="give one with documents/, as prismic-ssg pull writes it",
        )
    watched = _Folder(content, console)
    if access == "private" and not tokens:
        raise click.UsageError("--access private needs a --token, or nobody could read anything")
    repository = replace(
        watched.repository, access=Access(access), tokens=tuple(map(_token, tokens))
    )
    emulation = Emulation(
        repository,
        Traffic(monotonic, rate_limit=rate_limit),
        now=lambda: datetime.now(UTC),
    )
    service = Service(
        emulation,
        latency_s=latency / 1000,
        webhook=webhook,
        webhook_secret=webhook_secret,
        remote_admin=remote_admin,
        report=console.note,
        prepares=True,
    )

    def listening(origin: str) -> None:
        master = repository.master
        documents = counted(len(master), "document")
        console.result(
            f"{origin}/api/v2 serves {documents} of {content} at ref {master.ref}\n"
            f"{origin}/ is a page to try queries with; Ctrl-C stops"
        )

    asyncio.run(
        serve(
            service,
            host=host,
            port=port,
            on_listening=listening,
            tasks=[lambda: watched.publish_changes(emulation)],
        )
    )
    return OK


def _token(text: str) -> Token:
    from prismic_ssg.emulator.access import Token

    if text.startswith("master="):
        return Token(text.removeprefix("master="), releases=False)
    return Token(text.removeprefix("master+releases="))


class _Folder:
    """A local repository whose files are read again when they change."""

    def __init__(self, folder: Path, console: Console) -> None:
        from prismic_ssg.emulator.folder import read_file
        from prismic_ssg.store.sources import read_local_repository

        self._folder = folder
        self._console = console
        with _no_garbage_collection():
            self._files = {
                name: read_file(name, content) for name, content in read_local_repository(folder)
            }
            self.repository = self._assemble()

    def _assemble(self) -> EmulatedRepository:
        from prismic_ssg.emulator.seed import assemble

        files = [self._files[name] for name in sorted(self._files)]
        repository, problems = assemble(files, name=self._folder.resolve().name)
        self._console.problems("warning", problems)
        return repository

    async def publish_changes(self, emulation: Emulation) -> None:
        """Publish what changes in the folder, until cancelled."""
        from watchfiles import awatch

        async for changes in awatch(self._folder.resolve(), debounce=50, step=10):
            if not self._read_again({Path(path) for _, path in changes}):
                continue
            before = emulation.repository.master.ref
            changed = emulation.replace_content(self._assemble())
            after = emulation.repository.master.ref
            if after != before:
                self._console.result(f"published {counted(len(changed), 'document')}: ref {after}")

    def _read_again(self, paths: set[Path]) -> bool:
        """Whether any of these paths is a file of the repository; those that are, are read."""
        from prismic_ssg.emulator.folder import read_file

        names = self._names(paths)
        for name in names:
            try:
                read = read_file(name, (self._folder / name).read_bytes())
            except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
                self._files.pop(name, None)
                continue
            old = self._files.get(name)
            if read.problems and not read.documents and old is not None and old.documents:
                # Somebody is in the middle of an edit: what was good is served until it is again.
                read = replace(old, problems=read.problems)
            self._files[name] = read
        return bool(names)

    def _names(self, paths: set[Path]) -> list[str]:
        """The repository's files among the paths; all of those in a folder that came or went."""
        top = self._folder.resolve()
        names = set()
        for path in paths:
            inside = path.relative_to(top) if path.is_relative_to(top) else Path()
            name = inside.as_posix()
            if name.endswith((".json", ".jsonl")):
                names.add(name)
            else:
                names |= {each for each in self._files if each.startswith(f"{name}/")}
                names |= {
                    each.relative_to(top).as_posix()
                    for each in (path.rglob("*.json*") if path.is_dir() else ())
                    if each.suffix in (".json", ".jsonl")
                }
        return sorted(names)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Nothing that is read here is garbage, and looking for some takes longer than reading."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.freeze()
