"""The signs that a match of an expression may begin with, so that it is tried at no other place of a text.

`re` finds them by itself where an expression begins with a text or with texts to choose from; not past a look behind, a part that may be
left out or a choice among expressions.

>>> begun_by("(?:接到|收到)?电话"), begun_by("电话"), begun_by(".电话")
('(?=[接收电])(?:(?:接到|收到)?电话)', '电话', '.电话')
"""

from __future__ import annotations

import re
from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_NO_WIDTH = (signs.AT, signs.ASSERT, signs.ASSERT_NOT)
_CATEGORIES = {signs.CATEGORY_DIGIT: r"\d", signs.CATEGORY_SPACE: r"\s"}
_WIDEST = 64
"""Signs from one to another (a-z) that are worth looking for: at nearly every place of a text stands one of all characters."""
_REPEATS = (signs.MAX_REPEAT, signs.MIN_REPEAT)


def compiled(words: str) -> re.Pattern[str]:
    """What finds the same as `re.compile(words)`, sooner."""
    return re.compile(begun_by(words))


def begun_by(words: str) -> str:
    """An expression that matches what `words` does and looks first whether a sign stands there that it may begin with."""
    parsed = parser.parse(words)
    first = _first(parsed)
    if first is None or "" in first or parsed.state.flags != re.UNICODE or _is_plain(parsed):
        return words
    return f"(?=[{''.join(sorted(first))}])(?:{words})"


def _is_plain(parsed: Any) -> bool:
    """Whether `re` finds the first signs by itself."""
    sign, held = parsed[0]
    if sign is signs.SUBPATTERN:
        return _is_plain(held[3])
    if sign is signs.BRANCH:
        return all(one[0][0] is signs.LITERAL for one in held[1])
    return sign in (signs.LITERAL, signs.IN)


def _first(parsed: Any) -> set[str] | None:
    """The signs that a match may begin with, as a list of signs has them, "" among them where it may be empty; None where they cannot be told."""
    found = {""}
    for sign, held in parsed:
        if sign in _NO_WIDTH:
            continue
        first = _first_of_one(sign, held)
        if first is None:
            return None
        found = (found - {""}) | first
        if "" not in first:
            break
    return found


def _first_of_one(sign: Any, held: Any) -> set[str] | None:
    if sign is signs.LITERAL:
        return {re.escape(chr(held))}
    if sign is signs.IN:
        listed = [_of_a_list(*one) for one in held]
        return {one for one in listed if one} if all(listed) else None
    if sign is signs.SUBPATTERN and not held[1]:
        return _first(held[3])
    if sign in _REPEATS:
        first = _first(held[2])
        return first if first is None or held[0] else first | {""}
    if sign is signs.BRANCH:
        found: set[str] = set()
        for one in held[1]:
            first = _first(one)
            if first is None:
                return None
            found |= first
        return found
    return None


def _of_a_list(kind: Any, held: Any) -> str | None:
    """A part of a list of signs ([a-z\\d]) as it is written there, None where it holds too many."""
    if kind is signs.LITERAL:
        return re.escape(chr(held))
    if kind is signs.RANGE and held[1] - held[0] < _WIDEST:
        return "-".join(re.escape(chr(each)) for each in held)
    return _CATEGORIES.get(held) if kind is signs.CATEGORY else None
