"""Each mistake gives one clear message, what to do about it, its exit code, and no output."""

from __future__ import annotations

import json
import sys

import click
import pytest

from prismic_ssg.cli.console import run

GOOD = '-- content/good.json --\n{"type": "page", "uid": "good"}\n'

CASES = {
    "a prismicio.py that is no Python": (
        "-- prismicio.py --\nfrom prismic_ssg import Site\nsite = Site(\n" + GOOD,
        2,
        ["prismicio.py:2: '(' was never closed"],
    ),
    "a prismicio.py that fails": (
        "-- prismicio.py --\nimport nothing_of_that_name\n" + GOOD,
        2,
        [
            "prismicio.py:1: ModuleNotFoundError: No module named 'nothing_of_that_name'",
            "put it beside prismicio.py, or install it",
        ],
    ),
    "a prismicio.py without a site": (
        "-- prismicio.py --\nsites = []\n" + GOOD,
        2,
        ["prismicio.py has no `site`", "write `site = Site(repository=…)`"],
    ),
    "a site that is none": (
        "-- prismicio.py --\nsite = 5\n" + GOOD,
        2,
        ["prismicio.py has a `site` that is no Site: 5", "write `site = Site(repository=…)`"],
    ),
    "a serializer for what rich text does not have": (
        "-- prismicio.py --\nfrom prismic_ssg import Site\n"
        "site = Site(repository='./content', rich_text={'heading1': {}, 'listitem': {}})\n" + GOOD,
        2,
        [
            "prismicio.py:2: Site(rich_text=…): there is no kind of rich text 'listitem'",
            "did you mean 'list",
        ],
    ),
    "a serializer that is none": (
        "-- prismicio.py --\nfrom prismic_ssg import Site\n"
        "site = Site(repository='./content', rich_text={'em': '<i>'})\n" + GOOD,
        2,
        ["Site(rich_text=…): was given", "functions of one node, or mappings of attributes"],
    ),
    "an unknown key": (
        "-- prismicio.py --\nfrom prismic_ssg import Site\n\n"
        "site = Site(repositry='./content')\n" + GOOD,
        2,
        ["prismicio.py:3: Site has no 'repositry'", "did you mean 'repository'?"],
    ),
    "an unknown key of a route": (
        "-- prismicio.py --\nfrom prismic_ssg import Route, Site\n"
        "site = Site(repository='./content', routes=[Route('page', '/:uid', langs='fr')])\n" + GOOD,
        2,
        ["prismicio.py:2: Route has no 'langs'", "did you mean 'lang'?"],
    ),
    "a value of the wrong kind": (
        "-- prismicio.py --\nfrom prismic_ssg import Site\nsite = Site(repository=3)\n" + GOOD,
        2,
        ["prismicio.py:2: Site(repository=…): was given 3", "it takes a text"],
    ),
    "a base URL that is none": (
        "-- prismicio.py --\nfrom prismic_ssg import Site\n"
        "site = Site(repository='./content', base_url='example.org')\n" + GOOD,
        2,
        ["Site(base_url=…): was given 'example.org'", "'https://example.org'"],
    ),
    "a base URL with a host that there can't be": (
        "-- prismicio.py --\nfrom prismic_ssg import Site\n"
        "site = Site(repository='./content', base_url='https://[bad')\n" + GOOD,
        2,
        ["Site(base_url=…): was given 'https://[bad'", "'https://example.org'"],
    ),
    "a route for a type that does not exist": (
        "-- prismicio.py --\nfrom prismic_ssg import Route, Site\n"
        "site = Site(repository='./content', routes=[Route('pages', '/:uid')])\n" + GOOD,
        2,
        ["the repository has no type 'pages'", "did you mean 'page'?"],
    ),
    "a keyword without a resolver": (
        "-- prismicio.py --\nfrom prismic_ssg import Route, Site\n"
        "site = Site(repository='./content', routes=[Route('page', '/:categry/:uid',"
        " resolvers={'category': 'c'})])\n" + GOOD,
        2,
        ["the keyword ':categry' has no value", "did you mean ':category'?"],
    ),
    "a filter with a wrong argument": (
        "-- prismicio.py --\nfrom prismic_ssg import Site, filter\n"
        "f = filter.at('document.type', None)\nsite = Site(repository='./content')\n" + GOOD,
        2,
        ["prismicio.py:2: TypeError: filter.at"],
    ),
    "a listing with a value and no placeholder": (
        "-- prismicio.py --\nfrom prismic_ssg import Listing, Site\n"
        "site = Site(repository='./content', listings=[Listing('/t/', template='l.html',"
        " by='tags')])\n" + GOOD,
        2,
        ["Listing('/t/')", "one placeholder"],
    ),
    "no repository": (
        "-- prismicio.py --\nfrom prismic_ssg import Site\nsite = Site()\n" + GOOD,
        2,
        ["no repository is named", 'Site(repository="your-repository")'],
    ),
    "a folder that is not there": (
        "-- prismicio.py --\nfrom prismic_ssg import Site\nsite = Site(repository='./contents')\n",
        2,
        ["contents' is not a folder"],
    ),
    "a language that the repository does not have": (
        "-- prismicio.py --\nfrom prismic_ssg import Site\n"
        "site = Site(repository='./content', lang='en-gb')\n" + GOOD,
        2,
        ["no such language", "did you mean 'en-us'?"],
    ),
    "broken JSON": (
        '-- content/documents/a.json --\n{"id": "a",\n "type": "page",\n "data": {"x": }}\n',
        1,
        ["documents/a.json:3: broken JSON: Expecting value"],
    ),
    "broken JSON in a line": (
        '-- content/documents/a.jsonl --\n{"id": "a", "type": "page"}\n{"id": \n',
        1,
        ["documents/a.jsonl:2: broken JSON"],
    ),
    "a document without id and type": (
        '-- content/documents/a.json --\n{"uid": "a"}\n',
        1,
        ["documents/a.json: the document has no id and no type", "API, or give it both"],
    ),
    "a document without type": (
        '-- content/documents/a.json --\n{"id": "a"}\n',
        1,
        ["documents/a.json: the document has no type", "copy it from the API, or give it a type"],
    ),
    "two documents with one id": (
        (
            '-- content/documents/a.json --\n{"id": "a", "type": "page"}\n'
            '-- content/documents/b.json --\n{"id": "a", "type": "page"}\n'
        ),
        1,
        ["documents/b.json: the document id 'a' is already in documents/a.json"],
    ),
    "a document in a language that is not there": (
        (
            '-- content/repository.json --\n{"languages": [{"id": "en-us"}]}\n'
            '-- content/documents/a.json --\n{"id": "a", "type": "page", "lang": "fr-fr"}\n'
        ),
        1,
        ["documents/a.json: the document is in 'fr-fr'"],
    ),
    "a field of the envelope that is of the wrong kind": (
        '-- content/documents/a.json --\n{"id": "a", "type": "page", "tags": "news"}\n',
        1,
        ["documents/a.json: not a document: Expected `array`, got `str` - at `$.tags`"],
    ),
    "a template with a syntax error": (
        GOOD + "-- templates/page.html --\n\n{% endif %}\n",
        1,
        ["templates/page.html:2: Encountered unknown tag 'endif'", "on page /good"],
    ),
    "an undefined variable": (
        GOOD + "-- templates/page.html --\n{{ titel }}\n",
        1,
        ["templates/page.html:1: 'titel' is undefined", "on page /good"],
    ),
    "a filter on a field of another kind": (
        (
            '-- content/good.json --\n{"type": "page", "uid": "good", "data": {"t": "text"}}\n'
            "-- templates/page.html --\n{{ doc.data.t|as_html }}\n"
        ),
        1,
        ["templates/page.html:1: ", "on page /good"],
    ),
    "a route without a path": (
        (
            GOOD + "-- prismicio.py --\nfrom prismic_ssg import Route, Site\n"
            "site = Site(repository='./content', routes=[Route('page')])\n"
        ),
        2,
        ["prismicio.py:2: Route(…) missing 1 required", "'path'", 'write Route("page", "/:uid")'],
    ),
    "a site whose options have no names": (
        GOOD + "-- prismicio.py --\nfrom prismic_ssg import Site\nsite = Site('./content')\n",
        2,
        ["prismicio.py:2: Site(…) takes 1 positional", "write Site(repository="],
    ),
    "a listing of a type that is not there": (
        (
            GOOD + "-- prismicio.py --\nfrom prismic_ssg import Listing, Site, filter\n"
            "site = Site(repository='./content', listings=[Listing('/l/', template='l.html', "
            "filters=[filter.at('document.type', 'pagge')])])\n"
        ),
        2,
        ["Listing('/l/'): the repository has no type 'pagge'", "did you mean 'page'?"],
    ),
    "a listing in the order of a type that is not there": (
        (
            GOOD + "-- prismicio.py --\nfrom prismic_ssg import Listing, Site\n"
            "site = Site(repository='./content', listings=[Listing('/l/', template='l.html', "
            "orderings='my.pagge.date')])\n"
        ),
        2,
        ["Listing('/l/'): the repository has no type 'pagge'", "did you mean 'page'?"],
    ),
    "front matter without an end": (
        GOOD + "-- pages/a.md --\n---\ntitle: a\n\n# A\n",
        2,
        ["pages/a.md:1: the front matter has no end"],
    ),
    "an address in front matter without a slash": (
        GOOD + "-- pages/a.md --\n---\nurl: a/b\n---\n",
        2,
        ["pages/a.md: the page's url 'a/b' does not begin with '/'", "write url: /a/b"],
    ),
    "front matter that is no YAML": (
        GOOD + "-- pages/a.md --\n---\ntitle: a: b\n---\n",
        2,
        ["pages/a.md:2: the front matter can't be read"],
    ),
    "a template that is no text": (
        GOOD,
        2,
        ["templates/bad.html is not a UTF-8 text"],
    ),
    "a missing listing template": (
        "-- prismicio.py --\nfrom prismic_ssg import Listing, Site\n"
        "site = Site(repository='./content', listings=[Listing('/l/', template='nope.html')])\n"
        + GOOD,
        1,
        ["there is no template 'nope.html'", "on page /l/"],
    ),
    "a route in prismic.config.json that is none": (
        "-- prismicio.py --\nfrom prismic_ssg import Site\nsite = Site(repository='./content')\n"
        '-- prismic.config.json --\n{"routes": [{"type": "page"}]}\n' + GOOD,
        2,
        ["prismic.config.json: routes: {'type': 'page'} is not a route"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_input(cli, folder, case):
    text, code, said = CASES[case]
    project = folder(text)
    if case == "a template that is no text":
        (project / "templates").mkdir()
        (project / "templates/bad.html").write_bytes(b"\xff\xfe")
    answer = cli("-C", project, "build")
    for expected in said:
        assert expected in answer.err
    assert answer.code == code
    assert "Traceback" not in answer.err
    assert answer.out == ""
    assert not (project / "dist").exists()


def test_json_that_is_nested_without_an_end(cli, folder):
    deep = "[" * 100_000 + "]" * 100_000
    document = f'{{"id": "a", "type": "page", "data": {{"x": {deep}}}}}'
    answer = cli("-C", folder(f"-- content/documents/a.json --\n{document}\n"), "build")
    assert answer.code != 0
    assert "Traceback" not in answer.err
    # From 3.14 on Python reads the file: what can't be done with the document is found out later.
    if sys.version_info < (3, 14):
        assert "error: documents/a.json: is nested too deeply" in answer.err


def test_a_configuration_in_utf_16(cli, folder):
    project = folder("-- prismicio.py --\nfrom prismic_ssg import Site\nsite = Site()\n" + GOOD)
    text = (project / "prismicio.py").read_text()
    (project / "prismicio.py").write_text(text, "utf-16")
    answer = cli("-C", project, "build")
    assert answer.code == 2
    assert answer.err == "error: prismicio.py is not a UTF-8 text\n  save it as UTF-8\n"


def test_redirects_in_utf_16(cli, folder):
    site = "from prismic_ssg import Site\nsite = Site(redirects='r.json', repository='./content')\n"
    project = folder(f"-- prismicio.py --\n{site}{GOOD}")
    (project / "r.json").write_text('{"/old/": "/"}', "utf-16")
    answer = cli("-C", project, "build")
    assert answer.code == 2
    assert "error: r.json is not a UTF-8 text\n  save it as UTF-8\n" in answer.err


def test_a_document_in_utf_16(cli, folder):
    project = folder(GOOD)
    (project / "content/documents").mkdir(exist_ok=True)
    (project / "content/documents/a.json").write_text('{"id": "a", "type": "page"}', "utf-16")
    answer = cli("-C", project, "build")
    assert answer.code == 1
    assert "documents/a.json: not UTF-8, but UTF-16" in answer.err


def test_a_hint_of_several_lines_is_indented(cli, folder):
    answer = cli("-C", folder(GOOD), "query", 'at(my.page.titel, "x")')
    assert "\n  the field is unknown, or no document of its type is published yet\n" in answer.err


def test_a_folder_without_a_prismicio(cli, tmp_path):
    answer = cli("-C", tmp_path, "build")
    assert answer.code == 2
    assert "there is no prismicio.py in" in answer.err


def test_a_project_that_is_not_there(cli, tmp_path):
    answer = cli("-C", tmp_path / "nowhere", "build")
    assert answer.code == 2
    assert "does not exist" in answer.err


def test_an_output_folder_that_can_not_be_written(cli, folder):
    answer = cli("-C", folder(GOOD), "build", "-o", "/proc/nowhere")
    assert answer.code == 1
    assert "can't write the output" in answer.err


def test_an_unknown_flag(cli, folder):
    assert cli("-C", folder(GOOD), "build", "--nope").code == 2


def test_several_mistakes_are_all_named(cli, folder):
    project = folder(
        '-- content/documents/a.json --\n{"id": \n-- content/documents/b.json --\n{"uid": "b"}\n'
    )
    answer = cli("-C", project, "build")
    assert "documents/a.json" in answer.err
    assert "documents/b.json" in answer.err


def test_a_file_that_the_system_refuses_is_named(cli, folder):
    project = folder(GOOD + "-- templates/other.html --\nx\n")
    (project / "templates/page.html").symlink_to("page.html")
    said = cli("-C", project, "build")
    assert said.code == 1
    assert "templates/page.html': Too many levels of symbolic links" in said.err
    assert "look at the permissions" in said.err
    assert "Traceback" not in said.err
    assert not (project / "dist").exists()
    assert "Traceback" in cli("--traceback", "-C", project, "build").err


def test_what_nobody_foresaw_is_no_traceback(capsys, monkeypatch):
    @click.group()
    def commands():
        pass

    @commands.command()
    def surprise():
        raise ZeroDivisionError("too little")

    monkeypatch.setattr("sys.argv", ["prismic-ssg", "surprise"])
    assert run(commands) == 1
    said = capsys.readouterr().err
    assert "error: the command broke off: ZeroDivisionError: too little\n" in said
    assert "--traceback" in said
    assert "Traceback" not in said


def test_what_is_the_same_on_many_pages_is_told_once(cli, folder):
    posts = "".join(
        f'-- content/p{number}.json --\n{{"type": "post", "uid": "p{number}"}}\n'
        for number in range(20)
    )
    project = folder(
        "-- prismicio.py --\nfrom prismic_ssg import Route, Site\nsite = Site("
        "repository='./content', routes=[Route('page', '/:uid'), Route('post', '/blog/:uid')])\n"
        "-- templates/post.html --\n{{ doc.data.x|shout }}\n"
        "-- templates/page.html --\n{{ nothing }}\n" + GOOD + posts
    )
    said = cli("-C", project, "build")
    assert said.err.count("No filter named 'shout'") == 1
    assert (
        "  on page /blog/p0\n  also on /blog/p1, /blog/p10, /blog/p11, /blog/p12 and 15 more\n"
        in (said.err)
    )
    # What is wrong elsewhere is not pushed out of sight.
    assert "'nothing' is undefined" in said.err
    assert "21 problems, so nothing was published" in said.err
    assert cli("-v", "-C", project, "build").err.count("No filter named 'shout'") == 20


def test_flags_of_all_commands_count_for_errors_too(cli, folder):
    project = folder("-- prismicio.py --\nsites = []\n")
    assert "\x1b[" in cli("--color", "-C", project, "build").err
    assert "\x1b[" not in cli("--no-color", "-C", project, "build").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["emulate", "{}/content", "-p", "99999"], "99999 is not in the range 0<=x<=65535"),
        (["emulate", "{}/content", "--latency", "-5"], "-5 is not in the range x>=0"),
        (["emulate", "{}/content", "--webhook", "here"], "--webhook 'here' is no address"),
        (["emulate", "{}/nowhere"], "prismic-ssg pull writes it"),
        (["emulate", "{}/content", "--host", "192.0.2.1"], "give an address of this machine"),
        (["-C", "{}", "serve", "--host", "192.0.2.1"], "give an address of this machine"),
        (["webhook", "send", "here"], "'here' is no address: give one such as http://"),
        (["webhook", "send", "http://a b/x"], "is no address"),
        (["webhook", "send", "http://localhost:99999/x"], "is no address"),
        (["webhook", "send", "http://localhost:x/"], "is no address"),
        (["webhook", "send", "http://a..b/x y"], "is no address"),
        (["emulate", "{}/content", "--webhook", "http://localhost:0/x"], "is no address"),
        (["-C", "{}", "build", "--ref", "x", "--release", "y"], "give --ref or --release"),
    ],
)
def test_a_value_that_can_not_be_is_refused_at_once(cli, folder, arguments, said):
    project = folder(GOOD)
    answer = cli(*(each.format(project) for each in arguments))
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err


OBEYED = "\x1b]0;owned\x07\x9b2J\u202e"
ODD = f"""
-- templates/page.html --
{{{{ slice_zone(doc.data.body) }}}}{{{{ doc.data.text|as_html }}}}
-- content/a.json --
{{"type": "page", "uid": "a", "data": {{
  "title": {json.dumps(OBEYED)}, "text": [{{"type": "paragraph", {json.dumps(OBEYED)}: 1}}],
  "body": [{{"slice_type": {json.dumps(OBEYED)}, "primary": {{}}, "items": []}}]}}}}
"""


@pytest.mark.parametrize("command", [["build"], ["query"], ["slices"]])
def test_nothing_that_content_is_called_moves_the_cursor(cli, folder, command):
    said = cli("-C", folder(ODD), *command)
    assert "owned" in said.out + said.err
    assert not set("\x1b\x07\x9b\u202e") & set(said.out + said.err)
