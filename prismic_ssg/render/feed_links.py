"""Feeds in a template: `page.feed`, `page.feeds`, `site.feeds()`."""

from __future__ import annotations


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
