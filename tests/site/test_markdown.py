"""Markdown: what it is written as, in pages and by the filter."""

from __future__ import annotations

import json
import sys

import pytest

COMMONMARK = [
    ("| a | b |\n|---|--:|\n| 1 | 2 |", '<td style="text-align:right">2</td>'),
    ("~~gone~~", "<s>gone</s>"),
    ("- [x] done\n- [ ] open", 'checked="checked"'),
    ("- [ ] open", 'disabled="disabled" type="checkbox"> open</label></li>'),
    ("text[^n]\n\n[^n]: A note.", '<li id="fn1" class="footnote-item"><p>A note.'),
    ("# A *b* `c`", '<h1 id="a-b-c">A <em>b</em> <code>c</code></h1>'),
    ("## Été à Zürich", '<h2 id="été-à-zürich">'),
    ("## `as_html(x)`, Ash & Maple!", '<h2 id="as_htmlx-ash--maple">'),
    ("## हिन्दी", '<h2 id="हिन्दी">'),
    ("## Maud's looms, Ines’ too", '<h2 id="mauds-looms-ines-too">'),
    ("# !\n\n# !", '<h1 id="80af745e">!</h1>\n<h1 id="80af745e-1">!</h1>'),
    ("# Same\n\n# Same", '<h1 id="same">Same</h1>\n<h1 id="same-1">Same</h1>'),
    ("[x](/about)", '<a href="/docs/about">x</a>'),
    ("![x](/a.png)", '<img src="/docs/a.png" alt="x" />'),
    ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
    ("<b>html</b>", "<b>html</b>"),
    ("```\n<plain>\n```", '<pre tabindex="0"><code>&lt;plain&gt;\n</code></pre>'),
    ("```nothing\nx\n```", '<pre tabindex="0"><code class="language-nothing">x\n</code></pre>'),
    ("x\n\n    indented", '<pre tabindex="0"><code>indented\n</code></pre>'),
    (
        "```python\nif x: 1\n```",
        '<pre tabindex="0" class="highlight"><code class="language-python"><span class="k">if',
    ),
]


def page(source: str, template: str = "{{ doc.data.text|markdown }}", site: str = "") -> str:
    document = {"type": "page", "uid": "a", "data": {"text": source}}
    return (
        "-- prismicio.py --\nfrom prismic_ssg import Site\n"
        f'site = Site(repository="./content", base_url="https://e.org/docs", {site})\n'
        f"-- templates/page.html --\n{template}\n-- content/a.json --\n{json.dumps(document)}\n"
    )


@pytest.mark.parametrize(("source", "expected"), COMMONMARK)
def test_a_text_is_written_as(site, source, expected):
    assert expected in site(page(source)).text("/a")


@pytest.mark.parametrize(("source", "expected"), COMMONMARK)
def test_a_page_is_written_alike(site, source, expected):
    text = (
        page("") + f"-- templates/markdown.html --\n{{{{ content }}}}\n-- pages/b.md --\n{source}\n"
    )
    assert expected in site(text).text("/b/")


def test_ids_are_unique_in_a_page_over_all_its_texts(site):
    template = "{{ doc.data.text|markdown }}{{ doc.data.text|markdown }}"
    built = site(page("# Intro\n\nx[^1]\n\n[^1]: note\n", template))
    html = built.text("/a")
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids)) == 6
    assert all(f'href="#{id_}"' in html for id_ in ids if id_.startswith("fn"))


def test_another_page_begins_its_ids_anew(site):
    built = site(
        page("# Intro")
        + '-- content/b.json --\n{"type": "page", "uid": "b", "data": {"text": "# Intro"}}'
    )
    assert built.text("/a") == built.text("/b")


@pytest.mark.parametrize(
    ("template", "option", "has_link"),
    [
        ("{{ doc.data.text|markdown }}", "", False),
        ("{{ doc.data.text|markdown(permalinks=true) }}", "", True),
        ("{{ doc.data.text|markdown }}", "permalinks=True", True),
        ("{{ doc.data.text|markdown(permalinks=false) }}", "permalinks=True", False),
    ],
)
def test_a_heading_may_link_to_itself(site, template, option, has_link):
    link = (
        ' <a class="permalink" href="#top" aria-hidden="true" tabindex="-1" data-pagefind-ignore>'
        "#</a>"
    )
    expected = f'<h2 id="top">Top{link if has_link else ""}</h2>'
    assert site(page("## Top", template, option)).text("/a") == expected


@pytest.mark.parametrize(
    ("template", "option"),
    [
        ("{{ doc.data.text|markdown(safe=true) }}", ""),
        ("{{ doc.data.text|markdown }}", "safe_html=True"),
    ],
)
def test_html_in_a_text_that_is_not_trusted_is_text(site, template, option):
    source = "a <b onclick=x()>b</b>\n\n<script>alert(1)</script>"
    assert "<script>" in site(page(source)).text("/a")
    html = site(page(source, template, option)).text("/a")
    assert "<b" not in html
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_html_in_the_sites_own_pages_is_trusted(site):
    built = site(
        page("x", site="safe_html=True")
        + "-- templates/markdown.html --\n{{ content }}\n-- pages/b.md --\n<video></video>\n"
    )
    assert "<video>" in built.text("/b/")


def test_without_pygments_code_is_not_coloured(site, monkeypatch):
    for name in [each for each in sys.modules if each.split(".")[0] == "pygments"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "pygments", None)
    built = site(page("```python\nif x: 1\n```"))
    code = '<code class="language-python">if x: 1\n</code>'
    assert built.text("/a") == f'<pre tabindex="0">{code}</pre>'


def test_the_style_sheet_for_code_may_have_a_dark_one(site):
    built = site(
        "-- templates/pages/code.css --\n{{ highlight_css('friendly', dark='monokai') }}\n"
    )
    light, dark = built.text("/code.css").split("@media (prefers-color-scheme: dark)")
    assert ".highlight .k {" in light
    assert ".highlight .k {" in dark


def test_code_has_classes_and_no_style(site):
    html = site(page("```html\n<p class='x'>a & b</p>\n```")).text("/a")
    assert "style=" not in html
    assert "&amp;" in html


def test_a_link_to_another_markdown_file_leads_to_its_page(site):
    built = site("""
    -- pages/guide/start.md --
    [deploy](../deploy.md#caches), [here](other%20one.md), [gone](gone.md), [web](https://a.b/x.md)
    -- pages/deploy.md --
    Deploy.
    -- templates/markdown.html --
    {{ content }}
    """)
    built.write("pages/guide/other one.md", "Other.")
    built.build()
    text = built.text("/guide/start/")
    assert '<a href="/deploy/#caches">' in text
    assert '<a href="/guide/other one/">' in text or '<a href="/guide/other%20one/">' in text
    assert 'href="gone.md"' in text
    assert 'href="https://a.b/x.md"' in text


def test_a_markdown_page_that_moves_reaches_the_pages_that_link_to_it(site):
    built = site("""
    -- pages/start.md --
    [deploy](deploy.md) [more](more.md)
    -- pages/deploy.md --
    Deploy.
    -- templates/markdown.html --
    {{ content }}
    """)
    built.write("pages/deploy.md", "---\nurl: /publish/\n---\nDeploy.")
    assert built.build().rendered == {"/start/", "/publish/"}
    assert 'href="/publish/"' in built.text("/start/")
    built.write("pages/more.md", "More.")
    assert built.build().rendered == {"/start/", "/more/"}


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("Text.\n\n# The *first* `one`\n\n# Another", "The first one"),
        ("---\ntitle: Its own\n---\n# A heading", "Its own"),
        ("## Only a lower one", ""),
    ],
)
def test_a_page_is_called_by_front_matter_or_its_first_heading(site, source, title):
    text = "-- templates/markdown.html --\n[{{ page.title }}]\n-- pages/a.md --\n"
    assert site(text + source).text("/a/") == f"[{title}]"


def test_a_link_to_a_static_file_leads_to_where_it_is_published(site):
    built = site("""
    -- prismicio.py --
    from prismic_ssg import Site
    site = Site(repository="./content", base_url="https://e.org/docs")
    -- pages/guide/start.md --
    ![loom](../../static/images/loom%201.svg) [plan](../../static/plan.txt)
    ![gone](../../static/b.svg)
    [source](../../prismicio.py) [top](#top) [asked](../../static/plan.txt?a=b)
    -- static/plan.txt --
    plan
    -- templates/markdown.html --
    {{ content }}
    """)
    built.write("static/images/loom 1.svg", "<svg/>")
    built.build()
    text = built.text("/guide/start/")
    assert '<img src="/docs/images/loom%201.svg" alt="loom" />' in text
    assert '<a href="/docs/plan.txt">' in text
    assert 'src="../../static/b.svg"' in text
    assert 'href="../../prismicio.py"' in text
    assert 'href="#top"' in text
    assert 'href="../../static/plan.txt?a=b"' in text
    built.write("static/b.svg", "<svg/>")
    assert built.build().rendered == {"/guide/start/"}
    assert 'src="/docs/b.svg"' in built.text("/guide/start/")
