"""A document's URL stands wherever a link to it is."""

from __future__ import annotations

import pytest

LINK = '{"link_type": "Document", "id": "b", "type": "page", "lang": "en-us", "url": "/stale"}'
GONE = '{"l": ' + LINK.replace('"b"', '"gone"') + "}"
B = '-- content/b.json --\n{"type": "page", "uid": "b"}\n'


def page(data: str, template: str) -> str:
    return (
        f"-- templates/page-a.html --\n{template}\n"
        f'-- content/a.json --\n{{"type": "page", "uid": "a", "data": {data}}}\n'
    )


@pytest.mark.parametrize(
    ("data", "template"),
    [
        ('{"l": %s}', "{{ doc.data.l.url }}"),
        ('{"l": %s}', "{{ doc.data.l|as_link }}"),
        ('{"l": %s}', "{{ site.url(doc.data.l) }}"),
        ('{"l": %s}', "{{ site.resolve(doc.data.l).url }}"),
        ('{"g": [{"l": %s}]}', "{{ doc.data.g[0].l.url }}"),
        ('{"g": [{"h": [{"l": %s}]}]}', "{{ doc.data.g[0].h[0].l.url }}"),
        ('{"ls": [%s]}', "{{ doc.data.ls[0].url }}"),
        (
            '{"s": [{"slice_type": "x", "primary": {}, "items": [{"l": %s}]}]}',
            "{{ doc.data.s[0].items[0].l.url }}",
        ),
        (
            '{"s": [{"slice_type": "x", "primary": {"l": %s}, "items": []}]}',
            "{{ doc.data.s[0].primary.l.url }}",
        ),
        (
            (
                '{"r": [{"type": "paragraph", "text": "x", "spans": '
                '[{"start": 0, "end": 1, "type": "hyperlink", "data": %s}]}]}'
            ),
            "{{ doc.data.r[0].spans[0].data.url }}",
        ),
        (
            '{"r": [{"type": "image", "url": "https://e.org/x", "dimensions": {}, "linkTo": %s}]}',
            "{{ doc.data.r[0].linkTo.url }}",
        ),
        (
            '{"l": {"link_type": "Document", "id": "a", "type": "page", "data": {"m": %s}}}',
            "{{ doc.data.l.data.m.url }}",
        ),
    ],
    ids=lambda value: value if "{{" in value else "",
)
def test_a_link_has_the_url_of_its_document(site, data, template):
    built = site(page(data.replace("%s", LINK), template) + B)
    assert built.text("/a") == "/b"


def test_rich_text_links_to_the_page_of_the_document(site):
    rich = (
        '{"r": [{"type": "paragraph", "text": "go", "spans": '
        '[{"start": 0, "end": 2, "type": "hyperlink", "data": %s}]}]}'
    )
    built = site(page(rich.replace("%s", LINK), "{{ doc.data.r|as_html }}") + B)
    assert built.text("/a") == '<p><a href="/b">go</a></p>'


def test_alternates_have_urls(site):
    built = site("""
    -- content/repository.json --
    {"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "French"}]}
    -- templates/page.html --
    {% for other in doc.alternates %}{{ other.lang }} {{ other.url }}{% endfor %}
    -- content/a.json --
    {"type": "page", "uid": "a", "alternate_languages":
     [{"id": "b", "type": "page", "lang": "fr-fr", "uid": "b"}]}
    -- content/b.json --
    {"type": "page", "uid": "b", "lang": "fr-fr"}
    """)
    assert built.text("/a") == "fr-fr /fr-fr/b"


def test_the_link_resolver_wins_over_the_route(site):
    built = site(
        """
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", routes=[Route("page", "/:uid")],
        link_resolver=lambda link: "/resolved" if link["id"] == "b" else None)
    """
        + page('{"l": ' + LINK + "}", "{{ doc.data.l.url }}")
        + B
        + "-- templates/page.html --\nthe other"
    )
    assert built.text("/a") == "/resolved"
    assert built.text("/resolved") == "the other"


@pytest.mark.parametrize(
    ("returned", "said"), [('link["nope"]', "KeyError: 'nope'"), ("7", "it returned 7")]
)
def test_a_link_resolver_that_fails_is_an_error_that_names_the_document(unbuilt, returned, said):
    failure = unbuilt(
        f"""
    -- prismicio.py --
    from prismic_ssg import Site
    site = Site(repository="./content", link_resolver=lambda link: {returned})
    """
        + B
    ).failure()
    assert "document 'b'" in failure.problems[0].message
    assert said in failure.problems[0].message


def test_a_link_to_a_document_that_is_not_there_is_a_warning_and_no_link(site):
    built = site(page(GONE, "[{{ doc.data.l|as_link }}]"))
    assert built.text("/a") == "[]"
    (warning,) = built.report.warnings
    assert "'gone' in field l" in warning.message
    assert warning.document_id == "a"


def test_the_broken_route_is_the_url_of_a_link_that_leads_nowhere(site):
    built = site(
        """
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", routes=[Route("page", "/:uid")], broken_route="/404")
    """
        + page(GONE, "{{ doc.data.l.url }}")
    )
    assert built.text("/a") == "/404"


@pytest.mark.parametrize(
    ("data", "template", "expected"),
    [
        (
            '{"l": {"link_type": "Web", "url": "/journal/"}}',
            "{{ doc.data.l|as_link }}",
            "/docs/journal/",
        ),
        ('{"l": {"link_type": "Web", "url": "//e.org/"}}', "{{ doc.data.l.url }}", "//e.org/"),
        ('{"l": {"link_type": "Media", "url": "/f.pdf"}}', "{{ doc.data.l.url }}", "/docs/f.pdf"),
        (
            '{"i": {"url": "/i.svg", "dimensions": {}}}',
            "{{ doc.data.i|as_image_src }}",
            "/docs/i.svg",
        ),
        (
            '{"i": {"url": "/i.svg", "dimensions": {}, "s": {"url": "/s.svg"}}}',
            "{{ doc.data.i.s.url }}",
            "/docs/s.svg",
        ),
        (
            '{"e": {"embed_url": "/f", "html": "<iframe src=\\"/f\\"></iframe>"}}',
            "{{ doc.data.e.html|safe }}",
            '<iframe src="/docs/f"></iframe>',
        ),
        ('{"t": "/not a url"}', "{{ doc.data.t }}", "/not a url"),
    ],
)
def test_a_path_of_the_site_in_content_has_the_path_of_the_base_url(site, data, template, expected):
    built = site(page(data, template), base_url="https://example.org/docs/")
    assert built.text("/a") == expected


def test_an_image_tag_has_the_path_of_the_base_url_once(site):
    data = '{"i": {"url": "/i.svg", "dimensions": {"width": 1, "height": 1}, "alt": null}}'
    built = site(page(data, "{{ doc.data.i|img }}"), base_url="https://example.org/docs/")
    assert 'src="/docs/i.svg"' in built.text("/a")
