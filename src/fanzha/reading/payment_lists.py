"""Sums that stand in a list and so are all the same: 12号5000，13号8000，都是微信转的; a line each with its time.

A number alone says nothing; in a list the words before it or after it speak for all of its sums.
"""

from __future__ import annotations

import re
from itertools import pairwise

from fanzha.reading.around import left_of
from fanzha.reading.passages import Passage
from fanzha.reading.sums import NAME, TIME, Sum
from fanzha.vocabulary import load_data

_DATA = load_data("fanzha.reading", "money_words.yaml")["listed"]
_GAP = 18
"""Characters between two sums of a list, times and identifiers left out; ours."""
_HEAD, _TAIL = 36, 44
"""Characters before and after a list whose words may speak of it; ours."""
_BREAKS = re.compile(_DATA["breaks"])
_BEFORE = re.compile(_DATA["before"])
_AFTER = re.compile(_DATA["after"])
_ASKED = re.compile(_DATA["asked"])
_FEE = re.compile(r"(?:费|金|税|款|押金)(?:为|是|:)?\s?\Z")
_MARKS = re.compile(f"[{TIME}{NAME}]+")


def read_lists(masked: str, found: list[Sum], turns: list[Passage]) -> None:
    """Give the sums of each list of payments the role "sent", where they had none."""
    run: list[Sum] = []
    for one in found:
        if not _may_be_paid(masked, one, turns):
            _settle(masked, run)
            run = []
            continue
        if run and not _joined(masked, run[-1], one):
            _settle(masked, run)
            run = []
        run.append(one)
    _settle(masked, run)
    _parts_of_totals(found)


def _may_be_paid(masked: str, one: Sum, turns: list[Passage]) -> bool:
    if turns[one.passage].speaker is not None or one.total:
        return False
    return one.role in (None, "sent") or (one.role == "demand" and bool(_FEE.search(left_of(masked, one.amount.start))))


def _joined(masked: str, last: Sum, one: Sum) -> bool:
    gap = masked[last.amount.end : one.amount.start]
    return not _BREAKS.search(gap) and len(_MARKS.sub("", gap)) <= _GAP


def _settle(masked: str, run: list[Sum]) -> None:
    if len(run) < 2 or all(one.role == "sent" for one in run):
        return
    start, end = run[0].amount.start, run[-1].amount.end
    ends = [0, *(one.amount.end for one in run)]
    timed = all(TIME in left_of(masked, one.amount.start, since=end) for one, end in zip(run, ends, strict=False))
    head = re.split(r"[。！？]", left_of(masked, start, _HEAD))[-1]
    tail = re.split(r"[。！？]", masked[end : end + _TAIL])[0]
    twice = any(one.role == "demand" and one.amount.fen == then.amount.fen for one, then in pairwise(run))
    asked = any(one.role == "demand" for one in run) and _ASKED.search(head)
    if twice or (asked and not _AFTER.search(tail)):
        return
    if (
        timed
        or any(one.role == "sent" and not one.amount.bare for one in run[:1])
        or _BEFORE.search(head)
        or _AFTER.search(tail)
    ):
        for one in run:
            one.role = "sent"


def _parts_of_totals(found: list[Sum]) -> None:
    """Sums told one after another that make up the total told right after them were all paid."""
    for place, one in enumerate(found):
        if not one.total or one.role not in ("sent", "total"):
            continue
        whole = 0
        for size in range(1, min(place, 8) + 1):
            part = found[place - size]
            if part.passage != one.passage or part.role not in (None, "demand", "sent"):
                break
            whole += part.amount.fen
            if size > 1 and whole == one.amount.fen:
                for each in found[place - size : place]:
                    each.role = "sent"
                break
