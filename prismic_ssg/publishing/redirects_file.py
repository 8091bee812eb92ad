"""The text of `_redirects` for Netlify and Cloudflare: the site's own rules and a build's.

Sources: docs.netlify.com "Redirects and rewrites" (one rule a line, special characters of paths
encoded, 301 by default); developers.cloudflare.com "Redirects" (302 by default, so the status is
always written; 2,000 rules without a wildcard or placeholder, and 100 from the first that has one
on, whatever those are).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote

import msgspec

from prismic_ssg.errors import ConfigurationError, PrismicSsgError
from prismic_ssg.publishing.redirects import SAFE, Redirects, encoded, on_site, spellings

# Cloudflare reads so many rules without a wildcard, and rules of so many characters.
MOST_RULES = 2_000
_LONGEST_RULE = 1_000

_WILD = re.compile(r"\*|:[A-Za-z]\w*")
_BY_US = "# By prismic-ssg.\n"

# Both hosts compare an address with what a browser sends, and a browser leaves these as they are.
# Seen in wrangler 4 and in netlify-redirector 0.5, Netlify's own matching.
SENT = f"{SAFE}$|[]:"


class _Own(msgspec.Struct, frozen=True):
    """The site's own file in two, and what of ours may not stand between them.

    `decided` are the paths that have a rule for all readers. In front of what is in `rest`, which
    is from the first rule with a wildcard on, no path may stand that `leads` matches.
    """

    front: str
    rest: str
    decided: frozenset[str]
    leads: re.Pattern[str]


def rules_file(redirects: Redirects, own: str, base_path: str) -> tuple[str, list[PrismicSsgError]]:
    """`_redirects`, and what is to be said about it.

    Of the rules for a path the first wins, and that is one of `own`, the site's file, where it has
    any. The others stand in front of its wildcards, so that Cloudflare reads them all. A page that
    is gone needs no rule: both hosts answer 404, and have no word for 410.
    """
    theirs = _read(own)
    first: list[str] = []
    last: list[str] = []
    problems: list[PrismicSsgError] = []
    for each in redirects.all:
        if each.target is None:
            continue
        target = on_site(each.target, base_path)
        for source in spellings(each):
            path = encoded(base_path) + _sent(source)
            line = f"{path} {target} {each.status}\n"
            if path not in theirs.decided and len(line) <= _LONGEST_RULE:
                (last if theirs.leads.fullmatch(unquote(path)) else first).append(line)
        if _colon(each.source) and not each.is_learned:
            problems.append(
                ConfigurationError(
                    f"Site(redirects=…): {each.source!r} has a colon that hosts take for a "
                    "placeholder, so it leads nowhere in _redirects",
                    hint="write a rule for it into static/_redirects as your host wants it",
                )
            )
    if not first and not last:
        return own, problems
    count = len(first) + len(last)
    if count > MOST_RULES:
        problems.append(
            ConfigurationError(
                f"_redirects has {count:,} rules; Cloudflare reads {MOST_RULES:,} of them",
                hint="on Netlify all of them count; elsewhere use Site(redirects_as=…)",
            )
        )
    parts = (theirs.front, _block(first), theirs.rest, _block(last))
    return "\n".join(f"{part.rstrip()}\n" for part in parts if part.strip()), problems


def _block(lines: Sequence[str]) -> str:
    return f"{_BY_US}{''.join(lines)}" if lines else ""


# Of `:name` Netlify makes a placeholder where a part begins, Cloudflare anywhere.
_COLON = re.compile(r"(?<=/):|:(?=[A-Za-z])")


def _colon(path: str) -> bool:
    return _COLON.search(path) is not None


def _sent(path: str) -> str:
    return _COLON.sub("%3A", quote(path, safe=SENT))


def _read(own: str) -> _Own:
    lines = own.splitlines(keepends=True)
    rules = [words_of(line) for line in lines]
    wild = [at for at, words in enumerate(rules) if words and _WILD.search(words[0])]
    begin = wild[0] if wild else len(lines)
    if any(map(_is_for_some, rules)):
        # Netlify alone knows such rules, and has no limit that order has to do with.
        begin = len(lines)
    while 0 < begin < len(lines) and lines[begin - 1].lstrip().startswith("#"):
        begin -= 1
    return _Own(
        "".join(lines[:begin]),
        "".join(lines[begin:]),
        frozenset(words[0] for words in rules if words and not _is_for_some(words)),
        re.compile(
            "|".join(_pattern(words[0]) for words in rules[begin:] if _leads(words)) or "(?!)"
        ),
    )


def words_of(line: str) -> list[str]:
    """The words of a line of `_redirects`, up to a comment."""
    words = line.split()
    comment = next((at for at, word in enumerate(words) if word.startswith("#")), len(words))
    return words[:comment]


def _leads(words: Sequence[str]) -> bool:
    """Whether a rule leads anywhere: one with 404 is for what no other is for."""
    return bool(words) and not (len(words) > 2 and words[2].startswith("404"))


def _is_for_some(words: Sequence[str]) -> bool:
    """Whether a rule is for a country, a language, a role or a query: others are free for a later
    one."""
    rest = [each for each in words[1:] if not each.startswith(("/", "http://", "https://"))]
    return any("=" in each for each in rest)


def _pattern(source: str) -> str:
    """What a source may be for, on either host: with and without a last slash, `/a` for `/a/*`."""
    bare = source.rstrip("/")
    is_folder = bare.endswith("/*")
    pattern, end = "", 0
    bare = bare.removesuffix("/*")
    for found in _WILD.finditer(bare):
        pattern += re.escape(unquote(bare[end : found.start()]))
        pattern += ".*" if found[0] == "*" else "[^/]+"
        end = found.end()
    pattern += re.escape(unquote(bare[end:]))
    return f"{pattern}(?:/.*)?" if is_folder else f"{pattern}/?"
