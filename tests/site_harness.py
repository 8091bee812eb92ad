"""Whole-site tests: one text holds the whole site, a test says what is built and how much.

    built = site('''
    -- templates/post.html --
    {{ doc.data.title }}
    -- content/a.json --
    {"type": "post", "uid": "a", "data": {"title": "A"}}
    ''')
    assert built.text("/post/a") == "A"

A file is what stands below its `-- name --`. Documents are `content/NAME.json`, and may leave out
what does not matter: `id` is then the file's name, `lang` en-us. Without a `prismicio.py` the site
has the default routes, no base URL, and nothing else.
"""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prismic_ssg import BuildFailed, BuildReport, build

_FILE = re.compile(r"^[ ]*-- (\S+) --\n?", re.MULTILINE)
_PRISMICIO = 'from prismic_ssg import Site\nsite = Site(repository="./content")\n'


class BuiltSite:
    """A site in a folder of its own, and what its last build did."""

    def __init__(self, folder: Path, text: str) -> None:
        self.folder = folder
        self.report = BuildReport()
        self.options: dict[str, Any] = {"environment": {}}
        self.write("prismicio.py", _PRISMICIO)
        self.write("content/repository.json", "{}")
        parts = _FILE.split(text)
        for name, content in zip(parts[1::2], parts[2::2], strict=True):
            self.write(name, textwrap.dedent(content).rstrip("\n "))

    def write(self, name: str, content: str) -> None:
        """Put a file into the site; a document gets what it leaves out."""
        if re.fullmatch(r"content/[^/]+\.json", name) and name != "content/repository.json":
            stem = Path(name).stem
            document = {"id": stem, "lang": "en-us", "data": {}, **json.loads(content)}
            name, content = f"content/documents/{stem}.json", json.dumps(document)
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")

    def edit(self, document_id: str, /, **fields: Any) -> BuildReport:
        """Change fields of a document, and build."""
        path = self.folder / "content/documents" / f"{document_id}.json"
        document = json.loads(path.read_text("utf-8"))
        document["data"].update(fields)
        path.write_text(json.dumps(document), "utf-8")
        return self.build()

    def build(self, **options: Any) -> BuildReport:
        """Build, by `self.options` where nothing else is said."""
        self.report = build(self.folder, **{**self.options, **options})
        return self.report

    def from_scratch(self, **options: Any) -> Mapping[str, bytes]:
        """Every file that a build makes into an empty folder."""
        folder = self.folder / "scratch"
        shutil.rmtree(folder, ignore_errors=True)
        build(self.folder, **{**self.options, **options, "output": folder})
        return _files(folder)

    def failure(self, **options: Any) -> BuildFailed:
        """What a build that must fail says."""
        try:
            self.build(**options)
        except BuildFailed as failure:
            return failure
        raise AssertionError("the build did not fail")

    @property
    def dist(self) -> Path:
        return self.folder / "dist"

    def text(self, path: str) -> str:
        """The page at a path, without white space around it."""
        file = self.dist / path.strip("/")
        return (file / "index.html" if file.is_dir() else file).read_text("utf-8").strip()

    @property
    def files(self) -> Mapping[str, bytes]:
        """Every file of the output but the list that prismic-ssg keeps there."""
        return _files(self.dist)


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".prismic-ssg-output"
    }
