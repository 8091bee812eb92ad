"""What `serve` was asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Options:
    """What `serve` was asked for. `build` are options of build(). Where nothing is ever built, the
    site `renders` every page when it is asked for."""

    folder: Path
    build: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    watches: bool = True
    renders: bool = False
    reloads: bool = True
    trigger: Path | None = None
    poll_s: float | None = None
