"""What reading JSON raises where it is broken."""

from __future__ import annotations

import msgspec

# Also where it is nested so deeply that nobody can have meant it.
BROKEN_JSON = (msgspec.DecodeError, RecursionError)
