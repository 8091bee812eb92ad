"""Whole sites: the example has nothing to mend, real content is read to its end."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from prismic_ssg.check import Wishes, check
from prismic_ssg.checks.findings import KINDS, Severity

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[2] / "site.example"
NOW = datetime(2024, 5, 1, tzinfo=UTC)


def test_the_example_has_nothing_to_mend(tmp_path):
    site = tmp_path / "site"
    shutil.copytree(EXAMPLE, site, ignore=shutil.ignore_patterns("dist", ".prismic-ssg"))
    report = check(site, environment={}, now=NOW, wishes=Wishes(html=True))
    assert report.pages > 100
    assert [each for each in report.findings if each.severity is not Severity.NOTE] == []


def test_real_content_in_the_theme_has_findings_of_content_only(real_content, tmp_path):
    for source in sorted(real_content.glob("*/documents.jsonl")):
        site = tmp_path / source.parent.name
        site.mkdir()
        (site / "prismicio.py").write_text(
            f"from prismic_ssg import Site\nsite = Site(repository={str(source.parent)!r})"
        )
        report = check(site, environment={}, now=NOW, wishes=Wishes(html=True))
        assert report.pages
        ours = set(list(KINDS)[: list(KINDS).index("external-broken")])
        ours -= {"duplicate-title", "duplicate-description", "missing-description", "orphan-page"}
        assert [each for each in report.findings if each.code in ours] == [], source
