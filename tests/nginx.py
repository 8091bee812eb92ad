"""A real nginx with a configuration of the documentation, and a server behind it."""

from __future__ import annotations

import http.client
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

from docs_files import DOCS, blocks

_WITHIN_S = 30.0

_AROUND = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log stderr warn;
events {{ }}
http {{
    access_log off;
    types {{ text/html html; text/css css; }}
    client_body_temp_path {folder}/bodies;
    proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/unused1;
    uwsgi_temp_path {folder}/unused2;
    scgi_temp_path {folder}/unused3;
{configuration}
}}
"""


class Answer(NamedTuple):
    """What was answered. Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    text: str


def documented(page: str, number: int = 0) -> str:
    """One of the configurations of nginx in a page of the documentation, from the first on."""
    return [each.text for each in blocks(DOCS / page) if each.language == "nginx"][number]


def adapted(configuration: str, changes: Mapping[str, str]) -> str:
    """A configuration with other places and ports. Each that is changed has to be in it."""
    for old, new in changes.items():
        assert old in configuration, old
        configuration = configuration.replace(old, new)
    return configuration


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


class Nginx:
    """Asks a running nginx on this port."""

    def __init__(self, port: int) -> None:
        self._port = port

    def ask(
        self, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """A GET, or a POST where there is a body. Redirects are not followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=_WITHIN_S)
        try:
            method = "GET" if body is None else "POST"
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            received = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, received, response.read().decode())
        finally:
            connection.close()


@contextmanager
def running(program: str, folder: Path, configuration: str) -> Iterator[Nginx]:
    """nginx with this inside of its `http`, in which `listen` names a port of 127.0.0.1."""
    [port] = re.findall(r"listen 127\.0\.0\.1:(\d+);", configuration)
    file = folder / "nginx.conf"
    file.write_text(_AROUND.format(folder=folder, configuration=configuration))
    command = [program, "-p", str(folder), "-e", "stderr", "-c", str(file)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            _wait_for(int(port), process)
            yield Nginx(int(port))
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + _WITHIN_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if process.poll() is not None:
                assert process.stderr
                raise AssertionError(process.stderr.read()) from None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        else:
            return


@contextmanager
def behind() -> Iterator[int]:
    """The port of a server that says which request it got."""

    class Told(BaseHTTPRequestHandler):
        def _tell(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length).decode()
            text = f"{self.command} {self.path} for {self.headers['host']}: {body}".encode()
            self.send_response(200)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = _tell  # noqa: N815  (names of the standard library)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Told) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
