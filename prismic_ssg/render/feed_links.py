"""Feeds in a template: `page.feed`, `page.feeds`, `site.feeds()`."""

from __future__ import annotations

from collections.abc import Iterable

from prismic_ssg.engine.page import Page
from prismic_ssg.engine.pages import NavigationEntry
from prismic_ssg.render.urls import Urls


class FeedLink:
    """A feed: of a listing, or one of all that the site has. `type` is its media type."""

    __slots__ = ("title", "type", "url")

    def __init__(self, url: str, title: str) -> None:
        self.url = url
        self.title = title
        self.type = "application/feed+json" if url.endswith(".json") else "application/atom+xml"

    def __repr__(self) -> str:
        return f"<feed {self.url}>"


class FeedView:
    """`page.feed`: the listing that a feed is of, and how much its entries say."""

    __slots__ = ("is_full", "listing_url")

    def __init__(self, listing_url: str, *, is_full: bool) -> None:
        self.listing_url = listing_url
        self.is_full = is_full


def feed_of(page: Page, urls: Urls) -> FeedView | None:
    """What a feed is of; None for a page that is none."""
    feed = None if page.listing is None else page.listing.feed
    if feed is None:
        return None
    return FeedView(urls.page_url(feed.listing_path), is_full=feed.is_full)


def feed_links(navigation: Iterable[NavigationEntry], lang: str, urls: Urls) -> list[FeedLink]:
    """The feeds of all listings of a language."""
    return [
        FeedLink(urls.page_url(path), entry.title)
        for entry in navigation
        if entry.lang == lang
        for path in entry.feeds
    ]
