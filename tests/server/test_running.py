"""Connections: those that do nothing, and many of them."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from pathlib import Path
from threading import Thread

import pytest

from prismic_ssg.server import running
from prismic_ssg.server.application import make_app
from prismic_ssg.server.options import Options
from prismic_ssg.server.running import bound, serve
from prismic_ssg.server.service import Service

pytestmark = pytest.mark.slow


def answers_to(folder: Path, *requests: bytes) -> list[bytes]:
    """What each connection gets that sends such a beginning of a request, until it is closed."""
    listening = bound("127.0.0.1", 0, strict=True)
    address = listening.getsockname()
    service = Service(Options(folder, environment={}, watches=False, reloads=False))
    got: list[bytes] = []

    def ask() -> None:
        for request in requests:
            with socket.create_connection(address) as connection:
                connection.settimeout(10)
                connection.sendall(request)
                received = b""
                try:
                    while piece := connection.recv(65536):
                        received += piece
                except ConnectionResetError:
                    received += b"(reset)"
                got.append(received)
        os.kill(os.getpid(), signal.SIGTERM)

    asker = Thread(target=ask)
    app = make_app(service, [])
    asyncio.run(serve(app, service, listening, on_started=asker.start))
    asker.join()
    return got


def test_a_request_that_does_not_arrive_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "HEADERS_WITHIN_S", 0.2)
    whole = b"GET /x HTTP/1.1\r\nhost: localhost\r\n\r\n"
    silent, half, second_half = answers_to(tmp_path, b"", whole[:20], whole + whole[:20])
    assert silent in (b"", b"(reset)")
    assert half in (b"", b"(reset)")
    assert second_half.startswith(b"HTTP/1.1 503")
    assert second_half.count(b"HTTP/1.1") == 1
