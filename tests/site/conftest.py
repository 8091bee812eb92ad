from collections.abc import Callable
from pathlib import Path

import pytest
from site_harness import BuiltSite

Site = Callable[..., BuiltSite]


@pytest.fixture
def unbuilt(tmp_path: Path) -> Site:
    """A site from one text, not built yet."""
    return lambda text: BuiltSite(tmp_path, text)


@pytest.fixture
def site(unbuilt: Site) -> Site:
    """A site from one text, built."""

    def built(text: str, **options: object) -> BuiltSite:
        made = unbuilt(text)
        made.build(**options)
        return made

    return built
