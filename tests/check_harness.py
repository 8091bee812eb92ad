"""Sites to check, of which nothing is wrong but what a test puts into them."""

PAGE = """\
-- templates/page.html --
<!doctype html>
<html lang="en"><head><title>{{ doc.uid }}</title><meta name="description" content="{{ doc.uid }}">
<link rel="icon" href="data:,"></head>
<body>
"""
A = '-- content/a.json --\n{"type": "page", "uid": "a"}\n'


def page_of(html: str, more: str = "") -> str:
    """A site of one page, `/a`, with this in its body, which begins on line 5."""
    return f"{PAGE}{html}\n</body></html>\n{A}{more}"
