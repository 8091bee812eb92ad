"""The site as an editor sees it: requests with a preview's cookie, and what begins and ends one.

Nothing of a preview is kept on disk, nor by a browser or a cache on the way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from html import escape

from prismic_ssg.errors import BuildFailed, PrismicError, PrismicSsgError
from prismic_ssg.live import LiveSite
from prismic_ssg.previewed import Preview, PreviewEnded
from prismic_ssg.previews import Previews
from prismic_ssg.server.content_types import HTML
from prismic_ssg.server.files import Answer, Asked, Seen, SiteFiles
from prismic_ssg.server.journal import Journal
from prismic_ssg.server.plain_pages import plain_page
from prismic_ssg.server.preview_banner import banner, with_banner
from prismic_ssg.server.preview_rules import (
    PreviewRules,
    has_cookie,
    is_document_id,
    page_path,
    site_path,
)
from prismic_ssg.store.published import PublishedFiles

PREVIEW = "/_prismic/preview"
EXIT = "/_prismic/exit-preview"

# A page that is not there may be one of a document that is not known yet.
_WAIT_S = 20.0

_CONDITIONS = frozenset({"if-none-match", "if-range", "range"})
_PRIVATE = {
    "cache-control": "private, no-store",
    "vary": "cookie, accept-encoding",
    "x-robots-tag": "noindex",
}
_HASHED_NAME = re.compile(rb"\.[0-9a-f]{8}\.[a-z0-9]+$")


@dataclass
class _Looked:
    """What became of one look at a page."""

    problem: PrismicSsgError | None = None


class PreviewSite:
    """Answers for previews. Thread-safe; answers may take as long as the repository does.

    `published` gives what everybody else sees: the output, and the answers from it.
    """

    def __init__(
        self,
        site: LiveSite,
        previews: Previews,
        published: Callable[[], SiteFiles],
        journal: Journal,
    ) -> None:
        self._site = site
        self._previews = previews
        self._published = published
        self._journal = journal

    def close(self) -> None:
        """Let go of every preview."""
        self._previews.close()

    # -- beginning and end

    def begin(self, token: str, document_id: str, cookie: str | None) -> Answer:
        """To where an editor's document is, with the cookie that shows it."""
        if not token:
            return _page(
                400,
                "This address is for Prismic",
                "Editors come here by the Preview button, which adds what is needed.",
            )
        try:
            rules = self._rules()
            if not rules.is_token(token):
                self._journal("preview-refused", reason="the token is of another repository")
                return _page(
                    400,
                    "This is no preview of this site",
                    "What it names is in another repository than the one that this site shows.",
                )
            first = document_id if is_document_id(document_id) else None
            preview = self._previews.anew(token, first)
            path = None if first is None else preview.path_of(first)
        except PreviewEnded:
            self._previews.end(token)
            self._journal("preview-ended", preview=_name(token))
            answer = _page(
                410,
                "This preview has ended",
                "Press Preview in Prismic once more to see the document as it is now.",
            )
            return _with(answer, {"set-cookie": self._rules().without_preview(cookie)})
        except PrismicSsgError as error:
            return self._failed(error)
        site = preview.site
        self._journal("preview", preview=_name(token), document=document_id, path=path)
        headers = {"location": page_path(path, site.base_url, site.base_path)}
        value = rules.with_preview(cookie, token)
        if value is not None:
            headers["set-cookie"] = value
        return _plain(302, headers)

    def leave(self, to: str | None, cookie: str | None) -> Answer:
        """Back to the same page as everybody sees it; to the home page where there is none."""
        files = self._published()
        target = site_path(to)
        if target is None or not files.has_page(target.partition("?")[0].encode()):
            target = f"{files.base_path}/"
        headers = {"location": target}
        if has_cookie(cookie):
            headers["set-cookie"] = self._rules().without_preview(cookie)
        return _plain(303, headers)

    # -- pages

    def answer(self, asked: Asked) -> Answer | None:
        """The answer to a request of an editor; None for a request of anybody else."""
        cookie = asked.headers.get("cookie")
        if not has_cookie(cookie):
            return None
        try:
            rules = self._rules()
            ref = rules.ref_in(cookie)
            if ref is None:
                return None
            try:
                return self._shown(self._previews.at(ref), asked)
            except PreviewEnded:
                self._previews.end(ref)
                self._journal("preview-ended", preview=_name(ref))
                return _plain(
                    307, {"location": _same(asked), "set-cookie": rules.without_preview(cookie)}
                )
        except PrismicSsgError as error:
            return self._failed(error)

    def _shown(self, preview: Preview, asked: Asked) -> Answer:
        answer = self._looked(preview, asked)
        if answer.status == 404 and not preview.is_complete:
            preview.wait_until_complete(_WAIT_S)
            answer = self._looked(preview, asked)
        if answer.status == 404:
            preview.be_sure()
        return answer

    def _looked(self, preview: Preview, asked: Asked) -> Answer:
        looked = _Looked()
        here = _same(asked)

        def page(name: str) -> bytes | None:
            shown = preview.page(name)
            if shown is None:
                return preview.other(name)
            looked.problem = shown.problem
            return shown.body if shown.body is not None else _trouble(shown.problem)

        def decorate(body: bytes, _: Seen) -> bytes:
            return with_banner(body, banner(preview.label, EXIT, here))

        published = self._published()
        files = SiteFiles(
            PublishedFiles(published.published.root),
            base_path=preview.site.base_path,
            decorate=decorate,
            page=page,
            is_gone=lambda name: published.is_gone(name) or self._is_gone(preview, name),
            is_for_good=False,
        )
        is_asset = _HASHED_NAME.search(asked.path) is not None
        if not is_asset:
            headers = {k: v for k, v in asked.headers.items() if k not in _CONDITIONS}
            asked = replace(asked, headers=headers)
        answer = files.answer(asked)
        if looked.problem is not None:
            answer = replace(answer, status=500)
        return answer if is_asset and answer.status in (200, 206, 304) else _with(answer, _PRIVATE)

    def _is_gone(self, preview: Preview, name: str) -> bool:
        """Whether the output has this page of a document that the preview does not have there."""
        edition = self._site.edition
        was_page = edition is not None and edition.pages.page_of(name) is not None
        return was_page and not preview.page_exists(name)

    def _rules(self) -> PreviewRules:
        origin = self._previews.edition().origin
        if origin.local is not None:
            return PreviewRules(frozenset(), None, "localhost")
        return PreviewRules.of(origin.repository)

    def _failed(self, error: PrismicSsgError) -> Answer:
        self._journal("preview-failed", error=error.message)
        if isinstance(error, PrismicError):
            answer = _page(
                503,
                "The preview can't be shown now",
                "Prismic did not answer. Reload this page in a moment.",
            )
            return _with(answer, {"retry-after": "5"})
        return Answer(500, {**_PRIVATE, "content-type": HTML}, _trouble(error))


def _same(asked: Asked) -> str:
    """The address that was asked for, as one to be led to."""
    query = f"?{asked.query}" if asked.query else ""
    return site_path(asked.path.decode("latin-1") + query) or "/"


def _trouble(error: PrismicSsgError | None) -> bytes:
    """A page that says why the one in its place can't be shown."""
    problems = error.problems if isinstance(error, BuildFailed) and error.problems else (error,)
    said = "; ".join(each.message for each in problems[:3] if each is not None)
    return plain_page("This page can't be shown as it would be", escape(said))


def _name(ref: str) -> str:
    """What a log calls a preview: who knows its ref can see it."""
    return blake2b(ref.encode(), digest_size=4).hexdigest()


def _page(status: int, title: str, text: str) -> Answer:
    body = plain_page(title, text)
    headers = {"content-type": HTML, "content-length": str(len(body)), **_PRIVATE}
    return Answer(status, headers, body)


def _plain(status: int, headers: Mapping[str, str]) -> Answer:
    return Answer(status, {**_PRIVATE, "content-length": "0", **headers})


def _with(answer: Answer, headers: Mapping[str, str]) -> Answer:
    dropped = ("etag", "accept-ranges") if "cache-control" in headers else ()
    kept = {name: value for name, value in answer.headers.items() if name not in dropped}
    return replace(answer, headers={**kept, **headers})
