"""The site over HTTP: starlette around the parts. Wiring only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote

from sse_starlette.sse import EventSourceResponse
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from prismic_ssg.server import webhook
from prismic_ssg.server.content_types import HTML
from prismic_ssg.server.files import Answer, Asked
from prismic_ssg.server.hosts import Hosts
from prismic_ssg.server.livereload import EVENTS, MOST_STREAMS, RETRY_MS, SCRIPT, LiveReload
from prismic_ssg.server.preview_site import EXIT, PREVIEW
from prismic_ssg.server.service import Service
from prismic_ssg.server.status import status_json, status_page
from prismic_ssg.store.sources import packaged_text

STATUS = "/_prismic/status"
_OURS = "/_prismic/"

_NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

# Silence that proxies take for the end of a stream is usually a minute.
_PING_S = 20
_BODY_WITHIN_S = 10.0


def make_app(service: Service, names: Sequence[str]) -> ASGIApp:
    """The application: what is ours below `/_prismic/`, and the site everywhere else. Requests are
    answered that are for a host of these names, of the base URL's, or of this machine."""

    async def status(request: Request) -> Response:
        if "application/json" in request.headers.get("accept", ""):
            body = status_json(service.status_now)
            return Response(body, headers=_NO_STORE, media_type="application/json")
        notes = {"browsers": str(service.live.streams)} if service.live else {}
        return Response(status_page(service.status_now, notes), headers=_NO_STORE, media_type=HTML)

    routes = [Route(STATUS, status), *_preview_routes(service)]
    if service.options.watches:
        routes.append(Route(webhook.PATH, _webhook(service), methods=["POST"]))
    if service.live is not None:
        routes += _live_routes(service.live)
    app = Starlette(routes=routes)
    app.router.redirect_slashes = False
    app.router.default = _site(service)
    return _guarded(app, service, names)


def _preview_routes(service: Service) -> list[Route]:
    previews = service.previews

    async def begin(request: Request) -> Response:
        asked = request.query_params
        token, document_id = asked.get("token", ""), asked.get("documentId", "")
        cookie = request.headers.get("cookie")
        return _response(await run_in_threadpool(previews.begin, token, document_id, cookie))

    async def leave(request: Request) -> Response:
        to, cookie = request.query_params.get("to"), request.headers.get("cookie")
        return _response(await run_in_threadpool(previews.leave, to, cookie))

    return [Route(PREVIEW, begin), Route(EXIT, leave, methods=["GET", "POST"])]


def _response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, answer.headers)


def _live_routes(live: LiveReload) -> list[Route]:
    code = packaged_text("server/reload.js")

    async def script(_: Request) -> Response:
        headers = {**_NO_STORE, "cache-control": "no-cache"}
        return Response(code, headers=headers, media_type="text/javascript")

    async def events(request: Request) -> Response:
        if live.streams >= MOST_STREAMS:
            return PlainTextResponse("too many browsers listen\n", 503, _NO_STORE)
        asked = request.query_params
        number = asked.get("number", "")
        stream = live.stream(
            quote(asked.get("path", "/"), safe="/%").encode(),
            asked.get("epoch", ""),
            int(number) if number.isascii() and number.isdigit() and len(number) < 12 else 0,
        )
        return EventSourceResponse(_as_events(stream), ping=_PING_S)

    return [Route(SCRIPT, script), Route(EVENTS, events, methods=["GET"])]


async def _as_events(stream: AsyncIterator[str]) -> AsyncIterator[Mapping[str, str | int]]:
    async for text in stream:
        yield {"data": text, "retry": RETRY_MS}


def _webhook(service: Service) -> Callable[[Request], Awaitable[Response]]:
    async def receive_webhook(request: Request) -> Response:
        try:
            async with asyncio.timeout(_BODY_WITHIN_S):
                body = await _body(request, webhook.MOST_BYTES)
        except TimeoutError:
            return _refused(service, 408, "the body did not arrive")
        except ClientDisconnect:
            return _refused(service, 400, "the sender hung up")
        if body is None:
            return _refused(service, 413, f"the body has over {webhook.MOST_BYTES:,} bytes")
        verdict = webhook.read_webhook(
            body,
            request.headers.get("content-type", ""),
            service.options.environment.get(webhook.SECRET),
        )
        if verdict.hint is not None:
            await run_in_threadpool(service.take, verdict.hint)
        if verdict.status != 200:
            return _refused(service, verdict.status, verdict.event, verdict.answer)
        hint = verdict.hint
        service.journal(
            "webhook",
            what=verdict.event,
            ref=hint.ref if hint else None,
            documents=len(hint.documents) if hint else None,
        )
        return PlainTextResponse(f"{verdict.answer}\n", 200, _NO_STORE)

    return receive_webhook


def _refused(service: Service, status: int, reason: str, answer: str | None = None) -> Response:
    service.journal("webhook-refused", status=status, reason=reason)
    return PlainTextResponse(f"{answer or reason}\n", status, _NO_STORE)


async def _body(request: Request, most_bytes: int) -> bytes | None:
    """A request's body; None as soon as it is known to be too long."""
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and (len(told) > 12 or int(told) > most_bytes):
        return None
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most_bytes:
            return None
    return bytes(body)


def _site(service: Service) -> ASGIApp:
    async def site(scope: Scope, receive: Receive, send: Send) -> None:
        raw_path = scope.get("raw_path") or quote(scope["path"]).encode()
        if scope["path"].startswith(_OURS):
            await PlainTextResponse("there is nothing here\n", 404, _NO_STORE)(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        query = scope["query_string"].decode("latin-1")
        asked = Asked(scope["method"], raw_path, headers, query)
        # In a thread: it may have to be rendered.
        answer = await run_in_threadpool(service.answer, asked)
        await _send(answer, send)

    return site


async def _send(answer: Answer, send: Send) -> None:
    raw = [
        (name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    if answer.file is None:
        await send({"type": "http.response.body", "body": answer.body})
        return
    with answer.file:
        pieces = answer.pieces()
        while piece := await run_in_threadpool(next, pieces, b""):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body"})


def _guarded(app: ASGIApp, service: Service, names: Sequence[str]) -> ASGIApp:
    """Refuses requests that are meant for a host of another name."""

    @lru_cache(maxsize=4)
    def hosts_with(base_url: str) -> Hosts:
        return Hosts.of(names, base_url)

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            hosts = hosts_with(service.project.site.base_url)
            given = Headers(scope=scope).getlist("host")
            refusal = hosts.refusal(given[0] if len(given) == 1 else None)
            if refusal is not None:
                status, reason = refusal
                service.journal("host-refused", status=status, reason=reason)
                response = PlainTextResponse(f"{reason}\n", status, _NO_STORE)
                await response(scope, receive, send)
                return
        await app(scope, receive, send)

    return guarded
