"""The magazine of the benchmark, for prismic-ssg; its repository is given by --repo."""

from prismic_ssg import Listing, Route, Site, filter

ARTICLES = [filter.at("document.type", "article")]
NEWEST = "document.first_publication_date desc"

site = Site(
    base_url="https://almanac.example",
    routes=[
        Route("homepage", "/"),
        Route("article", "/blog/:uid"),
        Route("author", "/authors/:uid"),
    ],
    listings=[
        Listing("/blog/", template="blog.html", filters=ARTICLES, orderings=NEWEST),
        Listing(
            "/category/:category/",
            template="category.html",
            page_size=100,
            by="my.article.category",
            filters=ARTICLES,
            orderings=NEWEST,
        ),
        Listing(
            "/tags/:tag/",
            template="tag.html",
            page_size=100,
            by="tags",
            filters=ARTICLES,
            orderings=NEWEST,
        ),
    ],
)
