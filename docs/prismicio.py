"""The documentation as a site: the Markdown files beside this one are its pages.

    prismic-ssg -C docs build           writes it to build/docs/
    prismic-ssg -C docs serve --watch   shows it, and again after every change

It has no documents: `content/` is an empty local repository. GitHub shows the same files, so links
are written from file to file. Those to files that are no pages lead to GITHUB_REPOSITORY where that
is set, as in GitHub's own workflows, and are plain text elsewhere.
"""

import os
import re
from importlib.util import find_spec
from pathlib import Path

from prismic_ssg import Site

HERE = Path(__file__).parent

# Every page in the order of reading. Pages that are not named come last.
CHAPTERS = {
    "Begin": ["index.md", "tutorial.md"],
    "Make a site": ["configuration.md", "routes.md", "templates.md", "publishing.md", "checks.md"],
    "Publish it": ["previews.md", "deploy.md", "incremental.md"],
    "Move here": ["eleventy.md", "gatsby.md", "next.md"],
    "Look up": ["cli.md", "errors.md", "client.md", "emulator.md"],
    "Behind it": ["architecture.md"],
}

# Texts of the project that are pages of the site, too.
ELSEWHERE = {
    "../prismic_ssg/emulator/FIDELITY.md": "/fidelity/",
    "../CHANGELOG.md": "/changes/",
}


def heading_of(file: Path) -> str:
    """The first heading of a Markdown file, as text."""
    found = re.search(r"^# (.+)$", file.read_text("utf-8"), re.MULTILINE)
    return found[1].replace("`", "") if found else file.stem


def title_of(name: str) -> str:
    """What a link that names a file is called here, where nobody sees files."""
    return heading_of(HERE / name) if (HERE / name).is_file() else name


def chapters() -> list[dict[str, object]]:
    """What the sidebar shows: chapters with their pages, those of CHAPTERS that are there first."""
    named = {name for names in CHAPTERS.values() for name in names}
    others = sorted(file.name for file in HERE.glob("*.md") if file.name not in named)
    there = {**CHAPTERS, "More": others}
    shown = [
        {"title": title, "pages": [entry(name) for name in names if (HERE / name).is_file()]}
        for title, names in there.items()
    ]
    shown[4]["pages"].append({"path": "/fidelity/", "title": "The emulator’s fidelity"})
    shown[5]["pages"].append({"path": "/changes/", "title": "What changed"})
    return [chapter for chapter in shown if chapter["pages"]]


def entry(name: str) -> dict[str, str]:
    stem = name.removesuffix(".md")
    path = "/" if stem == "index" else f"/{stem}/"
    return {"path": path, "title": "Overview" if stem == "index" else heading_of(HERE / name)}


def source_url(environment: dict[str, str]) -> str:
    """Where the files of this checkout can be read, "" where nobody says."""
    repository = environment.get("GITHUB_REPOSITORY")
    server = environment.get("GITHUB_SERVER_URL", "https://github.com")
    return f"{server}/{repository}/blob/main" if repository else ""


def contents(html: str) -> list[dict[str, str]]:
    """Headings of the second and third level: what a page's table of contents is made of."""
    return [
        {
            "level": int(level),
            "id": id_,
            "title": re.sub(r"<a class=\"permalink\".*?</a>", "", inner),
        }
        for level, id_, inner in re.findall(r'<h([23]) id="([^"]+)">(.*?)</h\1>', html)
    ]


def linked(html: str, base_path: str) -> str:
    """Links to files outside of this folder, which GitHub follows, made ones that work here."""
    source = source_url(dict(os.environ))

    def lead(match: re.Match[str]) -> str:
        target, text = match[1], match[2]
        name, hash_, anchor = target.partition("#")
        if name in ELSEWHERE:
            return f'<a href="{base_path}{ELSEWHERE[name]}{hash_}{anchor}">{text}</a>'
        if source:
            return f'<a href="{source}/{target.removeprefix("../")}">{text}</a>'
        return text

    html = re.sub(r'<a href="(\.\./[^"]*)">(.*?)</a>', lead, html, flags=re.DOTALL)
    # Markdown has no table without a head; one of empty cells is none.
    html = re.sub(r"<thead>\s*<tr>\s*(?:<th[^>]*></th>\s*)+</tr>\s*</thead>\s*", "", html)
    html = re.sub(r"(?<=>)[a-z]+\.md(?=</a>)", lambda name: title_of(name[0]), html)
    return html.replace("<table>", '<div class="scroll" tabindex="0"><table>').replace(
        "</table>", "</table></div>"
    )


def lede(html: str) -> str:
    """The first paragraph as text: what a search engine shows."""
    found = re.search(r"<p>(.*?)</p>", html, re.DOTALL)
    text = re.sub(r"<[^>]+>|\s+", " ", found[1]).replace("  ", " ").strip() if found else ""
    return text if len(text) < 200 else text[:200].rpartition(" ")[0] + " …"


site = Site(
    repository="./content",
    routes=[],
    languages={"en-us": "en"},
    pages=".",
    # Not in this folder: everything that ends in .md here is a page.
    output="../build/docs",
    permalinks=True,
    # With the extra of this name; the documentation can be built without.
    search=find_spec("pagefind") is not None,
    filters={"contents": contents, "linked": linked, "lede": lede},
    globals={
        "chapters": chapters(),
        "source": source_url(dict(os.environ)),
        "fidelity": (HERE / "../prismic_ssg/emulator/FIDELITY.md").read_text("utf-8"),
        "changes": (HERE / "../CHANGELOG.md").read_text("utf-8"),
    },
)
