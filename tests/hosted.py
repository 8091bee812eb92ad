"""A repository behind HTTP that answers as a test says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[str, str], tuple[int, dict[str, str], bytes]]


class Hosted:
    """A server that answers with one function, and counts what it is asked and connections."""

    def __init__(self, respond: Answer) -> None:
        self.asked: list[str] = []
        self.connections = 0
        hosted = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                hosted.connections += 1
                super().setup()

            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                hosted.asked.append(self.path)
                status, headers, body = hosted.respond(path, query)
                self.send_response(status)
                for name, value in {**headers, "content-length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                # Who was interrupted has hung up.
                with suppress(BrokenPipeError):
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                return

        self.respond = respond
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        self.endpoint = f"{self.origin}/api/v2"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
