"""Images of content as files of the site: a rendered page waits until those in it are here.

Rendering knows nothing of this: it gives a page's text with the images' own URLs, and which they
are. What they become is a function of the URL and of the image's content alone, so a page that is
rendered again is the same to the byte, in whatever order the images came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import msgspec

from prismic_ssg.errors import ContentError, PageError, PrismicError, PrismicSsgError
from prismic_ssg.store.images import FOLDER, ImageStore, StoredImage

# A build with nothing to do has no use for the rest.
if TYPE_CHECKING:
    from prismic_ssg.render.renderer import Rendered
    from prismic_ssg.site import Site

# Pages wait in memory for their images; beyond so much text the images are fetched first.
_MAX_WAITING = 64_000_000

_LONGEST_NAME = 60


class PageImages:
    """Gives rendered pages on once their images are stored and named in them.

    `on_fetched(done, total)` is told of the images that had to be fetched. `problems` are the
    images that could not be, each with the first page that shows it.
    """

    def __init__(
        self,
        site: Site,
        cache: Path,
        *,
        offline: bool = False,
        on_fetched: Callable[[int, int], None] | None = None,
    ) -> None:
        self._site = site
        self._folder = cache / FOLDER
        self._offline = offline
        self._on_fetched = on_fetched
        self._opened: ImageStore | None = None
        self._waiting: list[Rendered] = []
        self._waiting_size = 0
        self._failed: dict[str, PrismicSsgError] = {}
        self._used: dict[str, StoredImage] = {}
        self.fetched = 0

    @property
    def problems(self) -> list[PrismicSsgError]:
        return list(self._failed.values())

    @property
    def files(self) -> dict[str, StoredImage]:
        """What the output must hold: the images by their path in it."""
        files = {self._path(url): image for url, image in self._used.items()}
        return {path.lstrip("/"): files[path] for path in sorted(files)}

    @property
    def size_bytes(self) -> int:
        """The size of `files` together."""
        sizes = {self._path(url): image.size_bytes for url, image in self._used.items()}
        return sum(sizes.values())

    def finished(self, rendered: Rendered) -> Rendered | None:
        """The page as it is written, None where an image in it has not been fetched yet."""
        if not rendered.images:
            return rendered
        return self._finished(rendered) if self.has(rendered.images) else None

    def has(self, urls: Iterable[str]) -> bool:
        """Whether all these images are here."""
        return all(self._stored(url) for url in urls)

    def contents(self, urls: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Each of these images that is here, with the digest of its content. Sorted."""
        stored = ((url, self._stored(url)) for url in sorted(urls))
        return tuple((url, image.digest) for url, image in stored if image is not None)

    def are(self, contents: Iterable[tuple[str, str]]) -> bool:
        """Whether all these images are here as they were: what a URL gives may change."""
        for url, digest in contents:
            image = self._stored(url)
            if image is None or image.digest != digest:
                return False
        return True

    def use(self, urls: Iterable[str]) -> None:
        """Count images that are here among the `files` of the site: a page names them."""
        for url in urls:
            image = self._stored(url)
            if image is not None:
                self._used[url] = image

    def wait(self, rendered: Rendered) -> Iterator[Rendered]:
        """Let a page wait for its images; gives those pages that need not wait any more."""
        self._waiting.append(rendered)
        self._waiting_size += len(rendered.text)
        if self._waiting_size > _MAX_WAITING:
            yield from self.rest()

    def rest(self) -> Iterator[Rendered]:
        """Fetch what is missing; give the pages that wait for it, but for those with a problem."""
        waiting, self._waiting, self._waiting_size = self._waiting, [], 0
        first: dict[str, Rendered] = {}
        for rendered in waiting:
            for url in sorted(rendered.images):
                if self._stored(url) is None and url not in self._failed:
                    first.setdefault(url, rendered)
        self._fetch(first)
        for rendered in waiting:
            if self.has(rendered.images):
                yield self._finished(rendered)

    def _fetch(self, wanted: dict[str, Rendered]) -> None:
        if self._offline:
            for url, rendered in wanted.items():
                self._fail(url, rendered, "is not in the cache", "build without --offline once")
            return
        from prismic_ssg.api.downloads import Downloads

        # Where an image is, content says: it shall not make a build server look around.
        with Downloads(is_public_only=self._site.safe_html) as downloads:
            for number, (url, outcome) in enumerate(downloads.fetch_all(wanted), start=1):
                if isinstance(outcome, PrismicError):
                    self._fail(url, wanted[url], f"can't be fetched: {outcome.message}")
                    self._failed[url].__cause__ = outcome
                else:
                    self._keep(url, wanted[url], outcome)
                if self._on_fetched is not None:
                    self._on_fetched(number, len(wanted))

    def _keep(self, url: str, rendered: Rendered, content: bytes) -> None:
        try:
            self._store.put(url, content)
            self.fetched += 1
        except ContentError as error:
            self._fail(url, rendered, f"is none: {error.message}")

    def _fail(self, url: str, rendered: Rendered, what: str, hint: str | None = None) -> None:
        page = rendered.page
        document = f", document {page.document_id!r}" if page.document_id else ""
        self._failed[url] = PageError(
            f"the image {url!r} {what} (page {page.path!r}{document})",
            page=page.path,
            document_id=page.document_id,
            hint=hint or 'replace the image, or leave images where they are: Site(images="link")',
        )

    @property
    def _store(self) -> ImageStore:
        if self._opened is None:
            self._opened = ImageStore(self._folder, runs_nothing=self._site.safe_html)
        return self._opened

    def _stored(self, url: str) -> StoredImage | None:
        return self._store.get(url)

    def _finished(self, rendered: Rendered) -> Rendered:
        from prismic_ssg.render.local_images import with_local_images

        self.use(rendered.images)
        text = with_local_images(
            rendered.text,
            {url: self._path(url) for url in rendered.images},
            base_path=self._site.base_path,
            base_url=self._site.base_url.rstrip("/"),
            is_html=rendered.page.file.endswith(".html"),
        )
        return msgspec.structs.replace(rendered, text=text)

    def _path(self, url: str) -> str:
        """Where in the site an image is: `/images/bench.3f9c01aa22bb.webp`."""
        from prismic_ssg.content.slugs import slugify

        image = self._used[url]
        last = unquote(urlsplit(url).path).rpartition("/")[2]
        stem = last.rpartition(".")[0] or last
        name = slugify(stem)[:_LONGEST_NAME].strip("-") or "image"
        return f"/{FOLDER}/{name}.{image.digest}.{image.extension}"
