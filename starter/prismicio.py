"""This site: where its content is, and which page is at which address.

    prismic-ssg build           writes it to dist/
    prismic-ssg serve --watch   shows it, and again after every change

`prismic-ssg --help` says what else there is.
"""

from prismic_ssg import Listing, Route, Site, filter

site = Site(
    # A repository's name, its endpoint's URL, or a folder with a local repository.
    repository="./content",
    # Where the site will be, for sitemap.xml and all that names whole addresses.
    base_url="https://example.org",
    # Settings and navigation have no pages of their own.
    routes=[
        Route("homepage", "/"),
        Route("post", "/blog/:uid"),
        Route("page", "/:uid"),
    ],
    # Pages that no document stands for: lists of documents.
    listings=[
        Listing(
            "/blog/",
            template="blog.html",
            filters=[filter.at("document.type", "post")],
            orderings="my.post.published_on desc",
        ),
    ],
)
