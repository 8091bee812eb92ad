"""Rich text in templates: serializers of the call, of templates, of the site; what is safe."""

from __future__ import annotations

import json

import pytest

from prismic_ssg import as_html

BODY = [
    {"type": "heading2", "text": "Top", "spans": []},
    {
        "type": "paragraph",
        "text": "a link",
        "spans": [
            {
                "start": 2,
                "end": 6,
                "type": "hyperlink",
                "data": {"link_type": "Web", "url": "https://e.org"},
            }
        ],
    },
    {"type": "list-item", "text": "one", "spans": [{"start": 0, "end": 3, "type": "em"}]},
]
USUAL = (
    "<h2>Top</h2>"
    '<p>a <a href="https://e.org" rel="noopener noreferrer">link</a></p>'
    "<ul><li><em>one</em></li></ul>"
)


def page(template: str, *more: str, body: object = BODY, site: str = "") -> str:
    document = {"type": "page", "uid": "a", "data": {"title": "A", "body": body}}
    return (
        "-- prismicio.py --\nfrom prismic_ssg import Site\n"
        f'site = Site(repository="./content", {site})\n'
        f"-- templates/page.html --\n{template}\n-- content/a.json --\n{json.dumps(document)}\n"
        + "\n".join(more)
    )


def file(name: str, text: str) -> str:
    return f"-- templates/rich_text/{name}.html --\n{text}\n"


def test_a_template_writes_one_kind_of_node(site):
    heading = file("heading2", '<h2 id="top" class="{{ type }}">{{ children }}</h2>')
    built = site(page("{{ doc.data.body|as_html }}", heading))
    assert built.text("/a") == USUAL.replace("<h2>", '<h2 id="top" class="heading2">')


@pytest.mark.parametrize(
    ("name", "template", "before", "after"),
    [
        ("hyperlink", "<a href='{{ node.data.url }}'>{{ text }}</a>", '<a href="https', None),
        ("list_item", "<li class='x'>{{ children }}</li>", "<li>", "<li class='x'>"),
        ("list", "<ul role='list'>{{ children }}</ul>", "<ul>", "<ul role='list'>"),
        ("em", "<i>{{ text }}</i>", "<em>one</em>", "<i>one</i>"),
        ("span", "{{ text|upper }}", ">one<", ">ONE<"),
        ("paragraph", "", "<p>a ", None),
    ],
)
def test_every_name_of_a_node_has_a_template(site, name, template, before, after):
    assert before in USUAL
    built = site(page("{{ doc.data.body|as_html }}", file(name, template)))
    assert before not in built.text("/a")
    assert after is None or after in built.text("/a")


def test_what_a_template_gives_stands_even_if_it_is_nothing(site):
    built = site(page("[{{ doc.data.body|as_html }}]", file("list", ""), file("heading2", "")))
    assert built.text("/a") == "[" + USUAL.split("</h2>")[1].split("<ul>")[0] + "]"


def test_the_line_break_that_ends_a_template_is_no_space_in_a_text(site):
    made = page("{{ doc.data.body|as_html }}", file("em", "<b>{{ text }}</b>"))
    built = site(made)
    built.write("templates/rich_text/em.html", "<b>{{ text }}</b>\n")
    built.build()
    assert "<li><b>one</b></li>" in built.text("/a")


def test_a_template_sees_document_page_and_site(site):
    seen = "{{ doc.data.title }} {{ page.url }} {{ site.get('a').uid }} {{ key is string }}"
    built = site(page("{{ doc.data.body[:1]|as_html }}", file("heading2", seen)))
    assert built.text("/a") == "A /a a True"


def test_children_are_html_and_text_is_text(site):
    body = [{"type": "paragraph", "text": "a < b", "spans": []}]
    built = site(
        page(
            "{{ doc.data.body|as_html }}", file("paragraph", "{{ children }}|{{ text }}"), body=body
        )
    )
    assert built.text("/a") == "a &lt; b|a &lt; b"


def test_a_macro_names_what_it_needs(site):
    built = site(
        page(
            "{{ doc.data.body|as_html }}",
            "-- templates/rich_text.html --\n"
            "{% macro heading2(children) %}<h2>{{ doc.uid }} {{ children }}</h2>{% endmacro %}\n"
            "{% macro em(text, node) %}\n<i>{{ text }}{{ node.start }}</i>\n{% endmacro %}\n"
            "{% macro list() %}{{ kwargs.children }}{% endmacro %}\n"
            "{% macro helper(x) %}never{% endmacro %}",
        )
    )
    assert built.text("/a") == (
        USUAL.replace("<h2>", "<h2>a ")
        .replace("<em>one</em>", "<i>one0</i>")
        .replace("<ul>", "")
        .replace("</ul>", "")
    )


def test_a_file_wins_over_a_macro(site):
    macros = "-- templates/rich_text.html --\n{% macro em(text) %}macro{% endmacro %}\n"
    built = site(page("{{ doc.data.body|as_html }}", macros, file("em", "file")))
    assert "<li>file</li>" in built.text("/a")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('{"em": {"class": "c"}}', '<em class="c">one</em>'),
        ('{"em": shout}', "ONE"),
        ("all_of_call", "call one"),
        ('{"strong": shout}', "template one"),
        ("nothing", "template one"),
        ("none", "template one"),
    ],
)
def test_a_call_wins_over_templates_and_templates_over_the_site(site, call, expected):
    functions = (
        '{"shout": lambda part: part.text.upper(), "nothing": lambda *node: None,'
        ' "all_of_call": lambda t, n, text, c, k: f"call {text}" if t == "em" else None}'
    )
    made = page(
        f"{{{{ doc.data.body|as_html(serializer={call}) }}}}",
        file("em", "template {{ text }}"),
        site=f'rich_text={{"em": {{"class": "site"}}}}, globals={functions}',
    )
    assert f"<li>{expected}</li>" in site(made).text("/a")


def test_what_a_function_of_a_call_leaves_open_has_the_sites_attributes(site):
    names = ("heading2", "em", "list", "list_item", "hyperlink")
    own = {name: {"class": "own"} for name in names}
    made = f'rich_text={own!r}, globals={{"nothing": lambda *node: None}}'
    plain = page("{{ doc.data.body|as_html }}", site=made)
    asked = page("{{ doc.data.body|as_html(serializer=nothing) }}", site=made)
    assert site(plain).text("/a").count('class="own"') == 5
    assert site(asked).text("/a") == site(plain).text("/a")


def test_a_function_of_the_site_is_asked_for_what_templates_leave(site):
    built = site(
        page(
            "{{ doc.data.body|as_html }}",
            file("em", "template"),
            site='rich_text=lambda t, n, text, c, k: f"<h3>{c}</h3>" if t == "heading2" else None',
        )
    )
    assert built.text("/a") == USUAL.replace("h2>", "h3>").replace("<em>one</em>", "template")


def test_a_mistake_in_a_template_is_an_error_with_file_and_line(unbuilt):
    failure = unbuilt(page("{{ doc.data.body|as_html }}", file("em", "\n{{ nope }}"))).failure()
    assert failure.problems[0].template == "templates/rich_text/em.html"
    assert failure.problems[0].line == 2


def test_a_mistake_in_the_macros_is_an_error_with_file_and_line(unbuilt):
    macros = "-- templates/rich_text.html --\n\n{% macro em(text) %}{{ nope }}{% endmacro %}"
    failure = unbuilt(page("{{ doc.data.body|as_html }}", macros)).failure()
    assert failure.problems[0].message.startswith("templates/rich_text.html:2: 'nope'")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("listItem", "did you mean rich_text/list_item.html?"),
        ("list-item", "did you mean rich_text/list_item.html?"),
        ("heading7", "did you mean rich_text/heading6.html?"),
    ],
)
def test_a_template_for_no_kind_of_node_is_warned_of(site, name, hint):
    (warning,) = site(page("x", file(name, "x"))).report.warnings
    assert name in warning.message
    assert warning.hint.startswith(hint[:-7])


def test_a_template_of_ones_own_begins_with_an_underscore(site):
    built = site(
        page(
            "{{ doc.data.body|as_html }}",
            file("_part", "part"),
            file("em", '{% include "rich_text/_part.html" %}'),
        )
    )
    assert not built.report.warnings
    assert "<li>part" in built.text("/a")


FRAME = {
    "embed_url": "https://e.org/film",
    "type": "video",
    "title": "A <film>",
    "width": 16,
    "height": 9,
    "html": '<iframe src="https://e.org/f"></iframe>',
}


def test_frames_in_prose_have_a_title_and_a_shape_and_code_can_be_reached(site):
    body = [
        {"type": "paragraph", "text": "before", "spans": []},
        {"type": "embed", "oembed": FRAME},
        {"type": "preformatted", "text": "a < <pre", "spans": []},
        {"type": "preformatted", "text": "b", "spans": []},
        {"type": "list-item", "text": "one", "spans": []},
        {"type": "list-item", "text": "two", "spans": []},
    ]
    built = site(page("{{ doc.data.body|prose }}", body=body))
    assert built.text("/a") == (
        '<p>before</p><div class="embed" style="aspect-ratio: 16 / 9"><iframe src="https://e.org/f"'
        ' loading="lazy" title="A &lt;film&gt;"></iframe></div>'
        '<pre tabindex="0">a &lt; &lt;pre</pre><pre tabindex="0">b</pre>'
        "<ul><li>one</li><li>two</li></ul>"
    )


def test_a_heading_without_text_is_none_in_prose(site):
    # A title that an editor has emptied is a heading without text.
    empty = [{"type": "heading2", "text": " ", "spans": []}]
    text = [{"type": "heading3", "text": "A", "spans": []}]
    assert site(page("[{{ doc.data.body|prose }}]", body=empty)).text("/a") == "[]"
    built = site(page("[{{ doc.data.body|prose }}]", body=empty + text))
    assert built.text("/a") == "[<h2>A</h2>]"


@pytest.mark.parametrize(
    ("name", "block"),
    [
        ("embed", {"type": "embed", "oembed": FRAME}),
        ("preformatted", {"type": "preformatted", "text": "b", "spans": []}),
    ],
)
def test_what_a_site_draws_itself_is_drawn_so_in_prose(site, name, block):
    built = site(page("{{ doc.data.body|prose }}", file(name, "<hr>"), body=[block]))
    assert built.text("/a") == "<hr>"


def test_pictures_in_prose_are_the_templates_where_there_is_one(site):
    image = {"type": "image", "url": "https://e.org/a.jpg", "dimensions": {}, "alt": None}
    built = site(page("{{ doc.data.body|prose }}", file("image", "<hr>"), body=[image]))
    assert built.text("/a") == "<hr>"


ODD = [
    {"type": "image", "url": "https://e.org/a.jpg", "dimensions": {}, "alt": None},
    {"type": "embed", "oembed": {"embed_url": "https://e.org/e", "type": "link"}},
]


def test_with_quirks_it_is_the_official_output_faults_included(site):
    official = as_html(ODD)
    assert official is not None
    assert "undefined" in official
    quirky = page("{{ doc.data.body|as_html(quirks=true) }}", body=ODD)
    assert site(quirky).text("/a") == official
    assert "undefined" not in site(quirky.replace("quirks=true", "")).text("/a")


EVIL = [
    {
        "type": "paragraph",
        "text": "x",
        "spans": [
            {
                "start": 0,
                "end": 1,
                "type": "hyperlink",
                "data": {"link_type": "Web", "url": "javascript:alert(1)"},
            }
        ],
    },
    {
        "type": "embed",
        "oembed": {"embed_url": "https://e.org", "html": "<b onclick='x()'>b</b><script></script>"},
    },
    {
        "type": "image",
        "url": "https://e.org/a.jpg",
        "dimensions": {"width": 1, "height": 1},
        "linkTo": {"link_type": "Web", "url": "JavaScript:alert(2)"},
    },
]


def test_markdown_of_content_that_is_not_trusted_leads_nowhere_it_should_not(site):
    plain = page("{{ doc.data.body|as_markdown }}", body=EVIL)
    safe = plain.replace('"./content", ', '"./content", safe_html=True')
    assert "(javascript:alert" in site(plain).text("/a")
    assert "(JavaScript:alert" in site(plain).text("/a")
    assert (
        site(safe).text("/a") == "x\n\n[https://e.org](https://e.org)\n\n![](https://e.org/a.jpg)"
    )


@pytest.mark.parametrize("filter_", ["as_html", "prose"])
def test_content_that_is_not_trusted_runs_nothing(site, filter_):
    plain = page(f"{{{{ doc.data.body|{filter_} }}}}", body=EVIL)
    safe = plain.replace('"./content", ', '"./content", safe_html=True')
    for evil in ("javascript:", "JavaScript:", "onclick", "<script"):
        assert evil in site(plain).text("/a")
        assert evil not in site(safe).text("/a")


def test_a_call_may_be_safe_or_not(site):
    template = "{{ doc.data.body|as_html(safe=%s) }}"
    assert "javascript" not in site(page(template % "true", body=EVIL)).text("/a")
    assert "javascript" in site(page(template % "false", body=EVIL, site="safe_html=True")).text(
        "/a"
    )
