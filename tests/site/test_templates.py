"""What templates see, and what they are told when they ask for what is not there."""

from __future__ import annotations

import pytest


def doc(template: str, data: str = "{}") -> str:
    return (
        f"-- templates/page.html --\n{template}\n"
        f'-- content/a.json --\n{{"type": "page", "uid": "a", "data": {data}}}\n'
    )


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("[{{ doc.data.gone }}]", "[]"),
        ("[{{ doc.data.gone.deeper.still }}]", "[]"),
        ("[{{ doc.data['gone'][0].x }}]", "[]"),
        ("[{{ doc.data.null }}]", "[]"),
        ("[{{ doc.data.null|upper }}]", "[]"),
        ("[{{ doc.data.image.alt|upper }}]", "[]"),
        ("{% if doc.data.gone %}yes{% else %}no{% endif %}", "no"),
        ("{% for row in doc.data.gone %}x{% else %}none{% endfor %}", "none"),
        ("{{ doc.data.gone|default('other') }}", "other"),
        ("{{ doc.data.null is none }} {{ doc.data.gone is none }}", "True True"),
        ("{{ doc.data.gone == none }}", "True"),
        ("{{ doc.data.gone|length }}", "0"),
        ("[{{ doc.data.gone|round(2) }}]", "[]"),
        ("[{{ doc.data.gone * 2 + 1 }}]", "[]"),
        (
            "[{{ doc.data.gone|as_html }}{{ doc.data.gone|as_text }}{{ doc.data.gone|as_link }}]",
            "[]",
        ),
        (
            "[{{ doc.data.gone|date('%d') }}{{ doc.data.gone|img }}{{ doc.data.gone|markdown }}]",
            "[]",
        ),
        ("[{{ doc.data.gone|as_image_src(w=10) }}]", "[]"),
        ("{{ doc.data.gone|tojson }}", "null"),
        ("{{ doc.data.gone|is_filled }} {{ doc.data.text|is_filled }}", "False True"),
        ("{{ doc.data.items|as_text }}", "an item"),
        ("{{ doc.data.group[0].items }}", "inner"),
        ("{{ doc.data.group[0].keys is none }}", "False"),
        ("{{ doc.data|list|join(' ') }}", "text null image items group"),
        ("{{ doc.first_publication_date is none }}", "True"),
        ("{{ doc.data.text }}", "&lt;b&gt;"),
        ("{{ site.get_single('nothing').data.title }}", ""),
        ("{{ site.get('a').uid }} {{ site.get('b') is none }}", "a True"),
        ("{{ site.get_by_uid('page', 'a').id }}", "a"),
        ("{{ site.query(type='page')|length }} {{ site.query(type='x')|length }}", "1 0"),
        ("{{ site.query(limit=1)[0].url }} {{ site.query(offset=1)|length }}", "/a 0"),
        ("{{ site.query(orderings={'field': 'my.page.text', 'direction': 'desc'})|length }}", "1"),
        ("{{ site.query(orderings=['my.page.n', {'field': 'my.page.text'}])|length }}", "1"),
        ("{{ site.query(filters='[has(my.page.text)]')|length }}", "1"),
        ("{{ site.query(filters='[missing(my.page.text)]')|length }}", "0"),
        ("{{ site.query(filters=none, orderings=none)|length }}", "1"),
    ],
)
def test_a_template_gets(site, template, expected):
    data = (
        '{"text": "<b>", "null": null, "image": {"alt": null}, "items": '
        '[{"type": "paragraph", "text": "an item", "spans": []}], "group": [{"items": "inner"}]}'
    )
    assert site(doc(template, data)).text("/a") == expected


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("\n{{ unknown }}", "templates/page.html:2: 'unknown' is undefined"),
        ("{{ doc.unknown }}", "has no attribute 'unknown'"),
        ("{{ page.documents }}", "'documents'"),
        ("{{ doc|nope }}", "No filter named 'nope'"),
        ("\n\n{% if %}", "templates/page.html:3: "),
        ("{% include 'nope.html' %}", "there is no template 'nope.html'"),
        ("{% include 'slices/defaul.html' %}", "there is no template 'slices/defaul.html'"),
        ("{{ doc.data.text|as_html }}", "rich text"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
        # Python prints these with where they are in memory: otherwise in every build.
        ("\n{{ doc.tags|map('upper') }}", "templates/page.html:2: a generator is printed"),
        ("{{ doc.data.text.title }}", "a builtin_function_or_method is printed"),
        ("{{ site.query }}", "a method is printed"),
        ("{{ joiner() }}", "a Joiner is printed"),
        ("{{ filter }}", "a module is printed"),
        ("{% autoescape false %}{{ site.query }}{% endautoescape %}", "a method is printed"),
        ("{{ site.query(type=['page'])|length }}", "value must be a string"),
    ],
)
def test_a_mistake_in_a_template_is_an_error_with_file_and_line(unbuilt, template, said):
    failure = unbuilt(doc(template, '{"text": "plain"}')).failure()
    (problem,) = failure.problems
    assert said in problem.message
    assert problem.page == "/a"
    assert problem.template == "templates/page.html"
    assert problem.line == template.count("\n") + 1


@pytest.mark.parametrize(
    ("template", "said", "hint"),
    [
        ("{{ dok.title }}", "'dok' is undefined", "did you mean 'doc'?"),
        ("{{ doc.titel }}", "a document has no attribute 'titel'", "did you mean 'title'?"),
        ("{{ site.quer() }}", "`site` has no attribute 'quer'", "did you mean 'query'?"),
        ("{{ page.urll }}", "`page` has no attribute 'urll'", "did you mean 'url'?"),
        ("{{ filter.att() }}", "a module has no attribute 'att'", "did you mean 'at'?"),
        ("{{ doc|as_htm }}", "No filter named 'as_htm'", "did you mean 'as_html'?"),
        ("{{ doc is fillet }}", "No test named 'fillet'", "did you mean 'filled'?"),
        ("{% if doc is fillet %}{% endif %}", "No test named 'fillet'", "did you mean 'filled'?"),
        # What is there on other pages is not what was meant on this one.
        ("{{ loop.index }}", "'loop' is undefined", "{% if name is defined %}"),
        ("{{ xyzzy }}", "'xyzzy' is undefined", "{% if name is defined %}"),
        ("{{ site.query(types='page') }}", "TypeError: query() got an unexpected keyword", None),
    ],
)
def test_a_name_that_nothing_has_is_told_with_the_nearest_one(unbuilt, template, said, hint):
    (problem,) = unbuilt(doc(template, "{}")).failure().problems
    assert said in problem.message
    assert hint is None if problem.hint is None else hint in problem.hint


def test_templates_that_include_each_other_without_an_end_are_named(unbuilt):
    more = "-- templates/a.html --\n{% include 'b.html' %}\n"
    more += "-- templates/b.html --\n{% include 'a.html' %}\n"
    (problem,) = unbuilt(doc("{% include 'a.html' %}", "{}") + more).failure().problems
    assert problem.message == "templates/a.html: a template includes itself without an end"
    assert problem.hint == "they lead to each other: templates/a.html, templates/b.html"
    (problem,) = unbuilt(doc("{% include 'page.html' %}", "{}")).failure().problems
    assert problem.message == "templates/page.html: a template includes itself without an end"
    assert problem.hint is None


def test_a_filter_that_calls_itself_without_an_end_is_no_template_that_does(unbuilt):
    site = """
    -- prismicio.py --
    from prismic_ssg import Route, Site
    def deep(value):
        return deep(value)
    site = Site(repository="./content", routes=[Route("page", "/:uid")], filters={"deep": deep})
    """
    (problem,) = unbuilt(site + doc("<p>\n{{ doc.uid|deep }}", "{}")).failure().problems
    assert "page.html:2: RecursionError: maximum recursion depth exceeded" in problem.message


@pytest.mark.parametrize(
    ("missing", "hint"),
    [
        # Of what all names end in nothing is near.
        ("nope.html", "write it, or name another one"),
        ("slices/nope.html", "write it, or name another one"),
        ("heda.html", "did you mean 'head.html'?"),
        ("head.htm", "did you mean 'head.html'?"),
        ("feeds.xml", "did you mean 'feed.xml'?"),
        ("slices/loom_herro.html", "did you mean 'slices/loom_hero.html'?"),
        ("loom_hero.html", "did you mean 'slices/loom_hero.html'?"),
    ],
)
def test_a_template_that_is_missing_is_told_a_near_one_by_its_name(unbuilt, missing, hint):
    text = doc(f"{{% include {missing!r} %}}") + "-- templates/slices/loom_hero.html --\n."
    (problem,) = unbuilt(text).failure().problems
    assert problem.hint == hint


def test_an_error_in_an_included_template_names_that_template(unbuilt):
    failure = unbuilt(
        doc("{% include 'part.html' %}")
        + "-- templates/part.html --\n\n{% set x = 1 %}\n{{ nope }}"
    ).failure()
    assert failure.problems[0].message.startswith("templates/part.html:3: ")


def test_every_broken_page_is_reported(unbuilt):
    failure = unbuilt(
        doc("{{ nope }}") + '-- content/b.json --\n{"type": "page", "uid": "b"}\n'
    ).failure()
    assert [problem.page for problem in failure.problems] == ["/a", "/b"]


SLICES = """
-- content/a.json --
{"type": "page", "uid": "a", "data": {"body": [
  {"slice_type": "quote", "variation": "big", "primary": {"text": "one"}, "items": []},
  {"slice_type": "quote", "variation": "default", "primary": {"text": "two"}, "items": []}]}}
-- templates/page.html --
{{ slice_zone(doc.data.body) }}
"""


def test_a_slice_is_shown_by_the_template_of_its_variation_or_of_its_type(site):
    built = site(
        SLICES
        + "-- templates/slices/quote.html --\n"
        + "[{{ index }} {{ slice.primary.text }} {{ doc.uid }}]\n"
        + "-- templates/slices/quote/big.html --\n[BIG {{ slice.primary.text }}]\n"
    )
    assert "".join(built.text("/a").split("\n")) == "[BIG one][1 two a]"


def test_a_slice_without_a_template_is_shown_by_the_theme_and_warned_of_once(site):
    built = site(SLICES)
    (warning,) = built.report.warnings
    assert "'quote'" in warning.message
    assert warning.hint == (
        "write templates/slices/quote.html, or let `prismic-ssg slices --stubs` begin it"
    )
    assert "one" in built.text("/a")
    assert "two" in built.text("/a")


def test_a_slice_without_a_template_can_be_shown_by_a_macro_of_an_import(site):
    built = site("""
    -- templates/parts.html --
    {% macro body(doc) %}{{ slice_zone(doc.data.slices) }}{% endmacro %}
    -- templates/page.html --
    {% import "parts.html" as parts %}{{ parts.body(doc) }}
    -- content/a.json --
    {"type": "page", "uid": "a", "data": {"slices": [
     {"slice_type": "poster", "primary": {"headline": "Looms"}, "items": [{"name": "Ash"}]}]}}
    """)
    assert "Looms" in built.text("/a")
    assert "Ash" in built.text("/a")


def test_with_strict_a_warning_fails_the_build(unbuilt):
    made = unbuilt(SLICES)
    assert "'quote'" in made.failure(strict=True).problems[0].message
    assert not made.dist.exists()


def test_a_template_can_extend_what_it_overrides(site):
    built = site(
        '-- templates/pages/404.html --\n{% extends "theme/pages/404.html" %}'
        "{% block main %}mine{% endblock %}"
    )
    assert "mine" in built.text("/404.html")


def test_the_sites_own_filters_and_globals_are_there(site):
    built = site(
        """
    -- prismicio.py --
    from prismic_ssg import Site
    site = Site(repository="./content", filters={"shout": lambda text: text.upper() + "!"},
        globals={"greeting": "hello"})
    """
        + doc("{{ greeting|shout }}")
    )
    assert built.text("/a") == "HELLO!"


def test_a_filter_of_a_constant_is_the_filter_of_this_build(site):
    config = """
    -- prismicio.py --
    from prismic_ssg import Site
    site = Site(repository="./content", filters={"mark": lambda text: text + "MARK"})
    """
    site(config.replace("MARK", "!") + doc("{{ 'a'|mark }}{% set b = 'b'|mark %}{{ b }}"))
    again = site(config.replace("MARK", "?") + doc("{{ 'a'|mark }}{% set b = 'b'|mark %}{{ b }}"))
    assert again.text("/a") == "a?b?"


def test_the_sites_serializer_is_used_for_rich_text(site):
    built = site(
        """
    -- prismicio.py --
    from prismic_ssg import Site
    site = Site(repository="./content", rich_text={"paragraph": {"class": "p"}})
    """
        + doc(
            "{{ doc.data.r|as_html }}", '{"r": [{"type": "paragraph", "text": "x", "spans": []}]}'
        )
    )
    assert built.text("/a") == '<p class="p">x</p>'


def test_a_part_of_a_zone_can_be_shown(site):
    built = site(
        SLICES.replace(
            "slice_zone(doc.data.body)",
            'slice_zone(doc.data.body|selectattr("variation", "equalto", "big"))',
        )
        + "-- templates/slices/quote.html --\n[{{ slice.primary.text }}]\n"
    )
    assert built.text("/a").strip() == "[one]"


@pytest.mark.parametrize(
    ("template", "field"),
    [
        ("{{ site.get('b').data.broken|as_html }}", "broken[0].spans"),
        (
            "{{ site.get('b').data.slices[0].primary.broken|as_html }}",
            "slices[0].primary.broken[0].spans",
        ),
    ],
)
def test_a_field_that_is_not_what_the_api_gives_is_named_with_its_document(
    unbuilt, template, field
):
    broken = '[{"type": "paragraph", "text": "x"}]'
    failure = unbuilt(
        doc(template)
        + '-- content/b.json --\n{"type": "author", "data": {"broken": BROKEN, '
        '"slices": [{"slice_type": "s", "primary": {"broken": BROKEN}}]}}\n'.replace(
            "BROKEN", broken
        )
        + "-- templates/author.html --\n"
    ).failure()
    (problem,) = failure.problems
    assert (problem.document_id, problem.page, problem.line) == ("b", "/a", 1)
    assert problem.field.startswith(field)
