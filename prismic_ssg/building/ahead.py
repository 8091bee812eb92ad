"""What a build will need, loaded while its content is on the way."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from threading import Thread

Counted = Callable[[int, int], None]

# All that renders hangs from it.
_RENDERS = "prismic_ssg.building.run"


def load_while_waiting(on_progress: Counted | None) -> Counted:
    """The same, but that from the first documents on what renders is loaded in a thread.

    It takes 0.1 s, in which a pull mostly waits for the network.
    """
    begun: list[Thread] = []

    def counted(done: int, total: int) -> None:
        if not begun:
            begun.append(Thread(target=_load, name="prismic-ssg-loads", daemon=True))
            begun[0].start()
        if on_progress is not None:
            on_progress(done, total)

    return counted


def _load() -> None:
    # Who needs it meets the error again, and where it can be told.
    with suppress(ImportError):
        import_module(_RENDERS)
