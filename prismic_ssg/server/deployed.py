"""The server as an ASGI application, for wherever one can be run: previews of a site whose pages
are served by somebody else.

It builds nothing. Pages are rendered when they are asked for, of what is published or, with a
preview's cookie, of what an editor sees. Configured by the environment:

    PRISMIC_SSG_PROJECT      the folder with prismicio.py, by default the working directory
    PRISMIC_SSG_BASE_URL     where the site is, if not where prismicio.py says
    PRISMIC_SSG_ALLOW_HOST   further names of this server, with spaces between them; * for any
    PRISMIC_SSG_POLL         ask so often, in seconds, whether something was published (60)
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from prismic_ssg.api.collector import collect_leavings
from prismic_ssg.errors import ConfigurationError, PrismicSsgError, os_told
from prismic_ssg.live import Changed
from prismic_ssg.server.application import make_app
from prismic_ssg.server.failures import told_in_our_words
from prismic_ssg.server.journal import text_line
from prismic_ssg.server.options import Options
from prismic_ssg.server.overlay import flat
from prismic_ssg.server.repository import Repository
from prismic_ssg.server.service import Service

_log = logging.getLogger("prismic_ssg.server")

_POLL_S = 60.0
_LEAST_POLL_S = 1.0

_TOKEN = re.compile(r"(?<=[?&]token=)[^&\s]+")


def deployed(environment: Mapping[str, str]) -> ASGIApp:
    """The application. Raises ConfigurationError for an environment that can't be followed."""
    base_url = environment.get("PRISMIC_SSG_BASE_URL")
    options = Options(
        Path(environment.get("PRISMIC_SSG_PROJECT") or "."),
        {"base_url": base_url} if base_url else {},
        environment,
        watches=False,
        reloads=False,
        renders=True,
    )
    service = Service(options, journal=_journal)
    # Whoever knows a preview's token can see it: what runs this application notes every address.
    logging.getLogger("uvicorn.access").addFilter(_without_tokens)
    names = (environment.get("PRISMIC_SSG_ALLOW_HOST") or "").replace(",", " ").split()
    keeping = _Keeping(service, _seconds(environment.get("PRISMIC_SSG_POLL")))
    return _living(make_app(service, names), keeping)


def _without_tokens(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(
            _TOKEN.sub("…", each) if isinstance(each, str) else each for each in record.args
        )
    return True


def _seconds(text: str | None) -> float:
    try:
        seconds = float(text) if text else _POLL_S
    except ValueError:
        seconds = 0.0
    if not seconds >= _LEAST_POLL_S:
        raise ConfigurationError(
            f"PRISMIC_SSG_POLL is {text!r}", hint="give the seconds as a number, 1 or more"
        )
    return seconds


def _journal(event: str, **members: Any) -> None:
    _log.info("%s", text_line(event, members))


class _Keeping:
    """Keeps a site at what is published, in a thread."""

    def __init__(self, service: Service, every_s: float) -> None:
        self._service = service
        self._every_s = every_s
        self._repository = Repository(service.options)
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="prismic-ssg-keeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._service.stop()

    def _run(self) -> None:
        said = ""
        while not self._stopped.is_set():
            try:
                with told_in_our_words("the site can't be shown"), os_told():
                    self._refresh()
                said = self._note(())
            except PrismicSsgError as error:
                found = self._note(flat(error))
                if found != said:
                    _log.error("%s", text_line("failed", {"first": found}))
                said = found
            self._stopped.wait(self._every_s)

    def _note(self, problems: Sequence[PrismicSsgError]) -> str:
        """Lets the status tell what is wrong; the first of it."""
        self._service.status = replace(self._service.status, problems=tuple(problems))
        if not problems:
            return ""
        return " · ".join(each for each in (problems[0].message, problems[0].hint) if each)

    def _refresh(self) -> None:
        site = self._service.site
        if site.edition is None:
            edition = site.refresh(Changed())
        elif site.edition.pages.world.today != site.today():
            edition = site.refresh(Changed(configuration=False))
        elif site.edition.origin.local is None:
            if self._repository.master_ref() == site.edition.pulled.ref:
                return
            edition = site.refresh(Changed(configuration=False))
        else:
            return
        shown = len(edition.pages.world.pages.pages)
        self._service.status = replace(self._service.status, ref=edition.pulled.ref, pages=shown)
        _journal("content", ref=edition.pulled.ref, pages=shown)
        collect_leavings()


def _living(app: ASGIApp, keeping: _Keeping) -> ASGIApp:
    """The application with its beginning and its end."""

    async def living(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                keeping.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                keeping.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    return living
