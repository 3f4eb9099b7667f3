"""Numbers of bank cards: 16 to 19 digits whose check digit is right.

>>> [one.value for one in cards("卡号 9999 9912 3456 7890 124，金额50000")]
['9999991234567890124']
>>> cards("订单9999991234567890123")
[]
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from fanzha.reading.first_signs import compiled

SHORTEST, LONGEST = 16, 19
"""Digits of a card. Source: ISO/IEC 7812; Chinese debit cards have 16 to 19."""

_RUN = compiled(r"(?<![\d.A-Za-z*])\d+(?:[ -]{1,4}\d+)*(?![\dXx*]|[A-Za-z]{2})")
_GROUP = re.compile(r"\d+")
_IDENTITY = re.compile(r"[1-6]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{4}")


@dataclass(frozen=True, slots=True)
class Card:
    """A card number at text[start:end], `value` without spaces and dashes."""

    start: int
    end: int
    value: str


def is_card(digits: str) -> bool:
    """Whether digits are of a card's length and their check digit is right."""
    return SHORTEST <= len(digits) <= LONGEST and not _IDENTITY.fullmatch(digits) and _checks(digits)


def _checks(digits: str) -> bool:
    """Whether the last digit is the check digit of the others. Source: ISO/IEC 7812-1, annex B (Luhn)."""
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(map(int, digits[::-2]))) % 10 == 0


def cards(folded: str) -> list[Card]:
    """The cards in a folded text, in order; groups of digits beside a card are left alone."""
    found = []
    for run in _RUN.finditer(folded):
        groups = [(one.start() + run.start(), one.end() + run.start()) for one in _GROUP.finditer(run.group())]
        at = 0
        while at < len(groups):
            digits = ""
            for last in range(at, len(groups)):
                start, end = groups[last]
                digits += folded[start:end]
                if len(digits) > LONGEST:
                    break
                if is_card(digits) and not _goes_on(folded, groups, last, digits):
                    found.append(Card(groups[at][0], end, digits))
                    at = last
                    break
            at += 1
    return found


def _goes_on(folded: str, groups: list[tuple[int, int]], last: int, digits: str) -> bool:
    """Whether the next group too belongs to the number, and makes a card of it."""
    if last + 1 >= len(groups):
        return False
    start, end = groups[last + 1]
    return is_card(digits + folded[start:end])
