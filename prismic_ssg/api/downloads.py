"""Files from anywhere: images of content, fetched a few at once, with retries."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from prismic_ssg.api.limiter import Limiter
from prismic_ssg.api.opening import open_exchange
from prismic_ssg.api.requests import mask
from prismic_ssg.api.retries import Refused, Retries
from prismic_ssg.api.waiting import answered
from prismic_ssg.content.web_url import parse_url
from prismic_ssg.errors import ConnectionFailed, NotFoundError, PrismicError

if TYPE_CHECKING:
    from typing import Self

# A host that chooses the format by this header (imgix with auto=format) gives WebP, which every
# browser of today shows. It is always the same header, so it is always the same image.
_HEADERS = {"accept": "image/webp,image/*,*/*;q=0.8"}

# Several are in memory at once. Prismic takes no image of over 10 MB.
_MOST_BYTES = 1 << 26


class Downloads:
    """Fetches files. A context manager. `limiter` holds for all hosts together. With
    `is_public_only` nobody is asked but who can be reached from everywhere."""

    def __init__(
        self,
        *,
        timeout_s: float = 30.0,
        limiter: Limiter | None = None,
        retries: Retries | None = None,
        most_bytes: int = _MOST_BYTES,
        is_public_only: bool = False,
    ) -> None:
        self._limiter = limiter or Limiter(per_second=100, at_once=8)
        self._retries = retries or Retries()
        # A site has thousands of images on one host: nobody should wait for each of them.
        self._reached: set[str] = set()
        self._unreachable: set[str] = set()
        self._exchange = open_exchange(
            timeout_s=timeout_s,
            at_once=self._limiter.at_once,
            most_bytes=most_bytes,
            is_public_only=is_public_only,
        )

    def fetch(self, url: str) -> bytes:
        """What a URL gives. Raises PrismicError where it gives nothing, after all retries."""

        try:
            address = str(parse_url(url))
        except ValueError as error:
            raise PrismicError(f"not an address: {error}", mask(url)) from None

        host = urlsplit(address).netloc
        if host in self._unreachable and host not in self._reached:
            raise ConnectionFailed(f"no answer from {host}, which was given up", mask(url))

        def attempt() -> bytes:
            with self._limiter.admitted(self._retries.sleep):
                answer = answered(partial(self._exchange.get, address, _HEADERS))
            self._reached.add(host)
            if answer.status == 200:
                return bytes(answer.body)
            kind = NotFoundError if answer.status in (404, 410) else PrismicError
            error = kind(f"the answer has status {answer.status}", mask(url))
            if answer.status == 429 or answer.status >= 500:
                raise Refused(answer.status, answer.headers, error)
            raise error

        try:
            return self._retries.call(
                attempt,
                pause_all=self._limiter.pause,
                was_reached=lambda: host in self._reached,
            )
        except ConnectionFailed:
            self._unreachable.add(host)
            raise

    def fetch_all(self, urls: Iterable[str]) -> Iterator[tuple[str, bytes | PrismicError]]:
        """Every URL with what it gives, or why it gives nothing; in the order of the URLs.

        Only a few are fetched ahead of what was taken, so that they need not all be in memory.
        """
        at_once = self._limiter.at_once
        pool = ThreadPoolExecutor(at_once, "download")
        waiting: deque[tuple[str, Future[bytes]]] = deque()
        try:
            for url in urls:
                waiting.append((url, pool.submit(self.fetch, url)))
                if len(waiting) > 2 * at_once:
                    yield _outcome(*waiting.popleft())
            while waiting:
                yield _outcome(*waiting.popleft())
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exchange.close()


def _outcome(url: str, fetched: Future[bytes]) -> tuple[str, bytes | PrismicError]:
    try:
        return url, fetched.result()
    except PrismicError as error:
        return url, error
