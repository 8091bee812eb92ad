"""The search index among the files of a build: made anew only where a page has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b

from prismic_ssg.engine.page import Page, url_of_path
from prismic_ssg.publishing.search_index import MADE_BY, index_of
from prismic_ssg.publishing.site_files import SEARCH
from prismic_ssg.store.output import Kind, OutputTree
from prismic_ssg.store.sources import installed_versions
from prismic_ssg.store.state import FileRow


def search_files(
    pages: Sequence[tuple[Page, bytes | None]], tree: OutputTree, known: Mapping[str, FileRow]
) -> Iterator[FileRow]:
    """Tell the output the files of the search index; gives a row for each.

    `pages` are those to be found, with the digest of the bytes of each; `known` the files that
    stand in the output as an earlier build left them.
    """
    digest = blake2b(repr((installed_versions(("pagefind",)), MADE_BY)).encode(), digest_size=8)
    for page, content in pages:
        digest.update(f"{page.path}\0".encode("utf-8", "surrogatepass") + (content or b""))
    key = digest.hexdigest()
    there = {name: row for name, row in known.items() if name.startswith(f"{SEARCH}/")}
    # The number of files is in each row, so that one that was deleted is missed.
    if there and {row.source for row in there.values()} == {f"{key} {len(there)}"}:
        for name, row in there.items():
            tree.keep(name, Kind.COPY)
            yield row
        return
    files = index_of((url_of_path(page.path), tree.text(page.file)) for page, _ in pages)
    for name, content in files:
        staged = tree.add(f"{SEARCH}/{name}", content, Kind.COPY)
        row = FileRow(f"{SEARCH}/{name}", f"{key} {len(files)}", staged.size, staged.mtime_ns)
        yield row
