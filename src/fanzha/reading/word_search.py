"""Many expressions looked for in one text: only those are tried of which a part that must stand there does.

>>> search = WordSearch(["贷款", "代办[^，。]{0,4}信用卡", "(?:冒充|自称)[^，。]{0,4}客服"])
>>> [(which, match.group()) for which, match in search.matches("对方自称某客服，可代办大额信用卡")]
[(1, '代办大额信用卡'), (2, '自称某客服')]
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from operator import add
from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any


def one_of(words: Iterable[str]) -> str:
    """An expression for any of several, the longest first; none of them is tried where no first sign of one stands.

    `words`: texts or expressions, each of which begins with the sign itself that it finds first.

    >>> re.findall(one_of(["工行", "工商银行"]), "工商银行和工行")
    ['工商银行', '工行']
    """
    ordered = sorted(set(words), key=lambda one: (-len(one), one))
    return f"(?:(?=[{''.join(sorted({one[0] for one in ordered}))}])(?:{'|'.join(ordered)}))"


class WordSearch:
    """Expressions by the first two signs (or the one) of texts of which one must stand where they match."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = [re.compile(one) for one in words]
        self._always: list[int] = []
        self._by_sign: dict[str, list[int]] = {}
        for which, one in enumerate(words):
            needs = _needs(parser.parse(one))
            for need in {each[:2] for each in needs or ()}:
                self._by_sign.setdefault(need, []).append(which)
            if not needs:
                self._always.append(which)

    def matches(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """Each match with the place of its expression among those given, by that place and then by where it begins."""
        for which in self._tried(text):
            for match in self._words[which].finditer(text):
                yield which, match

    def first_matches(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """The first match of each expression that has one, with its place among those given."""
        for which in self._tried(text):
            if match := self._words[which].search(text):
                yield which, match

    def _tried(self, text: str) -> list[int]:
        there = self._by_sign.keys() & _signs(text)
        return sorted({*self._always, *chain.from_iterable(map(self._by_sign.__getitem__, there))})


@lru_cache(maxsize=4)  # several searches look through one text
def _signs(text: str) -> set[str]:
    return {*text, *map(add, text, text[1:])}


def _needs(parsed: Any) -> set[str] | None:
    """Texts of which one stands wherever the parsed expression matches; of several such sets that of the longest texts."""
    best: set[str] | None = None
    run = ""
    for sign, held in [*parsed, (None, None)]:
        if sign is signs.LITERAL:
            run += chr(held)
            continue
        candidates = [{run}] if run else []
        run = ""
        if inner := _needs_of_one(sign, held):
            candidates.append(inner)
        for one in candidates:
            if best is None or (min(map(len, one)), -len(one)) > (min(map(len, best)), -len(best)):
                best = one
    return best


def _needs_of_one(sign: Any, held: Any) -> set[str] | None:
    if sign is signs.SUBPATTERN:
        return None if held[1] & re.IGNORECASE else _needs(held[3])
    if sign is signs.MAX_REPEAT:
        return _needs(held[2]) if held[0] else None
    if sign is signs.BRANCH:
        branches = [_needs(one) for one in held[1]]
        return set().union(*(one for one in branches if one)) if all(branches) else None
    if sign is signs.IN and all(kind is signs.LITERAL for kind, _ in held):
        return {chr(one) for _, one in held}
    return None
