"""What exact nesting costs: as_html against a loop that joins strings and ignores overlaps.

    python benchmarks/richtext.py

Prints the median time of both on a field of 1,000 words (headings, paragraphs with spans and links,
lists), and their ratio, which must stay at or below 1.5. Both are measured in turns, so that a busy
machine slows both.
"""

import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from prismic_ssg.content.richtext_html import as_html

WORDS = [
    "A",
    "site's",
    "content",
    "moves",
    "from",
    "the",
    "editor's",
    '"draft"',
    "to",
    "the",
    "reader's",
    "page",
    "&",
    "back",
    "in",
    "a",
    "<short>",
    "while",
]
GOAL = 1.5


def text(words: int, first: int = 0) -> str:
    return " ".join(WORDS[(first + at) % len(WORDS)] for at in range(words))


def spans(length: int) -> list[dict[str, Any]]:
    link = {"link_type": "Web", "url": "https://example.org/?a=1&b=2"}
    to_document = {"link_type": "Document", "id": "Z1", "url": "/blog/spring/"}
    return [
        {"type": "strong", "start": 2, "end": 12},
        {"type": "hyperlink", "start": 20, "end": 40, "data": link},
        {"type": "em", "start": 50, "end": 60},
        {"type": "hyperlink", "start": 70, "end": min(90, length), "data": to_document},
    ]


def field(suffix: str = "") -> list[dict[str, Any]]:
    """About 1,000 words in 8 sections; `suffix` ends each paragraph."""
    blocks: list[dict[str, Any]] = []
    for section in range(8):
        blocks.append({"type": "heading2", "text": text(6, section), "spans": []})
        for part in range(2):
            body = text(40, section + part) + suffix
            blocks.append({"type": "paragraph", "text": body, "spans": spans(len(body))})
        blocks += [
            {"type": "list-item", "text": body, "spans": [{"type": "em", "start": 0, "end": 5}]}
            for body in (text(10, at) for at in range(4))
        ]
    return blocks


def escape(raw: str) -> str:
    raw = raw.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#39;")
    return raw.replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br />")


TAGS = {"heading2": "h2", "paragraph": "p", "list-item": "li", "strong": "strong", "em": "em"}


def naive(blocks: list[dict[str, Any]]) -> str:
    """What a template author writes first: spans in order, each opened and closed, lists joined."""
    html = ""
    in_list = False
    for block in blocks:
        if (block["type"] == "list-item") != in_list:
            in_list = not in_list
            html += "<ul>" if in_list else "</ul>"
        tag = TAGS[block["type"]]
        html += f"<{tag}>"
        raw = block["text"]
        at = 0
        for span in block["spans"]:
            html += escape(raw[at : span["start"]])
            inner = escape(raw[span["start"] : span["end"]])
            if span["type"] == "hyperlink":
                link = span["data"]
                rel = ' rel="noopener noreferrer"' if link["link_type"] == "Web" else ""
                html += f'<a href="{escape(link["url"])}"{rel}>{inner}</a>'
            else:
                html += f"<{TAGS[span['type']]}>{inner}</{TAGS[span['type']]}>"
            at = span["end"]
        html += escape(raw[at:]) + f"</{tag}>"
    return html + ("</ul>" if in_list else "")


def seconds(*functions: Callable[[], Any], rounds: int = 300) -> list[float]:
    """The median time of each, called in turns."""
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(rounds):
        for function, taken in zip(functions, times, strict=True):
            start = time.perf_counter()
            function()
            taken.append(time.perf_counter() - start)
    return [statistics.median(taken) for taken in times]


def main() -> int:
    blocks = field()
    words = sum(len(block["text"].split()) for block in blocks)
    if as_html(blocks) != naive(blocks):
        sys.exit("the two do not write the same HTML: the comparison would be of different work")
    with_emoji = field(" 😀")
    by_loop, *others = seconds(
        lambda: naive(blocks),
        lambda: as_html(blocks),
        lambda: as_html(blocks, quirks=False),
        lambda: as_html(blocks, quirks=False, safe=True),
        lambda: as_html(with_emoji),
        lambda: as_html(blocks, serializer=lambda *_: None),
    )
    print(f"words               {words:7}")
    print(f"naive loop          {by_loop * 1e6:7.0f} us")
    names = ("as_html", "... for readers", "... and safe", "... with emoji", "... with a function")
    for name, taken in zip(names, others, strict=True):
        print(f"{name:<19} {taken * 1e6:7.0f} us  ratio {taken / by_loop:.2f}")
    return 0 if others[0] <= GOAL * by_loop else 1


if __name__ == "__main__":
    sys.exit(main())
