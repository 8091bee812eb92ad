"""docs/configuration.md: every member of Site is there, and every hook."""

from __future__ import annotations

import re
from dataclasses import fields

from docs_files import ROOT

from prismic_ssg import Site
from prismic_ssg.hooks import Hooked

TEXT = (ROOT / "docs/configuration.md").read_text("utf-8")
TABLE = TEXT.partition("## Everything that `Site` takes\n")[2].partition("\n## ")[0]


def test_the_table_has_every_member_of_site_and_no_other() -> None:
    named = [
        name
        for row in re.findall(r"^\| (`.*?) \|", TABLE, re.MULTILINE)
        for name in re.findall(r"`(\w+)`", row)
    ]
    assert sorted(named) == sorted(entry.name for entry in fields(Site))


def test_every_hook_is_explained() -> None:
    hooks = {name for name in vars(Hooked) if not name.startswith("_")} | {"pages"}
    assert len(hooks) == 5
    for name in hooks:
        assert f"| `@site.{name}` |" in TEXT, name
