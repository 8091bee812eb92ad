"""`prismic-ssg serve`: the output over HTTP, rebuilt when something changes; and `app`, previews as
an ASGI application, which is made when it is first asked for (deployed.py)."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import os

    from prismic_ssg.server.deployed import deployed

    return globals().setdefault("app", deployed(os.environ))
