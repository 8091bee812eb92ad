"""What a project needs to be built, looked at one by one: there or not, and what to do."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from prismic_ssg._version import __version__
from prismic_ssg.api.probe import Probe, probe
from prismic_ssg.content.repository import Repository
from prismic_ssg.errors import BuildFailed, ConnectionFailed, PrismicSsgError
from prismic_ssg.origin import Origin, site_for
from prismic_ssg.site import Site
from prismic_ssg.store.cache import CACHE
from prismic_ssg.store.configuration import FILE
from prismic_ssg.store.health import (
    Library,
    folder_state,
    free_bytes,
    is_writable,
    libraries,
)

# What the extras give.
EXTRAS = {
    "babel": "dates in the language of the page",
    "brotli": "smaller answers of the API",
    "check": "all of the HTML looked at",
    "highlight": "code in colours",
    "http2": "HTTP/2",
    "minify": "fewer bytes",
    "search": "a search of the site",
}

_SLOW_S = 2.0
_SKEW_S = 60.0
_LITTLE_SPACE, _NO_SPACE = 1 << 30, 100 << 20
_LARGE_CACHE = 2 << 30
_SHORT_SECRET = 16


class Status(StrEnum):
    """How it is: builds fail where something is bad."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at, and what to do where it is not as it should be."""

    name: str
    status: Status
    says: str
    hint: str | None = None


def examine(
    project: Path,
    environment: Mapping[str, str],
    *,
    now: datetime,
    repository: str | None = None,
) -> tuple[Check, ...]:
    """Everything that builds need. Nothing is written, and no token or secret is in what it says.

    Raises nothing for what is wrong: that is what it is for.
    """
    checks = [*_versions()]
    site: Site | None = None
    try:
        site = site_for(project, repository)
        checks += _configuration(project, site)
        origin = Origin.of(site, project, repository, environment)
    except PrismicSsgError as error:
        checks.append(_bad("configuration", error))
    else:
        checks += _repository(origin, environment, now)
    checks += _folders(project, site.output if site else "dist", now)
    checks.append(_webhook_secret(environment))
    return tuple(checks)


def _bad(name: str, error: PrismicSsgError) -> Check:
    if isinstance(error, BuildFailed) and error.problems:
        first = error.problems[0]
        more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
        return Check(name, Status.BAD, f"{first.message}{more}", first.hint)
    return Check(name, Status.BAD, error.message, error.hint)


# -- what is installed


def _versions() -> Iterator[Check]:
    yield Check(
        "version",
        Status.OK,
        f"prismic-ssg {__version__} on {platform.python_implementation()} "
        f"{platform.python_version()}, {platform.system()}",
    )
    known = libraries()
    yield _needed([each for each in known if each.extra is None])
    yield _wanted([each for each in known if each.extra not in (None, "test")])


def _needed(known: Sequence[Library]) -> Check:
    wrong = [f"{each.name} is not installed" for each in known if each.version is None]
    wrong += [
        f"{each.name} {each.version} is older than {each.least}" for each in known if each.is_old
    ]
    if wrong:
        hint = 'pip install --upgrade "prismic-ssg" brings what it needs'
        return Check("libraries", Status.BAD, "; ".join(wrong), hint)
    return Check("libraries", Status.OK, ", ".join(f"{each.name} {each.version}" for each in known))


def _wanted(known: Sequence[Library]) -> Check:
    # An extra may be several libraries.
    versions: dict[str, list[str | None]] = {}
    for each in known:
        versions.setdefault(str(each.extra), []).append(each.version)
    absent = [extra for extra, each in versions.items() if None in each]
    there = [
        f"{extra} {' and '.join(map(str, each))}"
        for extra, each in versions.items()
        if extra not in absent
    ]
    says = ", ".join(there) or "none"
    if not absent:
        return Check("extras", Status.OK, says)
    given = ", ".join(f"{each} ({EXTRAS[each]})" if each in EXTRAS else each for each in absent)
    hint = f'where they are wanted: pip install "prismic-ssg[{",".join(absent)}]"'
    return Check("extras", Status.OK, f"{says}; not installed: {given}", hint)


# -- the project and its repository


def _configuration(project: Path, site: Site) -> Iterator[Check]:
    if not (project / FILE).is_file():
        says = f"there is no {project / FILE}: only the repository is looked at"
        yield Check("configuration", Status.OK, says)
        return
    routes = "the default routes" if site.routes is None else _counted(len(site.routes), "route")
    listings = _counted(len(site.listings), "listing")
    says = f"{project / FILE}: {routes}, {listings}"
    if site.base_url:
        yield Check("configuration", Status.OK, f"{says}, at {site.base_url}")
    else:
        hint = 'set Site(base_url="https://…"), or give --base-url: sitemap.xml needs it'
        yield Check("configuration", Status.WARN, f"{says}, at no address", hint)


def _repository(origin: Origin, environment: Mapping[str, str], now: datetime) -> Iterator[Check]:
    token = environment.get("PRISMIC_ACCESS_TOKEN") or None
    if origin.local is not None:
        try:
            with origin.client(environment) as client:
                local = client.get_repository()
        except PrismicSsgError as error:
            yield _bad("repository", error)
        else:
            yield Check("repository", Status.OK, f"{origin.repository}, a local one")
            yield from _content(local)
        return
    try:
        with origin.client({}) as client:
            endpoint = client.endpoint
    except PrismicSsgError as error:
        yield _bad("repository", error)
        return
    seen = probe(endpoint, token)
    if seen.error is not None or seen.repository is None:
        if isinstance(seen.error, ConnectionFailed):
            hint = "is there a network, and is the repository's name right?"
            yield Check("repository", Status.BAD, f"{endpoint}: {seen.error.message}", hint)
        elif seen.error is not None:
            yield _bad("repository", seen.error)
        if seen.server_time is not None:
            yield _clock(seen.server_time, now)
        return
    is_slow = seen.seconds > _SLOW_S
    yield Check(
        "repository",
        Status.WARN if is_slow else Status.OK,
        f"{endpoint} answered in {seen.seconds * 1000:.0f} ms",
        "a build asks a hundred documents at a time: is the network slow?" if is_slow else None,
    )
    yield from _content(seen.repository)
    without = probe(endpoint, None) if token else None
    yield _access(token, seen.repository, without)
    if seen.server_time is not None:
        yield _clock(seen.server_time, now)


def _content(repository: Repository) -> Iterator[Check]:
    master = next((each.ref for each in repository.refs if each.is_master_ref), None)
    if master is None:
        hint = "is this the endpoint of a Prismic repository?"
        yield Check("master ref", Status.BAD, "the repository names none", hint)
    else:
        yield Check("master ref", Status.OK, master)
    languages = [each.id for each in repository.languages]
    if languages:
        yield Check("languages", Status.OK, ", ".join(languages))
    else:
        hint = "add a language in the settings of the repository"
        yield Check("languages", Status.BAD, "none", hint)


def _access(token: str | None, seen: Repository, without: Probe | None) -> Check:
    """What the token opens, as far as the answers with and without it tell."""
    releases = _counted(len(seen.releases), "release")
    if token is None or without is None:
        says = f"none set, and none needed for what is published; {releases} to see"
        return Check("access token", Status.OK, says)
    if without.repository is None:
        if len(seen.releases):
            return Check("access token", Status.OK, f"opens the private API, and {releases}")
        says = "opens the private API; there are no releases, or it does not open them"
        return Check("access token", Status.OK, says)
    opened = len(seen.releases) - len(without.repository.releases)
    if opened > 0:
        says = f"opens {_counted(opened, 'release')}; what is published is open to all"
        return Check("access token", Status.OK, says)
    return Check(
        "access token",
        Status.WARN,
        "opens nothing that is closed without it",
        "unset PRISMIC_ACCESS_TOKEN where it is not needed, or check that it is of this repository",
    )


def _clock(server: datetime, now: datetime) -> Check:
    skew_s = (now - server).total_seconds()
    if abs(skew_s) <= _SKEW_S:
        return Check("clock", Status.OK, "as the server's")
    which = "ahead of" if skew_s > 0 else "behind"
    says = f"{_span(abs(skew_s))} {which} the server's"
    return Check("clock", Status.WARN, says, "let the system set its clock by the network")


# -- folders and secrets


def _folders(project: Path, output: str, now: datetime) -> Iterator[Check]:
    yield from _folder("cache", project / CACHE, now)
    yield from _folder("output", project / output, now)
    try:
        free = free_bytes(project)
    except OSError as error:
        yield Check("disk", Status.BAD, f"{project} can't be read: {error.strerror}")
        return
    status = Status.BAD if free < _NO_SPACE else Status.WARN if free < _LITTLE_SPACE else Status.OK
    hint = None if status is Status.OK else "a build needs the output's size twice: make room"
    yield Check("disk", status, f"{_size(free)} free", hint)


def _folder(name: str, folder: Path, now: datetime) -> Iterator[Check]:
    if not is_writable(folder):
        hint = "change the owner of the folder, or its permissions"
        yield Check(name, Status.BAD, f"{folder} can't be written", hint)
        return
    try:
        state = folder_state(folder)
    except OSError as error:
        yield Check(name, Status.BAD, f"{folder} can't be read: {error.strerror}")
        return
    if state is None or not state.files:
        yield Check(name, Status.OK, f"{folder} is empty: the next build begins afresh")
        return
    age = _span(max(0.0, now.timestamp() - state.newest_s))
    says = f"{folder} has {_size(state.bytes)} in {_counted(state.files, 'file')}, {age} old"
    if name == "output" and not state.is_ours:
        hint = "its files stay, and may stand in the way of pages: empty it, or name another"
        yield Check(name, Status.WARN, f"{says}, that no build has made", hint)
    elif name == "cache" and state.bytes > _LARGE_CACHE:
        hint = f"remove {folder}: everything in it is made again"
        yield Check(name, Status.WARN, says, hint)
    else:
        yield Check(name, Status.OK, says)


def _webhook_secret(environment: Mapping[str, str]) -> Check:
    secret = environment.get("PRISMIC_WEBHOOK_SECRET") or ""
    if not secret:
        return Check("webhook secret", Status.OK, "not set: webhooks to `serve` are refused")
    if len(secret) < _SHORT_SECRET:
        hint = f"take one of {_SHORT_SECRET} characters or more, here and in Prismic"
        return Check("webhook secret", Status.WARN, "set, and short enough to be guessed", hint)
    return Check("webhook secret", Status.OK, "set")


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def _size(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _span(seconds: float) -> str:
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return _counted(round(seconds / length), unit)
    return f"{seconds:.0f} s"
