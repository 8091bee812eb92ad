"""Attributes of HTML tags, as markup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape


def attributes(values: Mapping[str, Any]) -> Markup:
    """` name="value"` for each, in order; None and False leave one out, True is a bare name."""
    written = Markup("")
    for name, value in values.items():
        if value is True:
            written += Markup(" {}").format(name)
        elif value is not None and value is not False:
            written += Markup(' {}="{}"').format(name, escape(value))
    return written


def named(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords of a template as attributes: `class_` is `class`, `data_id` is `data-id`."""
    return {name.rstrip("_").replace("_", "-"): value for name, value in keywords.items()}
