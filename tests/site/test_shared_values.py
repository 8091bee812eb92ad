"""What pages share is the same for each of them: no template can change it for the next."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from site_harness import BuiltSite

Built = Callable[..., BuiltSite]

SITE = """
-- prismicio.py --
from prismic_ssg import Site
menu = [["Home", "/"], ["Blog", "/blog/"]]
words = {"all": {"a"}, "more": (menu,)}
site = Site(repository="./content", globals={"menu": menu, "words": words})
-- content/a.json --
{"type": "page", "uid": "a", "data": {"rows": [{"n": 1}, {"n": 2}]}}
-- content/b.json --
{"type": "page", "uid": "b", "data": {"rows": []}}
-- templates/page.html --
"""


@pytest.mark.parametrize(
    "change",
    [
        "{% do menu.append(page.path) %}",
        "{% do menu[0].insert(0, page.path) %}",
        "{{ menu.pop() }}",
        "{% for each in menu %}{% do each.reverse() %}{% endfor %}",
        "{% do words.all.add(page.path) %}",
        "{% do words.more[0].clear() %}",
        "{% do menu['append'](page.path) %}",
    ],
)
def test_a_list_of_all_pages_is_changed_by_none(unbuilt: Built, change: str) -> None:
    problems = unbuilt(SITE + change).failure().problems
    assert len(problems) == 2
    for problem in problems:
        assert "templates/page.html:1: " in str(problem)
        assert "is one value for all pages" in str(problem)
        assert "{% set mine = " in (problem.hint or "")


def test_a_template_makes_lists_of_its_own_of_them(site: Built) -> None:
    built = site(
        SITE
        + "{% set mine = menu + [[page.path, '']] %}{% do mine.append(['x', '']) %}"
        + "{% set other = menu|list %}{% do other.append(1) %}{{ other|length }}{{ menu|length }}"
        + "{{ mine|map('first')|join(' ') }}{{ words.all|join }}{{ menu.index(['Home', '/']) }}"
    )
    assert built.text("/a") == "32Home Blog /a xa0"
    assert built.text("/b") == "32Home Blog /b xa0"


def test_a_list_of_content_that_a_template_changes_is_changed_for_its_page_alone(
    site: Built,
) -> None:
    built = site(
        SITE
        + """
        {%- set rows = site.get("a").data.rows %}{% do rows.append({"n": page.path}) -%}
        {% for row in rows %}{{ row.n }}{% endfor %}
        {%- for row in site.get("a").data.rows %} {{ row.n }}{% endfor -%}
        """
    )
    # A loop that is the same on every page reads the content itself.
    assert (built.text("/a"), built.text("/b")) == ("12/a 1 2", "12/b 1 2")
