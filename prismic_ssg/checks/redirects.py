"""The rules of a `_redirects` file, as Netlify and Cloudflare Pages read them.

Source: Netlify, "Redirect options"; Cloudflare Pages, "Redirects". A line is `from to [status]`;
`*` at the end of `from` is `:splat` in `to`, `:name` is one part of the path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from prismic_ssg.publishing.redirects_file import words_of

_STATUS = re.compile(r"(\d{3})!?")
_PLACEHOLDER = re.compile(r":([A-Za-z_]\w*)")
_TARGETS = ("/", "http://", "https://")
_MOST_STEPS = 20


@dataclass(frozen=True)
class Rule:
    """One line. `is_conditional` is one for some readers only, by country, language or query;
    `rewrites` shows another page at this address instead of sending readers on."""

    line: int
    source: str
    target: str
    status: int
    is_conditional: bool

    @property
    def rewrites(self) -> bool:
        return self.status in (200, 404)

    @property
    def has_wildcards(self) -> bool:
        return "*" in self.source or _PLACEHOLDER.search(self.source) is not None

    def example(self) -> str:
        """A path that it is for."""
        return _PLACEHOLDER.sub(r"any-\1", self.source).replace("*", "any-page")

    def applied_to(self, path: str) -> str | None:
        """Where it sends a path, None where it is not for it."""
        path = unquote(path)
        if not self.has_wildcards:
            return self.target if path.rstrip("/") == unquote(self.source).rstrip("/") else None
        names: list[str] = []
        pattern = ""
        for part in re.split(r"(:[A-Za-z_]\w*|\*)", self.source):
            if part == "*":
                pattern, names = f"{pattern}(.*)", [*names, "splat"]
            elif _PLACEHOLDER.fullmatch(part):
                pattern, names = f"{pattern}([^/]+)", [*names, part[1:]]
            else:
                pattern += re.escape(unquote(part))
        # `/blog/*` is for `/blog` too.
        pattern = re.sub(r"/\(\.\*\)\Z", "(?:/(.*))?", pattern)
        found = re.fullmatch(pattern, path)
        if found is None:
            return None
        values = dict(zip(names, (each or "" for each in found.groups()), strict=True))
        return _PLACEHOLDER.sub(lambda name: values.get(name[1], name[0]), self.target)


@dataclass(frozen=True)
class Redirects:
    """All rules, in the order in which they are tried."""

    rules: tuple[Rule, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Redirects:
        """The rules of a `_redirects` file. Lines that are none are left out."""
        rules = []
        for number, line in enumerate(text.split("\n"), start=1):
            rule = _rule(number, words_of(line))
            if rule:
                rules.append(rule)
        return cls(tuple(rules))

    def below(self, base_path: str) -> Redirects:
        """The rules for paths below that of `base_url`, which they lack then, as pages' paths do.

        What else there may be on the host is not known: rules for it are left out, and what leads
        there is as an address of another site.
        """
        if not base_path:
            return self
        prefix = f"{base_path}/"
        return Redirects(
            tuple(
                replace(
                    rule,
                    source=f"{rule.source}/".removeprefix(base_path).removesuffix("/") or "/",
                    target=_below(rule.target, prefix),
                )
                for rule in self.rules
                if f"{rule.source}/".startswith(prefix)
            )
        )

    def rule_for(self, path: str) -> tuple[Rule, str] | None:
        """The first rule for a path and where it leads, None where there is none."""
        for rule in self.rules:
            led = None if rule.is_conditional else rule.applied_to(path)
            if led is not None:
                return rule, led
        return None

    def way_from(self, path: str, is_page: Callable[[str], bool]) -> Iterator[str]:
        """The addresses that a reader is sent to, one after the other.

        Ends at a page, at an address of another site, where no rule sends on, or after having been
        everywhere.
        """
        for _ in range(_MOST_STEPS):
            found = self.rule_for(path)
            if found is None or found[0].rewrites:
                return
            yield found[1]
            path = found[1].partition("#")[0].partition("?")[0]
            if not path.startswith("/") or path.startswith("//") or is_page(path):
                return


def _rule(number: int, words: Sequence[str]) -> Rule | None:
    """The rule of a line, None where it is none.

    Before the target stands what a query must have, after it the status, then further conditions:
    `/store id=:id /blog/:id 302 Country=fr`. Without a target a rule shows what is there, below
    `/app/*`.
    """
    if not words or not words[0].startswith("/"):
        return None
    source, *rest = words
    at = next((at for at, word in enumerate(rest) if word.startswith(_TARGETS)), None)
    if rest and _STATUS.fullmatch(rest[0]):
        is_forward = source.endswith("/*") and rest[0].startswith("2")
        query, after = [], rest
        target = f"{source[:-1]}:splat" if is_forward else None
    else:
        target = None if at is None else rest[at]
        query, after = rest[:at], rest[(at or 0) + 1 :]
    status = _STATUS.fullmatch(after[0]) if after else None
    if target is None or (after and not status):
        return None
    is_conditional = bool(query) or len(after) > 1
    return Rule(number, source, target, int(status[1]) if status else 301, is_conditional)


def _below(target: str, prefix: str) -> str:
    if target.startswith(prefix):
        return target[len(prefix) - 1 :]
    is_elsewhere = target.startswith("/") and not target.startswith("//")
    return f"//elsewhere.invalid{target}" if is_elsewhere else target
