"""A folder that one process writes at a time."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path


def locked(folder: Path, on_wait: Callable[[], None] | None) -> int | None:
    """Wait until no other build writes this folder, and keep others waiting until it is closed.

    The folder itself is locked, so that nothing is left behind. Where a system (Windows) or a disk
    (some of those on a network) has no such locks, two builds at once are the user's to avoid.
    """
    if sys.platform == "win32":
        return None
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if on_wait is not None:
                on_wait()
            fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    return handle


def is_locked(folder: Path) -> bool:
    """Whether a build writes this folder just now, as far as the system knows."""
    if sys.platform == "win32":
        return False
    import fcntl

    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(handle)
    return False
