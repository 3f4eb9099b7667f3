"""Whose an identifier is, by the words nearest to it.

>>> side("number", "其接到15400000001的电话", 3, 14)
'suspect'
>>> side("number", "报警人手机15400000001接到诈骗电话", 5, 16)
'victim'
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from fanzha.reading.first_signs import compiled
from fanzha.vocabulary import load_data

Side = Literal["victim", "suspect", "unknown"]
LEFT = 32
"""Characters before an identifier that may say whose it is; ours."""
RIGHT = 24
SENTENCE_END = re.compile(r"[。！？!?\n]")


@cache
def _unclear() -> re.Pattern[str]:
    return compiled(load_data("fanzha.reading", "sides.yaml")["unclear"])


@cache
def _words(kind: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str], Side]:
    data = load_data("fanzha.reading", "sides.yaml")[kind]

    def one(words: list[str]) -> re.Pattern[str]:
        return compiled("|".join(f"(?:{word})" for word in words) or "(?!)")

    after = data["after"]
    return one(data["victim"]), one(data["suspect"]), one(after["victim"]), one(after["suspect"]), data["otherwise"]


@cache
def _bystander(kind: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    data = load_data("fanzha.reading", "sides.yaml")[kind]
    return re.compile("|".join(data.get("bystander", ["(?!)"]))), re.compile(data.get("claims", "(?!)"))


@cache
def _at_once() -> dict[str, re.Pattern[str]]:
    data = load_data("fanzha.reading", "sides.yaml")
    return {name: re.compile(data[name]) for name in ("pays", "paid", "towards", "its_own")}


@cache
def _asked() -> dict[Side, re.Pattern[str]]:
    told = load_data("fanzha.reading", "sides.yaml")["asked"]
    return {"victim": re.compile(told["victim"]), "suspect": re.compile(told["suspect"])}


def asked_for(question: str) -> Side:
    """Whose account an officer's question asks for."""
    return next((whose for whose, words in _asked().items() if words.search(question)), "unknown")


def its_own(folded: str, end: int) -> int:
    """Where the words end that still speak of the account which ends at `end`; 0 without any."""
    said = _at_once()["its_own"].match(folded, end)
    return said.end() if said else 0


def side(kind: str, folded: str, start: int, end: int, *, first: int = 0, own_turn: bool | None = None) -> Side:
    """The side of the identifier at folded[start:end].

    `kind` is a key of sides.yaml; `first` is where the words that may count begin (the end of what was said of
    another identifier); `own_turn`: in a chat whether its writer is the person who tells, None in prose.
    """
    return told_side(kind, folded, start, end, first=first, own_turn=own_turn) or _words(kind)[-1]


def told_side(
    kind: str, folded: str, start: int, end: int, *, first: int = 0, own_turn: bool | None = None
) -> Side | None:
    """The side that words around an identifier tell, None when they tell none; parameters as in `side`."""
    victim, suspect, after_victim, after_suspect, _ = _words(kind)
    if kind == "account" and first:
        first = min(its_own(folded, first) or first, start)
    left = folded[max(first, start - LEFT) : start]
    cut = max((stop.end() for stop in SENTENCE_END.finditer(left)), default=0)
    left = left[cut:]
    right = SENTENCE_END.split(folded[end : end + RIGHT])[0]
    if _unclear().search(right):
        return "unknown"
    bystander, claims = _bystander(kind)
    if bystander.search(left) and not claims.search(left):
        return "unknown"
    if kind == "account":
        words = _at_once()
        if words["paid"].match(right):
            return "suspect"
        if words["pays"].match(right) and not words["towards"].search(left):
            return "victim"
    if after_victim.search(right) and not _last(suspect, left) > _last(victim, left):
        return "victim"
    ours, theirs = _last(victim, left), _last(suspect, left)
    if own_turn is False and ours < 0:
        return "suspect"
    if ours >= 0 or theirs >= 0:
        return "victim" if ours > theirs else "suspect"
    if after_suspect.search(right):
        return "suspect"
    if (
        own_turn
        and kind == "account"
        and not re.match(r"[^。\n]{0,6}(?:吗|对不对|这个|？|\?)", folded[end : end + RIGHT])
    ):
        return "victim"
    return None


def _last(pattern: re.Pattern[str], left: str) -> int:
    """Where the last of the words ends, -1 without any."""
    return max((found.end() for found in pattern.finditer(left)), default=-1)
