"""What is done for one page: rendered, its images named, its bytes staged, its row made.

The same code runs in the build's own process and in each of its workers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NewType

import msgspec

from prismic_ssg.building.kept_blocks import KeptBlocks, places_of
from prismic_ssg.building.left_files import LeftFiles
from prismic_ssg.building.page_notes import Uses, encode_notes, encode_uses
from prismic_ssg.engine.facts import Fact
from prismic_ssg.engine.page import Page
from prismic_ssg.engine.plan import definition_of
from prismic_ssg.errors import ContentError
from prismic_ssg.image_downloads import PageImages
from prismic_ssg.publishing.hidden_pages import is_hidden
from prismic_ssg.render.renderer import Rendered, Renderer
from prismic_ssg.store.refusals import explained
from prismic_ssg.store.staging import Staged, Stager


class PageDone(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """A page whose bytes are staged, with what the next build has to know of it."""

    path: str
    definition: bytes
    staged: Staged
    reads: bytes
    uses: bytes | None
    notes: bytes | None
    blocks: bytes | None


Done = NewType("Done", bytes)
"""A PageDone as bytes: of 100,000 pages they take 30 MB, as values 80 MB."""


class PagesDone(Mapping[str, PageDone]):
    """What became of pages, by path: to be asked when all are there.

    Until then no more is known of each than its bytes. Who gathers them does not come near the
    pages themselves: this process would have to copy what it has of them, 60 MB of 100,000.
    """

    def __init__(self) -> None:
        self._done: list[Done] = []

    def put(self, done: Done) -> None:
        self._done.append(done)

    @cached_property
    def _by_path(self) -> dict[str, Done]:
        return {_page_path.decode(done).path: done for done in self._done}

    def __getitem__(self, path: str) -> PageDone:
        return _page_done.decode(self._by_path[path])

    def __contains__(self, path: object) -> bool:
        return path in self._by_path

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_path)

    def __len__(self) -> int:
        return len(self._done)


class _OnlyPath(msgspec.Struct, array_like=True):
    """The first member of a PageDone."""

    path: str


_page_done = msgspec.msgpack.Decoder(PageDone)
_page_path = msgspec.msgpack.Decoder(_OnlyPath)
_packed = msgspec.msgpack.Encoder().encode


class PageWork:
    """Does the pages of one renderer. Not thread-safe: a worker has its own.

    `left` is how the last build left their files, as far as that is known; `kept` are blocks that
    stand in those.
    """

    def __init__(
        self,
        renderer: Renderer,
        stager: Stager,
        images: PageImages,
        *,
        minify: bool = False,
        left: LeftFiles | None = None,
        kept: KeptBlocks | None = None,
    ) -> None:
        self._renderer = renderer
        self._kept = kept
        self._shows_images = renderer.world.site.sitemap_images
        self._minify = minify
        self._stager = stager
        self._images = images
        self._left = left

    @property
    def answers(self) -> Mapping[Fact, bytes]:
        """See Renderer.answers."""
        return self._renderer.answers

    def expect(self, pages: Sequence[Page]) -> None:
        """Take note of the pages that are done next."""
        self._renderer.expect(pages)
        if self._left is not None:
            self._left.expect(pages)
        if self._kept is not None:
            self._kept.expect(pages)

    def do(self, page: Page) -> Done | Rendered:
        """The page staged; as it was rendered where it has to wait for an image.

        Raises PrismicSsgError where it can't be rendered, or its file not be written.
        """
        before = {} if self._kept is None else self._kept.of(page)
        rendered = self._renderer.render(page, before)
        finished = self._images.finished(rendered)
        return rendered if finished is None else self.staged(finished)

    def staged(self, rendered: Rendered) -> Done:
        """A page that is finished, staged. Raises PrismicSsgError where it can't be."""
        page = rendered.page
        file = page.file
        content = encoded(rendered, minify=self._minify)
        left = None if self._left is None else self._left.of(page)
        with explained(file):
            staged = self._stager.stage(file, content, left)
        done = PageDone(
            page.path,
            definition_of(page, self._renderer.world),
            staged,
            rendered.reads,
            self._uses(rendered),
            encode_notes(rendered.notes),
            # What is minified is no longer in its place.
            None if self._minify else places_of(rendered, content),
        )
        return Done(_packed(done))

    def _uses(self, rendered: Rendered) -> bytes | None:
        shown = self._shown(rendered) if self._shows_images else ()
        images = self._images.contents(rendered.images)
        hidden = rendered.page.in_sitemap and is_hidden(rendered.text)
        return encode_uses(Uses(tuple(sorted(rendered.assets)), images, shown, hidden))

    def _shown(self, rendered: Rendered) -> tuple[str, ...]:
        from prismic_ssg.publishing.shown_images import images_of

        return images_of(rendered.page, rendered.text, self._renderer.world.site.base_url)


def encoded(rendered: Rendered, *, minify: bool = False) -> bytes:
    """The bytes of a page's file, fewer of them where it is HTML and is to be minified.

    Raises ContentError where its text is no Unicode.
    """
    try:
        content = rendered.text.encode()
    except UnicodeEncodeError as error:
        page = rendered.page
        raise ContentError(
            f"{page.origin}: text that is no Unicode: {error}", page=page.path
        ) from None
    if minify and rendered.page.file.endswith((".html", ".htm")):
        # Its pattern takes longer to compile than any other: 3 ms, for those who ask for it.
        from prismic_ssg.store.minified import minified_html

        return minified_html(rendered.text).encode()
    return content
