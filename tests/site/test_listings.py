"""Listings: pages of documents, by locale and by value."""

from __future__ import annotations

LISTING = """
-- prismicio.py --
from prismic_ssg import Listing, Route, Site, filter
site = Site(
    repository="./content",
    routes=[Route("post", "/:lang?/:uid"), Route("author", "/by/:uid")],
    listings=[Listing({listing}, template="list.html", page_size=2,
        filters=[filter.at("document.type", "post")], orderings="my.post.on desc")],
)
-- content/repository.json --
{{"types": {{"post": "Post", "author": "Author"}},
 "languages": [{{"id": "en-us"}}, {{"id": "fr-fr"}}]}}
-- templates/list.html --
{{% for post in page.documents %}}{{{{ post.uid }}}} {{% endfor %}}
{{{{ page.number }}}}/{{{{ page.total_pages }}}}
{{{{ page.previous_url }}}} {{{{ page.next_url }}}} {{{{ page.value }}}}
"""


def posts(*rows: str) -> str:
    """Documents from lines `uid on tags`, the fields' JSON after them."""
    text = ""
    for row in rows:
        uid, on, tags, *more = row.split(" ", 3)
        names = ", ".join(f'"{tag}"' for tag in tags.split(",") if tag != "-")
        data = f'"on": "{on}"' + (", " + more[0] if more else "")
        text += f'-- content/{uid}.json --\n{{"type": "post", "uid": "{uid}", "tags": [{names}], '
        text += f'"data": {{{data}}}}}\n'
    return text


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_listing_is_cut_into_pages_that_know_their_neighbours(site):
    built = site(
        LISTING.format(listing='"/blog/"')
        + posts("a 2026-01-01 -", "b 2026-01-02 -", "c 2026-01-03 -")
    )
    assert words(built.text("/blog/")) == "c b 1/2 /blog/page/2/"
    assert words(built.text("/blog/page/2/")) == "a 2/2 /blog/"


def test_a_listing_without_documents_is_one_empty_page(site):
    built = site(LISTING.format(listing='"/blog/"') + '-- content/x.json --\n{"type": "author"}\n')
    assert words(built.text("/blog/")) == "1/1"


def test_a_listing_by_tags_has_one_for_each_tag(site):
    built = site(
        LISTING.format(listing='"/tags/:tag/", by="tags"')
        + posts("a 2026-01-01 Été,News", "b 2026-01-02 News")
    )
    assert words(built.text("/tags/news/")) == "b a 1/1 News"
    assert words(built.text("/tags/ete/")) == "a 1/1 Été"


def test_a_listing_by_a_number_or_a_boolean_is_named_as_json_has_it(site):
    built = site(
        LISTING.format(listing='"/rated/:stars/", by="my.post.stars"')
        + posts('a 2026-01-01 - "stars": 2.0', 'b 2026-01-02 - "stars": true')
    )
    assert words(built.text("/rated/2/")) == "a 1/1 2"
    assert words(built.text("/rated/true/")) == "b 1/1 true"


def test_a_listing_is_called_by_its_value_or_its_title_or_its_path(site):
    built = site(
        """
    -- prismicio.py --
    from prismic_ssg import Listing, Route, Site
    site = Site(repository="./content", routes=[Route("post", "/:uid")], listings=[
        Listing("/our-tags/:tag/", template="list.html", by="tags", title="Tag"),
        Listing("/all/", template="list.html", title="All of it"),
        Listing("/old-news/:lang?/", template="list.html"),
    ])
    -- templates/list.html --
    {{ page.title }}
    """
        + posts("a 2026-01-01 Été")
    )
    assert words(built.text("/our-tags/ete/")) == "Été"
    assert words(built.text("/all/")) == "All of it"
    assert words(built.text("/old-news/")) == "Old news"


def test_two_spellings_of_a_tag_are_one_listing_under_the_commoner(site):
    built = site(
        LISTING.format(listing='"/tags/:tag/", by="tags"')
        + posts("a 2026-01-01 low", "b 2026-01-02 Low", "c 2026-01-03 Low")
    )
    assert words(built.text("/tags/low/")) == "c b 1/2 /tags/low/page/2/ Low"


def test_a_listing_by_a_relationship_is_named_after_the_linked_document(site):
    link = '"author": {"link_type": "Document", "id": "ada", "type": "author"}'
    built = site(
        LISTING.format(listing='"/authors/:who/", by="my.post.author"')
        + posts(f"a 2026-01-01 - {link}")
        + '-- content/ada.json --\n{"type": "author", "uid": "ada-l", "data": {"name": "Ada"}}\n'
        + "-- templates/list.html --\n{{ page.value.data.name }}"
    )
    assert words(built.text("/authors/ada-l/")) == "Ada"


def test_a_listing_with_lang_in_its_path_has_one_per_locale(site):
    built = site(
        LISTING.format(listing='"/:lang?/blog/"')
        + posts("a 2026-01-01 -")
        + '-- content/fr.json --\n{"type": "post", "uid": "un", "lang": "fr-fr", "data": {}}\n'
    )
    assert words(built.text("/blog/")).startswith("a ")
    assert words(built.text("/fr-fr/blog/")).startswith("un ")


def test_a_listing_without_lang_lists_the_master_locale(site):
    built = site(
        LISTING.format(listing='"/blog/"')
        + posts("a 2026-01-01 -")
        + '-- content/fr.json --\n{"type": "post", "uid": "un", "lang": "fr-fr", "data": {}}\n'
    )
    assert words(built.text("/blog/")).startswith("a 1/1")


def test_documents_without_a_url_are_not_listed(site):
    built = site(
        LISTING.format(listing='"/blog/"').replace('Route("post", "/:lang?/:uid"), ', "")
        + posts("a 2026-01-01 -")
        + '-- content/ada.json --\n{"type": "author", "uid": "ada"}\n'
    )
    assert words(built.text("/blog/")) == "1/1"


def test_a_listing_that_can_not_be_is_told_once_and_others_are_not_blamed(unbuilt):
    made = unbuilt(
        LISTING.format(
            listing='"/blog/", template="list.html"), Listing("/by/:row/", by="my.post.rows"'
        )
        + posts('a 2026-01-01 - "rows": [{"x": 1}]')
    )
    (problem,) = made.failure().problems
    assert problem.message.startswith("Listing('/by/:row/'): by='my.post.rows' is a field of sev")


def test_a_navigation_names_single_documents_before_listings_and_the_nearest_first(site):
    built = site("""
    -- prismicio.py --
    from prismic_ssg import Listing, Route, Site
    site = Site(
        repository="./content",
        routes=[Route("team", "/about/team/"), Route("terms", "/terms/"), Route("home", "/")],
        listings=[Listing("/archive/", template="home.html")],
    )
    -- templates/home.html --
    {{ site.navigation()|map(attribute="url")|join(" ") }}
    -- templates/team.html --
    -- templates/terms.html --
    -- content/team.json --
    {"type": "team"}
    -- content/terms.json --
    {"type": "terms"}
    -- content/home.json --
    {"type": "home"}
    """)
    assert built.text("/").strip() == "/ /terms/ /about/team/ /archive/"
