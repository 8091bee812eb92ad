"""What comes of pages when the site's own code does what nobody thought of."""

from __future__ import annotations

from pathlib import Path

import pytest
from site_harness import BuiltSite

from prismic_ssg.errors import BuildFailed

SITE = """
-- prismicio.py --
import sys

from prismic_ssg import Route, Site


def leave(value):
    sys.exit(3)


site = Site(repository="content", routes=[Route("page", "/:uid")], filters={"leave": leave})
-- templates/page.html --
<h1>One</h1>
{{ doc.uid|leave }}
-- content/first.json --
{"type": "page", "uid": "first", "data": {}}
"""


def test_a_filter_that_ends_the_program_is_an_error_of_its_page(tmp_path: Path) -> None:
    site = BuiltSite(tmp_path / "site", SITE)
    with pytest.raises(BuildFailed) as failed:
        site.build()
    (problem,) = failed.value.problems
    assert "ends the program" in problem.message
    assert getattr(problem, "template", None) == "templates/page.html"
