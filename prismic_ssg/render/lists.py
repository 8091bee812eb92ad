"""Lists as text, as a language writes them: `ash, maple et oak`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from markupsafe import Markup

from prismic_ssg.errors import PrismicSsgError
from prismic_ssg.render.dates import locale_of

_STYLES: Mapping[str, Literal["standard", "or", "unit"]] = {
    "and": "standard",
    "or": "or",
    "unit": "unit",
}


def format_list(values: Iterable[Any], style: str = "and", *, lang: str = "en") -> Markup:
    """The values in a row in the language `lang`, with its word for `and` or `or` before the last;
    with `unit` without a word. Texts are escaped, markup is not.

    Raises PrismicSsgError for another style, and where babel is not installed.
    """
    if style not in _STYLES:
        raise PrismicSsgError(
            f"a list is not joined by {style!r}", hint='it is by "and", "or" or "unit"'
        )
    try:
        from babel.lists import format_list as joined
    except ImportError:
        raise PrismicSsgError(
            "lists in the page's language need babel, which is not installed",
            hint='run pip install "prismic-ssg[babel]", or write join(", ")',
        ) from None
    shown = [Markup("{}").format(value) for value in values]
    # Joined are placeholders that no language has: values may hold anything, markup among it.
    marks = [f"\ue000{number}\ue001" for number in range(len(shown))]
    text = Markup.escape(joined(marks, _STYLES[style], locale_of(lang)))
    pieces = str(text).split("\ue000")
    whole = pieces[0]
    for piece in pieces[1:]:
        number, _, rest = piece.partition("\ue001")
        whole += shown[int(number)] + Markup(rest)  # noqa: S704  (escaped above)
    return Markup(whole)  # noqa: S704
