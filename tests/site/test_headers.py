"""`_headers`: what a site tells its host of files that have their hash in their name."""

CACHED = "Cache-Control: public, max-age=31536000, immutable"


def configured(options: str = "") -> str:
    return f"""
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="./content", routes=[Route("post", "/blog/:uid/")], {options})
-- templates/pages/404.html --
Not found
-- templates/post.html --
{{{{ doc.data.title }}}}
-- content/a.json --
{{"type": "post", "uid": "a", "data": {{"title": "A"}}}}
"""


ASSETS = """
-- static/style.css --
a {}
-- templates/post.html --
<link href="{{ asset("style.css") }}">
"""


def test_browsers_may_keep_what_has_its_hash_in_its_name(site):
    built = site(configured() + ASSETS)
    (name,) = [name for name in built.files if name.startswith("style.") and name != "style.css"]
    assert f"/{name}\n  {CACHED}" in built.text("/_headers")
    assert "/style.css\n" not in built.text("/_headers")


def test_rules_are_in_the_order_of_names(site):
    names = [f"{letter}.css" for letter in "gcahbfed"]
    calls = "".join(f"{{{{ asset({name!r}) }}}}" for name in names)
    files = "".join(f"-- static/{name} --\na {{}}\n" for name in names)
    built = site(configured() + files + f"-- templates/post.html --\n{calls}")
    paths = [line for line in built.text("/_headers").splitlines() if line[:1] == "/"]
    assert [path[:3] for path in paths] == [f"/{letter}." for letter in "abcdefgh"]


def test_the_sites_own_headers_stand_in_front(site):
    built = site(configured() + ASSETS + "-- static/_headers --\n/*\n  X-Frame-Options: DENY\n")
    assert built.text("/_headers").startswith("/*\n  X-Frame-Options: DENY\n\n#")
    assert "immutable" in built.text("/_headers")


def test_what_the_sites_own_headers_name_gets_no_second_rule(site):
    built = site(configured() + ASSETS)
    (path,) = [line for line in built.text("/_headers").splitlines() if line[:1] == "/"]
    own = f"{path} \n  Cache-Control: no-store\n"
    built.write("static/_headers", own)
    built.build()
    assert built.files["_headers"].decode() == own


def test_the_sites_own_headers_are_as_they_are_where_nothing_has_a_hash(site):
    own = "/*\n  X-Frame-Options: DENY\n"
    built = site(configured())
    assert "_headers" not in built.files
    built.write("static/_headers", own)
    built.build()
    assert built.files["_headers"].decode() == own


def test_a_site_can_do_without_headers(site):
    built = site(configured("headers=False") + ASSETS)
    assert "_headers" not in built.files
