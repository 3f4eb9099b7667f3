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

from fanzha.reading.first_signs import compiled


def one_of(words: Iterable[str]) -> str:
    """An expression for any of several, the longest first; none of them is tried where no first sign of one stands.

    `words`: texts or expressions, each of which begins with the sign itself that it finds first.

    >>> re.findall(one_of(["工行", "工商银行"]), "工商银行和工行")
    ['工商银行', '工行']
    """
    ordered = sorted(set(words), key=lambda one: (-len(one), one))
    return f"(?:(?=[{''.join(sorted({one[0] for one in ordered}))}])(?:{'|'.join(ordered)}))"


class WordSearch:
    """Expressions by the first two signs (or the one) of texts of which one must stand where they match, the other such texts beside."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = [compiled(one) for one in words]
        self._always: list[int] = []
        self._also: dict[int, list[set[str]]] = {}
        self._by_sign: dict[str, list[int]] = {}
        for which, one in enumerate(words):
            needs = sorted(_needs(parser.parse(one)), key=_telling)
            if needs:
                for need in _begun(needs.pop()):
                    self._by_sign.setdefault(need, []).append(which)
            else:
                self._always.append(which)
            if needs:
                self._also[which] = [_begun(each) for each in needs]
        self._signs = frozenset(self._by_sign)

    def matches(self, text: str, within: str | None = None) -> Iterator[tuple[int, re.Match[str]]]:
        """Each match with the place of its expression among those given, by that place and then by where it begins.

        `within`: what others look through and `text` stands in but for blanks, so that it need not be looked through for signs again.
        """
        for which in self._tried(text if within is None else within):
            for match in self._words[which].finditer(text):
                yield which, match

    def first_matches(self, text: str, within: str | None = None) -> Iterator[tuple[int, re.Match[str]]]:
        """The first match of each expression that has one, with its place among those given; `within` as in `matches`."""
        for which in self._tried(text if within is None else within):
            if match := self._words[which].search(text):
                yield which, match

    def _tried(self, text: str) -> list[int]:
        there = _signs(text)
        tried = {*self._always, *chain.from_iterable(map(self._by_sign.__getitem__, self._signs & there))}
        for which in tried & self._also.keys():
            if any(map(there.isdisjoint, self._also[which])):
                tried.remove(which)
        return sorted(tried)


@lru_cache(maxsize=32)  # several searches look through one text, some of them after others looked through parts of it
def _signs(text: str) -> set[str]:
    return {*text, *map(add, text, text[1:])}


def _begun(needs: set[str]) -> set[str]:
    return {each[:2] for each in needs}


def _telling(needs: set[str]) -> tuple[int, int]:
    """The more, the fewer texts have one of these: they are long, then few."""
    return min(map(len, needs)), -len(needs)


def _needs(parsed: Any) -> list[set[str]]:
    """Sets of texts: one of each stands wherever the parsed expression matches."""
    found: list[set[str]] = []
    run = ""
    for sign, held in [*parsed, (None, None)]:
        if sign is signs.LITERAL:
            run += chr(held)
            continue
        if run:
            found.append({run})
        run = ""
        found += _needs_of_one(sign, held)
    return found


def _needs_of_one(sign: Any, held: Any) -> list[set[str]]:
    if sign is signs.SUBPATTERN:
        return [] if held[1] & re.IGNORECASE else _needs(held[3])
    if sign is signs.MAX_REPEAT:
        return _needs(held[2]) if held[0] else []
    if sign is signs.BRANCH:
        branches = [_needs(one) for one in held[1]]
        return [set().union(*(max(one, key=_telling) for one in branches))] if all(branches) else []
    if sign is signs.IN and all(kind is signs.LITERAL for kind, _ in held):
        return [{chr(one) for _, one in held}]
    return []
