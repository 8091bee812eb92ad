"""What a site says about addresses that are no page any more."""

import json
from urllib.parse import unquote

import pytest
from site_harness import BuiltSite

from prismic_ssg import ConfigurationError

POST = """
-- templates/post.html --
{{ doc.data.title }}
-- content/a.json --
{"type": "post", "uid": "a", "data": {"title": "A"}}
-- content/b.json --
{"type": "post", "uid": "b", "data": {"title": "B"}}
"""


def configured(options: str) -> str:
    return f"""
-- prismicio.py --
from prismic_ssg import Route, Site
site = Site(repository="./content", routes=[Route("post", "/blog/:uid/")], {options})
{POST}
"""


def rules(built: BuiltSite) -> list[str]:
    text = built.text("/_redirects")
    return [line for line in text.splitlines() if line[:1] == "/"]


def rename(built: BuiltSite, document: str, uid: str) -> None:
    path = built.folder / f"content/documents/{document}.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "uid": uid}))


def test_the_address_that_a_document_had_leads_to_where_it_is(site):
    built = site(configured(""))
    assert not (built.dist / "_redirects").exists()
    rename(built, "a", "new")
    built.build()
    assert rules(built) == ["/blog/a/ /blog/new/ 301", "/blog/a /blog/new/ 301"]


def test_all_addresses_that_a_document_had_lead_to_the_last(site):
    built = site(configured(""))
    for uid in ("second", "third"):
        rename(built, "a", uid)
        built.build()
    assert [line.split()[:2] for line in rules(built)][::2] == [
        ["/blog/a/", "/blog/third/"],
        ["/blog/second/", "/blog/third/"],
    ]


def test_a_document_that_moves_back_is_where_it_was(site):
    built = site(configured(""))
    for uid in ("other", "a"):
        rename(built, "a", uid)
        built.build()
    assert rules(built) == ["/blog/other/ /blog/a/ 301", "/blog/other /blog/a/ 301"]


def test_redirects_stay_while_documents_change_where_they_are(site):
    built = site(configured(""))
    for title in ("before", "again"):
        built.edit("b", title=title)
    rename(built, "a", "new")
    built.build()
    for title in ("one", "two", "three"):
        built.edit("b", title=title)
        assert rules(built) == ["/blog/a/ /blog/new/ 301", "/blog/a /blog/new/ 301"]


def test_documents_that_swap_their_uids_need_no_redirect(site):
    built = site(configured(""))
    rename(built, "a", "b")
    rename(built, "b", "a")
    built.build()
    assert not (built.dist / "_redirects").exists()


def test_an_address_that_another_document_takes_is_that_documents(site):
    built = site(configured(""))
    rename(built, "a", "new")
    built.build()
    rename(built, "b", "a")
    built.build()
    assert [line.split()[:2] for line in rules(built)][::2] == [["/blog/b/", "/blog/a/"]]


def test_a_document_that_is_gone_leaves_no_redirect(site):
    built = site(configured(""))
    rename(built, "a", "new")
    built.build()
    assert (built.dist / "_redirects").exists()
    (built.folder / "content/documents/a.json").unlink()
    built.build()
    assert not (built.dist / "_redirects").exists()


def test_a_route_that_changes_moves_every_document(site):
    built = site(configured(""))
    built.write("prismicio.py", configured("").partition("--\n")[2].replace("/blog/", "/journal/"))
    (built.folder / "prismicio.py").write_text(
        (built.folder / "prismicio.py").read_text().partition("-- templates")[0]
    )
    built.build()
    assert rules(built)[::2] == ["/blog/a/ /journal/a/ 301", "/blog/b/ /journal/b/ 301"]


def test_addresses_outlive_a_forced_build_and_are_known_to_every_output(site):
    built = site(configured(""))
    rename(built, "a", "new")
    built.build(force=True)
    assert rules(built)[0] == "/blog/a/ /blog/new/ 301"
    built.build(force=True)
    assert rules(built)[0] == "/blog/a/ /blog/new/ 301"
    assert built.from_scratch() == built.files


def test_a_build_with_nothing_to_do_after_a_move_does_nothing(site):
    built = site(configured(""))
    rename(built, "a", "new")
    built.build()
    report = built.build()
    assert report.rendered == frozenset()
    assert report.written == 0
    assert report.seconds["render"] == 0


def test_given_redirects_lead_to_the_end_of_their_way(site):
    built = site(
        configured(
            """redirects={"/first/": "/second", "/second/": "/blog/a/#top",
                "/else": ["https://example.com/x", 302]}"""
        )
    )
    assert rules(built)[::2] == [
        "/else https://example.com/x 302",
        "/first/ /blog/a/#top 301",
        "/second/ /blog/a/#top 301",
    ]
    assert built.report.warnings == ()


def test_a_place_in_a_page_is_kept_on_the_way_there(site):
    built = site(
        configured(
            """redirects={"/first/": "/second#prices", "/second/": "/blog/a/",
                "/third/": "/fourth/#prices", "/fourth/": "/blog/a/#costs"}"""
        )
    )
    assert rules(built)[::2] == [
        "/first/ /blog/a/#prices 301",
        "/fourth/ /blog/a/#costs 301",
        "/second/ /blog/a/ 301",
        "/third/ /blog/a/#costs 301",
    ]


def test_a_circle_of_redirects_is_a_warning_and_the_others_stand(site):
    built = site(configured("""redirects={"/x/": "/y/", "/y/": "/x/", "/z/": "/blog/a/"}"""))
    assert [line.split()[0] for line in rules(built)] == ["/z/", "/z"]
    (warning,) = built.report.warnings
    assert "/x → /y" in warning.message


def test_no_redirect_replaces_a_page_or_a_file(site):
    built = site(
        configured("""redirects={"/blog/a": "/blog/b/", "/robots.txt": "/", "/own.txt": "/"}""")
        + "-- static/own.txt --\nmine\n"
    )
    assert not (built.dist / "_redirects").exists()
    assert [each.page for each in built.report.warnings] == ["/blog/a", "/robots.txt", "/own.txt"]


def test_the_sites_own_rules_stand_in_front_and_win(site):
    built = site(
        configured("""redirects={"/old/": "/blog/a/", "/other/": "/blog/b/"}""")
        + "-- static/_redirects --\n/old/ /mine/ 302\n/api/* https://api.example.com/:splat 200\n"
    )
    assert rules(built) == [
        "/old/ /mine/ 302",
        "/old /blog/a/ 301",
        "/other/ /blog/b/ 301",
        "/other /blog/b/ 301",
        "/api/* https://api.example.com/:splat 200",
    ]


# From the first rule with a wildcard on Cloudflare reads a hundred, of whatever kind. Seen in its
# own parser, that of wrangler 4.
def test_rules_stand_in_front_of_wildcards_that_are_not_for_them(site):
    own = """# ours
/a /blog/a/

# the old site
/archive/* /blog/:splat
/wiki/:page/talk /blog/a/
/früher /blog/b/
"""
    old = ["/archive", "/archive/1/", "/archives/", "/wiki/x/talk", "/wiki/x/", "/fr%C3%BCher/"]
    given = dict.fromkeys(old, "/blog/a/")
    built = site(configured(f"redirects={given!r}") + f"-- static/_redirects --\n{own}")
    assert (
        built.text("/_redirects")
        == """# ours
/a /blog/a/

# By prismic-ssg.
/archives/ /blog/a/ 301
/archives /blog/a/ 301
/wiki/x/ /blog/a/ 301
/wiki/x /blog/a/ 301

# the old site
/archive/* /blog/:splat
/wiki/:page/talk /blog/a/
/früher /blog/b/

# By prismic-ssg.
/archive /blog/a/ 301
/archive/ /blog/a/ 301
/archive/1/ /blog/a/ 301
/archive/1 /blog/a/ 301
/fr%C3%BCher/ /blog/a/ 301
/fr%C3%BCher /blog/a/ 301
/wiki/x/talk /blog/a/ 301
/wiki/x/talk/ /blog/a/ 301"""
    )


def test_a_rule_with_a_wildcard_wins_whatever_its_status_and_wherever_that_is(site):
    own = ["/archive/* /blog/:splat 302", "/shop/*.php /blog/b/"]
    given = {"/archive/1": "/blog/a/", "/shop/old/a.php": "/blog/a/", "/wiki.php": "/blog/a/"}
    text = configured(f"redirects={given}") + "-- static/_redirects --\n" + "\n".join(own)
    assert rules(site(text)) == [
        "/wiki.php /blog/a/ 301",
        *own,
        "/archive/1 /blog/a/ 301",
        "/archive/1/ /blog/a/ 301",
        "/shop/old/a.php /blog/a/ 301",
    ]


def test_a_page_for_what_is_not_there_stands_behind_all_redirects(site):
    own = "/*  /404.html  404\n"
    built = site(
        configured("""redirects={"/x/": "/blog/a/"}""") + f"-- static/_redirects --\n{own}"
    )
    assert rules(built) == ["/x/ /blog/a/ 301", "/x /blog/a/ 301", own.rstrip()]


def test_rules_for_some_readers_stand_in_front_of_all_others(site):
    own = "/*  /fr/:splat  302  Language=fr\n"
    built = site(
        configured("""redirects={"/x/": "/blog/a/"}""") + f"-- static/_redirects --\n{own}"
    )
    assert rules(built) == [own.rstrip(), "/x/ /blog/a/ 301", "/x /blog/a/ 301"]


def test_an_address_that_hosts_take_for_a_pattern_is_a_warning(site):
    built = site(configured("""redirects={"/wiki/Talk:Me": "/blog/a/", "/at/12:30": "/blog/a/"}"""))
    [warning] = built.report.warnings
    assert "'/wiki/Talk:Me' has a colon" in warning.message
    assert "static/_redirects" in warning.hint
    built = site(configured("""redirects={"/a:b": "/blog/a/"}, redirects_as=["nginx"]"""))
    assert not built.report.warnings


# What the `URL` of browsers leaves alone: hosts compare texts.
@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/12:30", "/12:30"),
        ("/a|b[1]$", "/a|b[1]$"),
        ("/a:b", "/a%3Ab"),
        ("/:1", "/%3A1"),
        ("/{a}<b>`", "/%7Ba%7D%3Cb%3E%60"),
    ],
)
def test_an_address_is_written_as_a_browser_sends_it(site, path, written):
    built = site(configured(f"redirects={{{path!r}: '/blog/a/'}}"))
    assert rules(built)[0] == f"{written} /blog/a/ 301"


def test_a_rule_of_the_sites_own_for_some_readers_leaves_the_others_theirs(site):
    own = "/old/ /fr/ 302 Country=fr\n/shop/ hue=:hue /item/:hue\n/new/ /a=b/ 302  # status=new\n"
    built = site(
        configured("""redirects={"/old/": "/blog/a/", "/shop/": "/blog/b/", "/new/": "/blog/b/"}""")
        + f"-- static/_redirects --\n{own}"
    )
    ours = rules(built)[3:]
    assert [line for line in ours if line.startswith("/old/ ")] == ["/old/ /blog/a/ 301"]
    assert [line for line in ours if line.startswith("/shop/ ")] == ["/shop/ /blog/b/ 301"]
    assert [line for line in ours if line.startswith("/new/ ")] == []


def test_what_could_end_a_rule_is_encoded(site):
    built = site(configured("""redirects={"/a b/ü*".replace("*", "[x]"): "/blog/a/?q=ö b"[:12]}"""))
    assert rules(built) == [
        "/a%20b/%C3%BC[x] /blog/a/?q=%C3%B6 301",
        "/a%20b/%C3%BC[x]/ /blog/a/?q=%C3%B6 301",
    ]


def test_a_target_is_written_as_a_browser_shows_it(site):
    built = site(configured("""redirects={"/old": "/~ann/c++,(2)@home;x=1"}"""))
    assert rules(built)[0] == "/old /~ann/c++,(2)@home;x=1 301"


def test_the_address_of_a_file_that_a_document_had_is_no_folder(site):
    text = configured("")
    built = site(text.replace("/blog/:uid/", "/blog/:uid.html"))
    rename(built, "a", "new")
    built.build()
    assert rules(built) == ["/blog/a.html /blog/new.html 301"]


def test_redirects_carry_the_path_of_the_base_url(site):
    built = site(configured("""base_url="https://e.org/docs", redirects={"/old/": "/blog/a/"}"""))
    assert rules(built)[0] == "/docs/old/ /docs/blog/a/ 301"


def test_redirects_can_be_kept_in_a_file(site):
    built = site(
        configured('redirects="redirects.json"') + '-- redirects.json --\n{"/old/": "/blog/a/"}\n'
    )
    assert rules(built)[0] == "/old/ /blog/a/ 301"
    built.write("redirects.json", '{"/older/": "/blog/b/"}')
    built.build()
    assert rules(built)[0] == "/older/ /blog/b/ 301"


def test_a_saved_redirect_ends_without_a_word_where_a_document_has_moved_back(site):
    built = site(
        configured('redirects="saved.json"') + '-- saved.json --\n{"/blog/a/": "/blog/b/"}\n'
    )
    assert not (built.dist / "_redirects").exists()
    assert built.report.warnings == ()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('{"old": "/new/"}', "'old' does not begin with '/'"),
        ('{"/old/*": "/new/"}', "'/old/*' is not the path of one page"),
        ('{"/old/": "new page"}', "'/old/' can't lead to 'new page'"),
        ('{"/old/": ["/new/", 200]}', "can't lead to ['/new/', 200]"),
        ('["/old/"]', "is no mapping"),
    ],
)
def test_a_redirect_that_is_none_is_explained(site, given, said):
    with pytest.raises(ConfigurationError, match="redirects") as caught:
        site(configured(f"redirects={given}"))
    assert said in caught.value.message
    assert "static/_redirects" in caught.value.hint


def test_pages_stand_for_redirects_where_hosts_know_none(site):
    built = site(
        configured(
            """base_url="https://e.org/docs", redirects_as=["html"],
            redirects={"/old/": '/blog/a/', "/old.html": 'https://x.org/?a=1&b="', "/gone/": 410}"""
        )
    )
    page = built.text("/old/")
    assert '<meta http-equiv="refresh" content="0; url=/docs/blog/a/">' in page
    assert '<link rel="canonical" href="https://e.org/docs/blog/a/">' in page
    assert '<meta name="robots" content="noindex">' in page
    assert '<a href="/docs/blog/a/">https://e.org/docs/blog/a/</a>' in page
    assert 'url=https://x.org/?a=1&amp;b=%22"' in built.text("/old.html")
    assert not (built.dist / "gone").exists()
    assert not (built.dist / "_redirects").exists()
    assert "old" not in built.text("/sitemap.xml")


def test_a_page_that_stood_for_a_redirect_goes_with_it(site):
    built = site(
        configured('redirects_as=["html"], redirects="moved.json"')
        + '-- moved.json --\n{"/old/": "/blog/a/"}\n'
    )
    assert (built.dist / "old/index.html").is_file()
    built.write("moved.json", "{}")
    built.build()
    assert not (built.dist / "old").exists()


@pytest.mark.parametrize("source", ["/v1.2", "/old.php", "/a/file.pdf", "/v1.2/", "/caf%C3%A9.x"])
def test_the_page_of_a_redirect_is_shown_as_one_by_every_host(site, source):
    """Which tell what a file is by its ending: a page called `v1.2` is offered for download."""
    built = site(configured(f"""redirects_as=["html"], redirects={{"{source}": "/blog/a/"}}"""))
    assert 'content="0; url=/blog/a/"' in built.text(f"{unquote(source).rstrip('/')}/index.html")


def test_a_page_whose_address_has_a_dot_is_found_with_and_without_its_last_slash(site):
    text = configured('redirects={"/v3.0/": "/blog/b/", "/old.php": "/blog/b/"}')
    built = site(text.replace('"uid": "a"', '"uid": "v1.2"'))
    rename(built, "a", "v2.0")
    built.build()
    assert rules(built) == [
        "/blog/v1.2/ /blog/v2.0/ 301",
        "/blog/v1.2 /blog/v2.0/ 301",
        "/old.php /blog/b/ 301",
        "/v3.0/ /blog/b/ 301",
        "/v3.0 /blog/b/ 301",
    ]


def test_no_page_for_a_redirect_lies_in_a_file_or_leads_out(site):
    built = site(
        configured(
            """redirects_as=["html"], headers=False,
            redirects={"/own.txt/x/": "/blog/a/", "/../out/": "/blog/a/", "/ok/": "/blog/a/"}"""
        )
        + "-- static/own.txt --\nmine\n"
    )
    files = [name for name in built.files if "theme" not in name]
    assert files == ["404.html", "blog/a/index.html", "blog/b/index.html",
                     "ok/index.html", "own.txt", "robots.txt"]  # fmt: skip
    assert len(built.report.warnings) == 2


def test_nginx_gets_a_map_with_decoded_paths(site):
    built = site(
        configured(
            """redirects_as=["nginx"],
            redirects={"/ü/": "/blog/a/", "/a\\"b/": "https://x.org/$1", "/gone/": 410}"""
        )
    )
    assert built.text("/_redirects.nginx").splitlines() == [
        '"/a\\"b/" "https://x.org/%241";',
        '"/a\\"b" "https://x.org/%241";',
        '"/gone/" "gone";',
        '"/gone" "gone";',
        '"/ü/" "/blog/a/";',
        '"/ü" "/blog/a/";',
    ]


@pytest.mark.parametrize("character", ["#", "?"])
def test_an_address_may_have_what_elsewhere_ends_a_path(site, character):
    encoded = f"%{ord(character):X}"
    built = site(configured(f'redirects={{"/c{encoded}/": "/blog/a/"}}'))
    assert rules(built) == [f"/c{encoded}/ /blog/a/ 301", f"/c{encoded} /blog/a/ 301"]


def test_the_page_of_a_redirect_is_a_folder_whatever_the_uid_looked_like(site):
    """One for each of `/blog/v1.2` and `/blog/v1.2/b`, and no file called `v1.2`."""
    text = configured('redirects_as=["html"]').replace("/blog/:uid/", "/blog/:uid")
    built = site(text.replace('"uid": "a"', '"uid": "v1.2"').replace("-- templates", """
-- content/c.json --
{"type": "part", "uid": "c"}
-- templates""").replace("routes=[", 'routes=[Route("part", "/blog/v1.2/:uid"), '))  # fmt: skip
    rename(built, "a", "v1.3")
    rename(built, "c", "d")
    assert not built.build().warnings
    assert "/blog/v1.3" in built.text("/blog/v1.2")
    assert "/blog/v1.2/d" in built.text("/blog/v1.2/c")
    assert built.files == built.from_scratch()


def test_pages_of_redirects_that_are_in_the_way_of_each_other_are_told(site):
    redirects = '{"/x.html": "/blog/a/", "/x.html/y": "/blog/b/"}'
    built = site(configured(f'redirects_as=["html"], redirects={redirects}'))
    (warning,) = built.report.warnings
    assert "no page can stand for the redirect from '/x.html/y'" in warning.message
    assert "/blog/a/" in built.text("/x.html")


EMBARGOED = """
-- content/releases/Spring/a.json --
{"id": "a", "type": "post", "uid": "embargoed", "lang": "en-us", "data": {"title": "A"}}
"""


def test_what_only_a_release_has_moved_is_told_to_nobody(site):
    built = site(configured("") + EMBARGOED)
    spring = built.folder / "spring"
    built.build(release="Spring", output=spring)
    assert "/blog/a/ /blog/embargoed/ 301" in (spring / "_redirects").read_text()
    built.build()
    assert "_redirects" not in built.files


def test_an_address_that_a_release_had_first_is_learned_once_it_is_published(site):
    built = site(configured("") + EMBARGOED)
    built.build(release="Spring")
    rename(built, "a", "embargoed")
    built.build()
    rename(built, "a", "last")
    built.build()
    assert "/blog/embargoed/ /blog/last/ 301" in rules(built)
