"""The site of Marrow Lane Looms: where its content is, and which page is at which address.

    prismic-ssg build          writes the site to dist/
    prismic-ssg serve --watch  shows it, and again after every change

To make it your own, put the name of your repository in place of "./content", and your types in
place of these.
"""

from prismic_ssg import Listing, Route, Site, filter

site = Site(
    # A repository's name ("marrow-lane-looms"), its endpoint's URL, or a folder like this one.
    repository="./content",
    # Where the site will be: for canonical links, hreflang, Open Graph and sitemap.xml.
    base_url="https://example.org",
    # A keyword with a question mark is left out where it has no value: `:lang?` in the master
    # locale, `:parent?` on a page without a parent. More specific routes come first.
    routes=[
        Route("homepage", "/:lang?"),
        Route("author", "/:lang?/journal/authors/:uid"),
        Route("blog_category", "/:lang?/journal/topics/:uid"),
        Route("blog_post", "/:lang?/journal/:uid"),
        # A resolver is the path of a content relationship: the product's category, and its parent.
        Route(
            "product",
            "/:lang?/shop/:section?/:category/:uid",
            resolvers={"category": "category", "section": "category.parent"},
        ),
        Route("product_category", "/:lang?/shop/:parent?/:uid", resolvers={"parent": "parent"}),
        Route("page", "/:lang?/:parent?/:uid", resolvers={"parent": "parent"}),
    ],
    # Pages that no document stands for. With `:lang?` there is one of each for every language.
    listings=[
        Listing(
            "/:lang?/journal/",
            template="journal.html",
            page_size=6,
            # /journal/feed.xml and /fr-fr/journal/feed.xml, which the pages name in their <head>.
            feed=True,
            filters=[filter.at("document.type", "blog_post")],
            orderings="my.blog_post.published_on desc",
        ),
        Listing(
            "/:lang?/shop/",
            template="shop.html",
            page_size=100,
            filters=[filter.at("document.type", "product")],
            orderings="my.product.price desc",
        ),
        # One listing for every tag that is in use: /tags/wool/, /fr-fr/tags/laine/, …
        Listing("/:lang?/tags/:tag/", template="tag.html", by="tags", page_size=20),
    ],
)
