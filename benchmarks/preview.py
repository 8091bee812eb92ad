"""How long an editor waits for the first page of a preview.

    python benchmarks/preview.py SITE --repo ENDPOINT-OF-AN-EMULATOR --document ID

Runs `prismic-ssg serve --watch` of a copy of the site as a process of its own. For each round a
preview of one changed document is begun at the emulator (`prismic-ssg emulate`), its address is
asked for as an editor's browser does, and where that leads to. Printed are milliseconds of each
round, then the median and the slowest:

    entry   the answer with the cookie: the ref is checked, the document found, its page known
    page    the page with the draft
    whole   until everything that the ref has is known, in the background
"""

from __future__ import annotations

import argparse
import http.client
import json
import shutil
import statistics
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlsplit

from live_reload import Server


def emulator(origin: str, path: str, body: object = None) -> dict[str, object]:
    encoded = None if body is None else json.dumps(body).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{origin}{path}", encoded, headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def changed(origin: str, document_id: str, mark: str) -> dict[str, object]:
    """The document as it is published, with something added to its first text."""
    ref = emulator(origin, "/api/v2")["refs"][0]["ref"]
    query = quote(f'[[at(document.id,"{document_id}")]]')
    found = emulator(origin, f"/api/v2/documents/search?ref={ref}&lang=*&q={query}")
    document = found["results"][0]
    for name, value in document["data"].items():
        if isinstance(value, list) and value and "text" in value[0]:
            value[0]["text"] += f" {mark}"
            return document
        if isinstance(value, str):
            document["data"][name] = f"{value} {mark}"
            return document
    raise SystemExit(f"document {document_id!r} has no text")


def get(port: int, path: str, cookie: str = "") -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path, headers={"cookie": cookie} if cookie else {})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, {name.lower(): text for name, text in response.getheaders()}, body


def one_round(server: Server, origin: str, document_id: str, number: int) -> list[float]:
    mark = f"draft{number}x{time.time_ns()}"
    body = {"documents": [changed(origin, document_id, mark)]}
    token = str(emulator(origin, "/_emulator/previews", body)["token"])
    began = time.perf_counter()
    entry = f"/_prismic/preview?token={quote(token, safe='')}&documentId={document_id}"
    status, headers, said = get(server.port, entry)
    assert status == 302, said
    entered = time.perf_counter()
    path, cookie = headers["location"], headers["set-cookie"].partition(";")[0]
    status, headers, page = get(server.port, path, cookie)
    while status in (301, 302, 307):
        status, headers, page = get(server.port, headers["location"], cookie)
    shown = time.perf_counter()
    assert mark.encode() in page, "the draft is not on the page"
    # A page that nobody has is looked for until everything is known.
    get(server.port, "/there/is/no/such/page/", cookie)
    return [entered - began, shown - entered, time.perf_counter() - began]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--repo", required=True)
    parser.add_argument("--document", required=True)
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    parts = urlsplit(asked.repo)
    origin = f"{parts.scheme}://{parts.netloc}"
    with tempfile.TemporaryDirectory(prefix="preview-", ignore_cleanup_errors=True) as folder:
        site = Path(folder) / "site"
        shutil.copytree(asked.site, site, symlinks=True)
        server = Server(site, asked.repo)
        try:
            server.idle()
            rounds = []
            for number in range(asked.times):
                rounds.append(one_round(server, origin, asked.document, number))
                print(" ".join(f"{1000 * each:.0f}" for each in rounds[-1]), flush=True)
        finally:
            server.process.kill()
            server.process.wait()
    for name, values in zip(("entry", "page", "whole"), zip(*rounds, strict=True), strict=True):
        print(f"{name:6} {1000 * statistics.median(values):6.0f} ms  {1000 * max(values):6.0f} ms")


if __name__ == "__main__":
    main()
