"""Code with Pygments where it is installed (the extra `highlight`): classes, no inline style."""

from __future__ import annotations

from prismic_ssg.errors import PrismicSsgError

CLASS = "highlight"


def highlighted(code: str, language: str) -> str | None:
    """Code as HTML with a `<span class>` for each token.

    None without a language, for one that Pygments does not know, and where it is not installed.
    """
    if not language:
        return None
    try:
        from pygments import highlight
        from pygments.formatters.html import HtmlFormatter
        from pygments.lexers import get_lexer_by_name
        from pygments.util import ClassNotFound
    except ImportError:
        return None
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def highlight_css(style: str = "default", dark: str | None = None) -> str:
    """The style sheet for highlighted code, in one of Pygments' styles.

    With `dark`, another style for readers who asked for a dark page.

    Raises PrismicSsgError for an unknown style, and where Pygments is not installed.
    """
    try:
        from pygments.styles import get_all_styles
    except ImportError:
        raise PrismicSsgError(
            "highlight_css() needs Pygments, which is not installed",
            hint='run pip install "prismic-ssg[highlight]"',
        ) from None
    known = sorted(get_all_styles())
    for each in filter(None, (style, dark)):
        if each not in known:
            raise PrismicSsgError(
                f"Pygments has no style {each!r}", hint=f"it has {', '.join(known)}"
            )
    css = _rules(style)
    return f"{css}\n@media (prefers-color-scheme: dark) {{\n{_rules(dark)}\n}}" if dark else css


def _rules(style: str) -> str:
    from pygments.formatters.html import HtmlFormatter

    return str(HtmlFormatter(style=style).get_style_defs(f".{CLASS}"))  # type: ignore[no-untyped-call]
