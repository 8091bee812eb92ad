"""Loops that give the same on every page are worked out once; nobody can tell but by the time."""

import pytest

SITE = """
-- templates/page.html --
{% import "m.html" as m %}
{% set sep = "," %}
MENU
-- templates/m.html --
{% macro line(doc) %}<{{ doc.data.title }}>{% endmacro %}
-- content/a.json --
{"type": "page", "uid": "a", "data": {"title": "A"}}
-- content/b.json --
{"type": "page", "uid": "b", "data": {"title": "B"}}
"""


@pytest.fixture
def loop(site):
    return lambda text, more="": site(SITE.replace("MENU", text) + more)


def menus(built):
    return [built.text("/a"), built.text("/b")]


COUNTED = """
-- prismicio.py --
from prismic_ssg import Site
calls = []
def counted(value):
    calls.append(value)
    return f"{value}{len(calls)}"
site = Site(repository="./content", filters={"counted": counted})
"""


def test_a_loop_over_the_same_documents_is_worked_out_once(loop):
    built = loop(
        '{% for doc in site.query(type="page") %}{{ doc.uid|counted }}{% endfor %}', COUNTED
    )
    assert menus(built) == ["a1b2", "a1b2"] or menus(built) == ["b1a2", "b1a2"]


CASES = [
    ("{% for each in ALL %}{{ each.uid == doc.uid }}{% endfor %}", "TrueFalse FalseTrue"),
    ("{% for x in [doc] %}{% for x in ALL %}{{ x.uid }}{% endfor %}{{ x.uid }}{% endfor %}",
     "aba abb"),
    ("{% for doc in [doc] %}{{ doc.uid }}{% endfor %}", "a b"),
    ("{% for doc in ALL %}{{ doc.uid }}{% endfor %}{{ doc.uid }}", "aba abb"),
    ("{% for x in ALL %}{{ x|link_tag('x')|length }}{% if not loop.last %}x{% endif %}{% endfor %}",
     "38x18 18x38"),
    ("{% for each in ALL %}{{ m.line(each) }}{{ sep }}{% endfor %}", "<A>,<B>, <A>,<B>,"),
    ('{% set site = {"q": doc.uid} %}{% for each in [1, 2] %}{{ site.q }}{% endfor %}', "aa bb"),
    ("{% set mine = doc.uid %}{% for each in range(2) %}{{ mine }}{% endfor %}", "aa bb"),
    ("{% set l = [] %}{% for x in [1, 2] %}{% do l.append(doc.uid) %}{% endfor %}{{ l|join }}",
     "aa bb"),
    ("{% set l = [1] %}{% for x in range(2) %}{{ l|length }}{% endfor %}{{ doc.uid }}", "11a 11b"),
    ("{% set n = namespace(n=0) %}{% for x in [1, 2] %}{% set n.n = x %}{% endfor %}{{ n.n }}",
     "2 2"),
    ("{% for x in ALL %}{% if loop.first %}{{ x.uid }}{% break %}{% endif %}{% endfor %}", "a a"),
    ("{% for x in site.query('none') %}x{% else %}{{ page.path }}{% endfor %}", "/a /b"),
    ("{% for x in site.query('none') %}x{% else %}none{% endfor %}", "none none"),
    ("{% for x in '<&>' %}{{ x }}{% endfor %}", "&lt;&amp;&gt; &lt;&amp;&gt;"),
    ("{% set t %}{% for x in '<&' %}{{ x }}{% endfor %}{% endset %}{{ t }}", "&lt;&amp; &lt;&amp;"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), CASES, ids=[text for text, _ in CASES])
def test_a_loop_says_what_it_would_say_on_each_page(loop, text, said):
    built = loop(text.replace("ALL", 'site.query(type="page", orderings="my.page.uid")'))
    assert menus(built) == said.split(" ")


def test_a_filter_that_sees_the_page_is_asked_on_every_page(loop):
    built = loop(
        "{% for each in range(1) %}{{ each|where }}{% endfor %}",
        """
        -- prismicio.py --
        from jinja2 import pass_context
        from prismic_ssg import Site
        @pass_context
        def where(context, value):
            return context["page"].path
        site = Site(repository="./content", filters={"where": where})
        """,
    )
    assert menus(built) == ["/a", "/b"]


def test_a_filter_that_sees_the_page_is_asked_on_every_page_by_map_too(loop):
    built = loop(
        '{% for each in site.query(type="page")|map(attribute="uid")|map(how) %}{{ each }} '
        "{% endfor %}".replace("how", '"where"'),
        WHERE,
    )
    assert menus(built) == ["/a of a /a of b", "/b of a /b of b"]


WHERE = """
-- prismicio.py --
from jinja2 import pass_context
from prismic_ssg import Site
@pass_context
def where(context, value):
    return f'{context["page"].path} of {value}'
site = Site(repository="./content", filters={"where": where})
"""


def test_a_block_with_a_filter_that_sees_all_around_it_is_rendered_with_its_page(unbuilt):
    built = unbuilt(
        WHERE.replace('context["page"].path', 'context["title"]')
        + """
        -- templates/base.html --
        {% set title = site.get_single("home").data.title %}{{ title }}
        {% block main %}{% endblock %}
        -- templates/page.html --
        {% extends "base.html" %}
        {% block main %}{{ [doc.uid]|map("where")|join }}{% endblock %}
        -- content/home.json --
        {"type": "home", "data": {"title": "One"}}
        -- content/a.json --
        {"type": "page", "uid": "a"}
        """
    )
    built.build()
    built.edit("home", title="Two")
    assert built.text("/a").split("\n") == ["Two", "Two of a"]


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ("1", "true", ["11", "TrueTrue"]),
        ("2", "2.0", ["22", "2.02.0"]),
        ("0.0", "-0.0", ["0.00.0", "-0.0-0.0"]),
        ("(1,)", "(true,)", ["(1,)(1,)", "(True,)(True,)"]),
        ('"<b>"', '"<b>"|safe', ["&lt;b&gt;&lt;b&gt;", "<b><b>"]),
        ('site.get_single("none")', "site.get('a').data.none", ["", ""]),
    ],
)
def test_a_loop_tells_values_apart_that_are_equal(loop, one, other, said):
    chosen = f'{{% if doc.uid == "a" %}}{{% set it = {one} %}}{{% else %}}{{% set it = {other} %}}'
    built = loop(
        chosen + '{% endif %}{% for each in site.query(type="page") %}{{ it }}{% endfor %}'
    )
    assert menus(built) == said


def test_every_page_with_the_loop_depends_on_what_it_shows(loop):
    built = loop('{% for doc in site.query(type="page") %}{{ m.line(doc) }}{% endfor %}')
    built.edit("b", title="new")
    assert built.report.rendered == {"/a", "/b"}
    assert "new" in built.text("/a")
    built.write("content/c.json", '{"type": "page", "uid": "c", "data": {"title": "C"}}')
    assert built.build().rendered == {"/a", "/b", "/c"}


def test_a_loop_is_in_the_language_of_its_page(site):
    built = site("""
    -- prismicio.py --
    from prismic_ssg import Route, Site
    site = Site(repository="./content", routes=[Route("page", "/:lang/:uid")])
    -- templates/page.html --
    {% for doc in site.query(type="page") %}{{ doc.data.title }}{% endfor %}
    -- content/repository.json --
    {"languages": [{"id": "en-us", "name": "English"}, {"id": "fr-fr", "name": "French"}]}
    -- content/a.json --
    {"type": "page", "uid": "a", "data": {"title": "one"}}
    -- content/b.json --
    {"type": "page", "uid": "a", "lang": "fr-fr", "data": {"title": "un"}}
    """)
    assert (built.text("/en-us/a"), built.text("/fr-fr/a")) == ("one", "un")


def test_an_error_in_a_loop_names_template_and_line(unbuilt):
    made = unbuilt(
        SITE.replace("MENU", "{% for each in range(2) %}\n{{ each.nothing.more }}{% endfor %}")
    )
    [problem, *_] = made.failure().problems
    assert (problem.template, problem.line) == ("templates/page.html", 4)
