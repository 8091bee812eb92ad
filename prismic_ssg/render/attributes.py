"""Attributes of HTML tags, as markup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape


def attributes(values: Mapping[str, Any]) -> Markup:
    """` name="value"` for each, in order; None and False leave one out, True is a bare name."""
    written = []
    for name, value in values.items():
        if value is True:
            written.append(f" {escape(name)}")
        elif value is not None and value is not False:
            written.append(f' {escape(name)}="{escape(value)}"')
    return Markup("".join(written))  # noqa: S704  (each part is escaped above)


def named(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords of a template as attributes: `class_` is `class`, `data_id` is `data-id`."""
    return {name.rstrip("_").replace("_", "-"): value for name, value in keywords.items()}
