"""A Content API that costs next to nothing, to measure clients against.

    python benchmarks/api_server.py documents.jsonl --latency-ms 40

Answers the Repository API, and searches for all documents, for those published before or after
some moment, and for those with some ids: what a pull asks, whole or as a delta. The bodies of a
whole pull are built once, before the port is printed. The latency is a timer of the event loop, so
answers under way do not wait for each other.
`GET /__publish` changes one article and the master ref, `GET /__requests` counts.
`GET /__edit?id=ID&old=TEXT&new=TEXT` publishes one document now, with its first OLD made NEW.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs

import msgspec

_ID = re.compile(rb'\{"id":"([^"]*)"')
_PUBLISHED = re.compile(rb'"last_publication_date":"([^"]*)"')

_FILTER = re.compile(r"\[([\w.-]+)\(([\w.]+), ?(.*?)\)\]")
_QUOTED = re.compile(r'"([^"]*)"')


def _date_ms(line: bytes) -> int:
    found = _PUBLISHED.search(line)
    return int(datetime.fromisoformat(found[1].decode()).timestamp() * 1000) if found else 0


class Content:
    """What is served: pages of 100 at the present master ref."""

    def __init__(self, lines: list[bytes]) -> None:
        self.lines = lines
        self._dates_ms = [_date_ms(line) for line in lines]
        self._place_of = {_ID.match(line)[1].decode(): n for n, line in enumerate(lines)}
        self.generation = 0
        self.requests = 0
        self.publish()

    def publish_something(self) -> bytes:
        """Another master ref, and another text in the last document."""
        edit = f'"excerpt":"edit {self.generation + 1} '
        self._publish_one(len(self.lines) - 1, b'"excerpt":"', edit.encode())
        return self.publish()

    def edit(self, identity: str, old: str, new: str) -> tuple[int, bytes]:
        """Another master ref, and the first `old` in one document's JSON made `new`."""
        for place, line in enumerate(self.lines):
            if line.startswith(f'{{"id":"{identity}"'.encode()) and old.encode() in line:
                self._publish_one(place, old.encode(), new.encode())
                return 200, self.publish()
        return 404, b"no such document, or no such text in it"

    def _publish_one(self, place: int, old: bytes, new: bytes) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
        date = f'"last_publication_date":"{now}"'.encode()
        line = self.lines[place].replace(old, new, 1)
        self.lines[place] = _PUBLISHED.sub(date, line, count=1)
        self._dates_ms[place] = _date_ms(self.lines[place])

    def publish(self) -> bytes:
        """Another master ref."""
        self.generation += 1
        self.ref = f"Zref{self.generation:012d}"
        self._bodies: dict[tuple[int, int], bytes] = {}
        master = {"id": "master", "ref": self.ref, "label": "Master", "isMasterRef": True}
        languages = [{"id": "en-us", "name": "English", "is_master": True}]
        self.repository = msgspec.json.encode({"refs": [master], "languages": languages})
        for page in range(1, -(-len(self.lines) // 100) + 1):
            self.page(page, 100)
        return self.ref.encode()

    def page(self, number: int, size: int) -> bytes:
        if (number, size) not in self._bodies:
            self._bodies[number, size] = self._body(self.lines, number, size)
        return self._bodies[number, size]

    def _body(self, lines: list[bytes], number: int, size: int) -> bytes:
        rows = lines[(number - 1) * size : number * size]
        head = {
            "page": number,
            "results_per_page": size,
            "results_size": len(rows),
            "total_results_size": len(lines),
            "total_pages": -(-len(lines) // size),
            "next_page": f"/api/v2/documents/search?page={number + 1}" if rows else None,
            "prev_page": None,
        }
        ref = f"ref={self.ref}&".encode()
        results = b",".join(row.replace(b"ref=REF&", ref, 1) for row in rows)
        return msgspec.json.encode(head)[:-1] + b',"results":[' + results + b"]}"

    def _passing(self, filters: str) -> list[bytes] | None:
        """The documents that pass; None for a filter that no pull asks."""
        places = list(range(len(self.lines)))
        given = _FILTER.findall(filters)
        if len(given) != filters.count("("):
            return None
        dates = self._dates_ms
        for name, path, value in given:
            match name, path:
                case "date.after", "document.last_publication_date":
                    places = [place for place in places if dates[place] > int(value)]
                case "date.before", "document.last_publication_date":
                    places = [place for place in places if dates[place] < int(value)]
                case "in", "document.id":
                    wanted = {self._place_of.get(id_) for id_ in _QUOTED.findall(value)}
                    places = [place for place in places if place in wanted]
                case _:
                    return None
        return [self.lines[place] for place in places]

    def answer(self, target: str) -> tuple[int, bytes]:
        path, _, query = target.partition("?")
        if path == "/__requests":
            return 200, str(self.requests).encode()
        if path == "/__publish":
            return 200, self.publish_something()
        if path == "/__edit":
            wanted = {name: values[0] for name, values in parse_qs(query).items()}
            return self.edit(wanted["id"], wanted["old"], wanted["new"])
        self.requests += 1
        if path == "/api/v2":
            return 200, self.repository
        if path != "/api/v2/documents/search":
            return 404, b"no such page"
        asked = {name: "".join(values) for name, values in parse_qs(query).items()}
        if asked.get("ref") != self.ref:
            message = f"The ref is no longer accessible. Master ref is: {self.ref}"
            return 410, msgspec.json.encode({"type": "api_validation_error", "message": message})
        number, size = int(asked.get("page", 1)), min(int(asked.get("pageSize", 20)), 100)
        if "q" not in asked:
            return 200, self.page(number, size)
        passing = self._passing(asked["q"])
        if passing is None:
            message = f"this stand-in can't answer {asked['q']}"
            return 400, msgspec.json.encode({"type": "parsing-error", "message": message})
        return 200, self._body(passing, number, size)


class Connection(asyncio.Protocol):
    """HTTP/1.1 with keep-alive; one request at a time, as all clients here send them."""

    def __init__(self, content: Content, latency_s: float) -> None:
        self._content = content
        self._latency_s = latency_s
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            target = head.split(b" ", 2)[1].decode("ascii")
            if self._latency_s:
                asyncio.get_running_loop().call_later(self._latency_s, self._send, target)
            else:
                self._send(target)

    def _send(self, target: str) -> None:
        if self._transport.is_closing():
            return
        status, body = self._content.answer(target)
        head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n"
        self._transport.write(f"{head}content-length: {len(body)}\r\n\r\n".encode())
        self._transport.write(body)


async def serve(content: Content, port: int, latency_s: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(content, latency_s), "127.0.0.1", port)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v2", flush=True)
    await server.serve_forever()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("documents", type=Path)
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--latency-ms", type=float, default=0.0)
    given = arguments.parse_args()
    content = Content(given.documents.read_bytes().splitlines())
    asyncio.run(serve(content, given.port, given.latency_ms / 1000))


if __name__ == "__main__":
    main()
