from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from site_harness import BuiltSite

from prismic_ssg.check import CheckReport, check

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)

Check = Callable[..., CheckReport]


@pytest.fixture
def checked(tmp_path: Path) -> Check:
    """What the check of a site, from one text, finds."""

    def run(text: str, **options: object) -> CheckReport:
        options.setdefault("environment", {})
        return check(BuiltSite(tmp_path, text).folder, now=NOW, **options)

    return run
