"""Elements that are opened and closed in the wrong order, as a browser would have to guess.

What is reported here is a parse error by the HTML standard (13.2.6.4.7, "The 'in body' insertion
mode"); not every parse error is reported: `--html` finds those. Elements whose end tag may be left
out are not followed, but for `<p>`, which others close: rich text inside of a `<p>` is the mistake
that templates make most.
"""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _names(
    "area base br col embed hr img input link meta param source track wbr "
    "basefont bgsound frame keygen"  # not to be written any more
)
_END_MAY_BE_LEFT_OUT = _names(
    "html head body li dt dd tr td th thead tbody tfoot colgroup caption option optgroup rt rp rb "
    "rtc"
)
_ENDS_A_PARAGRAPH_INSIDE = _names("li dt dd tr td th thead tbody tfoot caption body html")
_CLOSES_PARAGRAPH = _names(
    "address article aside blockquote center details dialog dir div dl fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr listing main menu nav ol p plaintext pre "
    "search section summary table ul xmp li dt dd"
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

# Inside of these, what is open around them is out of reach.
_BOUNDARIES = frozenset({"button", "table", "object", "template", "marquee", "applet", "svg"})
_NOT_IN_ITSELF = frozenset({"a", "button", "form", "nobr"})

# A page that is broken once tends to stay so.
_MOST = 5


class Nesting:
    """What is open at the moment, and what was wrong up to now: (offset, message)."""

    def __init__(self) -> None:
        self.problems: list[tuple[int, str]] = []
        self._open: list[tuple[str, int]] = []
        # Of those that are open: most blocks are in none, however deep they are.
        self._paragraphs = 0

    def start(self, name: str, offset: int, *, closes_itself: bool) -> None:
        """A start tag of an element whose name is in lower case."""
        opened = self._open
        if self._paragraphs and name in _CLOSES_PARAGRAPH and self._reaches("p"):
            self._close_paragraph(offset, f"<{name}>")
        if name in VOID:
            return
        if name in _END_MAY_BE_LEFT_OUT:
            if name in _ENDS_A_PARAGRAPH_INSIDE and opened and opened[-1][0] == "p":
                opened.pop()
                self._paragraphs -= 1
            return
        if opened and (
            (name in _NOT_IN_ITSELF and self._reaches(name))
            or (name in _HEADINGS and opened[-1][0] in _HEADINGS)
        ):
            self._note(offset, f"<{name}> inside of another <{opened[-1][0]}>")
        if closes_itself:
            if any(each in ("svg", "math") for each, _ in opened) or name in ("svg", "math"):
                return
            self._note(offset, f"<{name}/> does not close itself: write <{name}></{name}>")
            return
        opened.append((name, offset))
        self._paragraphs += name == "p"

    def end(self, name: str, offset: int) -> None:
        """An end tag."""
        opened = self._open
        if name == "p":
            if self._paragraphs and self._reaches("p"):
                self._close_paragraph(offset, "</p>")
            else:
                self._note(
                    offset, "</p> where no <p> is open: a block inside of it has closed it already"
                )
            return
        if opened and opened[-1][0] == "p" and name != "p" and name not in VOID:
            if name in _END_MAY_BE_LEFT_OUT and name not in _ENDS_A_PARAGRAPH_INSIDE:
                return
            opened.pop()
            self._paragraphs -= 1
        if name in _END_MAY_BE_LEFT_OUT:
            return
        if opened and opened[-1][0] == name:
            opened.pop()
            return
        for place in range(len(opened) - 1, -1, -1):
            if opened[place][0] == name:
                self._note(offset, f"</{name}> where <{opened[-1][0]}> is still open")
                self._paragraphs -= sum(each == "p" for each, _ in opened[place:])
                del opened[place:]
                return
        what = "an element that has no end" if name in VOID else f"no <{name}> is open"
        self._note(offset, f"</{name}>: {what}")

    def finish(self) -> None:
        """The end of the page."""
        for name, offset in self._open:
            if name != "p":
                self._note(offset, f"<{name}> is never closed")

    def _reaches(self, name: str) -> bool:
        for each, _ in reversed(self._open):
            if each == name:
                return True
            if each in _BOUNDARIES:
                return False
        return False

    def _close_paragraph(self, offset: int, by: str) -> None:
        opened = self._open
        if opened[-1][0] != "p":
            self._note(offset, f"{by} where <{opened[-1][0]}> is still open inside of a <p>")
        while opened.pop()[0] != "p":
            pass
        self._paragraphs -= 1

    def _note(self, offset: int, message: str) -> None:
        if len(self.problems) < _MOST:
            self.problems.append((offset, message))
