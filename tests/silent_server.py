"""A server on a loopback port that takes every connection, and answers hardly anything."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"


class SilentServer:
    """`asked` is set by the first request. With `trickles`, answers come a letter at a time, for
    ever."""

    def __init__(self, *, trickles: bool = False) -> None:
        self.asked = threading.Event()
        self._trickles = trickles
        self._ended = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.endpoint = f"{self.origin}/api/v2"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._ended.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.recv(65536)
            self.asked.set()
            if self._trickles:
                connection.sendall(_HEAD)
                while not self._ended.wait(0.05):
                    connection.sendall(b" ")
            self._ended.wait()


@contextmanager
def silent_server(*, trickles: bool = False) -> Iterator[SilentServer]:
    server = SilentServer(trickles=trickles)
    try:
        yield server
    finally:
        server.close()
