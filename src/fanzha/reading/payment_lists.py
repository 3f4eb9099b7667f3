"""Sums that stand in a list and so are all the same: 12号5000，13号8000，都是微信转的; a line each with its time.

A number alone says nothing; in a list the words before it or after it speak for all of its sums.
"""

from __future__ import annotations

import re

from fanzha.reading.around import left_of
from fanzha.reading.passages import Passage
from fanzha.reading.sums import TIME, Sum
from fanzha.vocabulary import load_data

_DATA = load_data("fanzha.reading", "money_words.yaml")["listed"]
_AROUND = 40
"""Characters before and after a list whose words may speak of it; ours."""
_STOP = re.compile("[。！？]")
_BREAKS = re.compile(_DATA["breaks"])
_BEFORE = re.compile(_DATA["before"])
_AFTER = re.compile(_DATA["after"])


def read_lists(masked: str, found: list[Sum], turns: list[Passage]) -> None:
    """Give the sums of each list of payments the role "sent", where they had none."""
    run: list[Sum] = []
    for one in found:
        if not _may_be_paid(one, turns):
            _settle(masked, run)
            run = []
            continue
        if run and _BREAKS.search(masked, run[-1].amount.end, one.amount.start):
            _settle(masked, run)
            run = []
        run.append(one)
    _settle(masked, run)


def _may_be_paid(one: Sum, turns: list[Passage]) -> bool:
    return turns[one.passage].speaker is None and not one.total and one.role in (None, "sent")


def _settle(masked: str, run: list[Sum]) -> None:
    if len(run) < 2:
        return
    start, end = run[0].amount.start, run[-1].amount.end
    ends = [0, *(one.amount.end for one in run)]
    timed = all(TIME in left_of(masked, one.amount.start, since=end) for one, end in zip(run, ends, strict=False))
    head = _STOP.split(left_of(masked, start, _AROUND))[-1]
    tail = _STOP.split(masked[end : end + _AROUND])[0]
    if timed or _BEFORE.search(head) or _AFTER.search(tail):
        for one in run:
            one.role = "sent"
