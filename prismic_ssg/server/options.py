"""What `serve` was asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Options:
    """What `serve` was asked for. `build` are options of build()."""

    folder: Path
    build: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    watches: bool = True
    reloads: bool = True
    trigger: Path | None = None
    poll_s: float | None = None
