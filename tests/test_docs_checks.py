"""docs/checks.md: every finding is explained, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

from prismic_ssg.checks.findings import KINDS, Severity

PAGE = (Path(__file__).parents[1] / "docs/checks.md").read_text("utf-8")
EXPLAINED = dict(re.findall(r"^### `([\w-]+)`\n\n(.*)$", PAGE, re.MULTILINE))


def test_every_finding_is_explained_in_their_order():
    assert list(EXPLAINED) == list(KINDS)


def test_what_never_fails_a_check_is_called_a_note():
    notes = {code for code, kind in KINDS.items() if kind.severity is Severity.NOTE}
    assert {code for code, text in EXPLAINED.items() if text.startswith("A note: ")} == notes
