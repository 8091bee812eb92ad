"""Images and files beside a local repository: complete, once, and resumed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fault_server import Answer, FaultyApi, client_of

from prismic_ssg.content.document import Document
from prismic_ssg.errors import ConnectionFailed, NotFoundError
from prismic_ssg.store.assets import asset_names, asset_urls, save_assets

URL = "https://images.prismic.io/blog/Zx_cat.jpg"
CONTENT = bytes(range(256)) * 10


class Files:
    """Serves one file in pieces, and notes what was asked. Breaks off after `pieces`."""

    def __init__(self, pieces: int = 99) -> None:
        self.asked: list[int] = []
        self._pieces = pieces

    def fetch(self, url: str, start: int) -> tuple[bytes, int]:
        if len(self.asked) == self._pieces:
            raise ConnectionFailed("no answer", url)
        self.asked.append(start)
        return CONTENT[start : start + 1000], len(CONTENT)


def test_a_file_arrives_whole_in_pieces(tmp_path: Path) -> None:
    files = Files()
    saved = save_assets(tmp_path, [URL], files.fetch)
    assert (tmp_path / "Zx_cat.jpg").read_bytes() == CONTENT
    assert (files.asked, saved.downloaded) == ([0, 1000, 2000], 1)


def test_a_file_that_is_there_is_not_asked_for(tmp_path: Path) -> None:
    save_assets(tmp_path, [URL], Files().fetch)
    files = Files()
    assert save_assets(tmp_path, [URL], files.fetch).unchanged == 1
    assert files.asked == []


def test_a_download_that_broke_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    broken = save_assets(tmp_path, [URL], Files(pieces=2).fetch)
    assert [type(problem) for problem in broken.problems] == [ConnectionFailed]
    assert not (tmp_path / "Zx_cat.jpg").exists()
    files = Files()
    save_assets(tmp_path, [URL], files.fetch)
    assert files.asked == [2000]
    assert (tmp_path / "Zx_cat.jpg").read_bytes() == CONTENT


def test_what_is_there_of_another_file_is_thrown_away(tmp_path: Path) -> None:
    (tmp_path / "Zx_cat.jpg.part").write_bytes(b"x" * 9999)
    assert save_assets(tmp_path, [URL], Files().fetch).problems
    save_assets(tmp_path, [URL], Files().fetch)
    assert (tmp_path / "Zx_cat.jpg").read_bytes() == CONTENT


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    save_assets(tmp_path, [URL], lambda url, start: (b"", 0))
    assert (tmp_path / "Zx_cat.jpg").read_bytes() == b""


def test_one_file_that_is_gone_does_not_hide_the_others(tmp_path: Path) -> None:
    def fetch(url: str, start: int) -> tuple[bytes, int]:
        if "gone" in url:
            raise NotFoundError("there is no such file", url)
        return b"x", 1

    urls = [f"https://x.prismic.io/{name}" for name in ("a.pdf", "gone.pdf", "z.pdf")]
    saved = save_assets(tmp_path, urls, fetch)
    assert (saved.downloaded, len(saved.problems)) == (2, 1)


def test_originals_of_images_and_media_on_prismics_hosts_are_found() -> None:
    data = {
        "hero": {
            "dimensions": {"width": 1, "height": 1},
            "url": f"{URL}?auto=compress,format&rect=0,0,5,5",
            "thumb": {"dimensions": {}, "url": f"{URL}?w=5"},
        },
        "body": [{"type": "image", "dimensions": {}, "url": "https://images.prismic.io/b/2.png"}],
        "file": {"link_type": "Media", "url": "https://blog.cdn.prismic.io/blog/3.pdf"},
        "web": {"link_type": "Web", "url": "https://images.prismic.io/page"},
        "other": {"link_type": "Media", "url": "https://evil.example/4.pdf"},
        "plain": {"link_type": "Media", "url": "http://x.prismic.io/5.pdf"},
    }
    whole = {"id": "A", "type": "page", "data": data}
    assert asset_urls([Document.from_json(json.dumps(whole).encode())]) == {
        URL,
        "https://images.prismic.io/b/2.png",
        "https://blog.cdn.prismic.io/blog/3.pdf",
    }


@pytest.mark.parametrize("path", ["..", "a%2F..%2Fb", "", ".env", "Zx%20cat.jpg"])
def test_no_name_of_a_file_leads_out_of_the_folder(path: str) -> None:
    (name,) = asset_names([f"https://images.prismic.io/blog/{path}"])
    assert "/" not in name
    assert not name.startswith(".")


def test_two_urls_never_share_a_file() -> None:
    assert len(asset_names(["https://a.prismic.io/x.png", "https://b.prismic.io/X.png"])) == 2


@pytest.mark.parametrize("knows_pieces", [True, False])
def test_the_client_asks_for_pieces_and_takes_the_whole_file_too(knows_pieces: bool) -> None:
    def fault(page: dict[str, object]) -> Answer:
        if knows_pieces:
            return 206, {"content-range": "bytes 3-5/10"}, b"345"
        return 200, {}, b"0123456789"

    api = FaultyApi(always={0: fault})
    got = client_of(api).get_asset("http://api.test/cat.jpg", 3, length=3)
    assert got == ((b"345" if knows_pieces else b"3456789"), 10)
    assert api.asked_with[-1]["range"] == "bytes=3-5"
