"""The way to a page: what is at the paths above it."""

CRUMBS = """
-- prismicio.py --
from prismic_ssg import Listing, Route, Site
site = Site(repository="./content", routes=[
    Route("page", "/:uid/"), Route("post", "/blog/:uid/"), Route("guide", "/docs/:uid/"),
    Route("loom", "/tags/wool/:uid/"), Route("note", "/by/ann/:uid/")],
    listings=[Listing("/tags/:tag/", template="tag.html", by="tags"),
              Listing("/by/:author/", template="tag.html", by="my.post.author")])
-- templates/base.html --
{% for each in page.breadcrumbs %}{{ each.title }}{% endfor %}
-- templates/post.html --
{% extends "base.html" %}
-- templates/guide.html --
{% extends "base.html" %}
-- templates/loom.html --
{% extends "base.html" %}
-- templates/note.html --
{% extends "base.html" %}
-- templates/page.html --
{{ doc.data.title }}
-- templates/tag.html --
{{ page.title }}
-- pages/docs.md --
---
title: Docs
---
-- content/a.json --
{"type": "page", "uid": "blog", "tags": ["Wool"], "data": {"title": "A"}}
-- content/b.json --
{"type": "page", "uid": "news", "data": {"title": "B"}}
-- content/u.json --
{"type": "author", "uid": "ann", "data": {"title": "Ann"}}
-- content/v.json --
{"type": "author", "uid": "other", "data": {"title": "Anna"}}
-- content/p.json --
{"type": "post", "uid": "p", "data": {"author": {"link_type": "Document", "id": "u",
 "type": "author"}}}
-- content/n.json --
{"type": "note", "uid": "n"}
-- content/g.json --
{"type": "guide", "uid": "g"}
-- content/l.json --
{"type": "loom", "uid": "l"}
"""


def test_what_is_at_a_path_above_reaches_the_pages_below_it(site):
    built = site(CRUMBS)
    below = ("/blog/p/", "/docs/g/", "/tags/wool/l/", "/by/ann/n/")
    assert [built.text(path) for path in below] == ["A", "Docs", "Wool", "Ann"]
    built.write("content/a.json", '{"type": "page", "uid": "old", "tags": ["wool"]}')
    built.write("content/b.json", '{"type": "page", "uid": "blog", "data": {"title": "B"}}')
    built.write("content/u.json", '{"type": "author", "uid": "gone", "data": {"title": "Ann"}}')
    built.write("content/v.json", '{"type": "author", "uid": "ann", "data": {"title": "Anna"}}')
    author = '{"link_type": "Document", "id": "v", "type": "author"}'
    post = f'{{"type": "post", "uid": "p", "data": {{"author": {author}}}}}'
    built.write("content/p.json", post)
    built.write("pages/docs.md", "---\ntitle: Manual\n---\n")
    built.build()
    assert [built.text(path) for path in below] == ["B", "Manual", "wool", "Anna"]
    assert built.from_scratch() == built.files
