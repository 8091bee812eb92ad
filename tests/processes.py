"""Processes that tests start."""

import signal


def heed_ctrl_c() -> None:
    """Undo what a shell does for what it runs in the background: it lets that ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
