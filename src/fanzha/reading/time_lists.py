"""Times that stand in one list, for payments that stand in one: 于9时、10时、11时分别转1000元、2000元、3000元."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from fanzha.reading.payment_layout import Layout
from fanzha.reading.times import Moment

_JOINS = re.compile("[、和及,， ]{0,2}")


def turns_in_lists(layout: Layout, moments: Sequence[Moment]) -> dict[tuple[int, int], list[str]]:
    """By time and payment (their numbers) what it says of both that the time stands in a list."""
    said: dict[tuple[int, int], list[str]] = {}
    for listed in _lists(layout.folded, moments):
        for which in listed:
            for number in range(len(layout.sent)):
                said.setdefault((which, number), []).append("in a list")
        for name, payments in _payments(layout, moments, listed):
            more = len(payments) - len(listed)
            if (
                len(payments) < 2
                or (more > 0 and name != "after it in its sentence")
                or (more < 0 and name != "before it in its sentence")
            ):
                continue
            length = "as many" if not more else "more" if more > 0 else "fewer"
            for turn, number in enumerate(payments):
                own = listed[min(turn, len(listed) - 1)]
                for which in listed:
                    whose = "its" if which == own else "another's"
                    where = f"in a list, {length} payments {name}"
                    said[which, number].append(f"{whose} turn {where}")
    return said


def _lists(folded: str, moments: Sequence[Moment]) -> list[list[int]]:
    """The numbers of the times in each list of several; a day whose clock follows is none of its own: 昨天下午，昨天下午三点."""
    found: list[list[int]] = [[]]
    for which, one in enumerate(moments):
        last = moments[found[-1][-1]] if found[-1] else None
        if last is None or not _JOINS.fullmatch(folded, last.end, one.start):
            found.append([which])
        elif last.precision == "day" and last.at.date() == one.at.date():  # type: ignore[union-attr]
            found[-1][-1] = which
        else:
            found[-1].append(which)
    return [each for each in found if len(each) > 1]


def _payments(layout: Layout, moments: Sequence[Moment], listed: Sequence[int]) -> Iterator[tuple[str, list[int]]]:
    """The payments that a list of times may tell of, by where they stand."""
    first, last = listed[0], listed[-1]
    start, end = moments[first].start, moments[last].end
    before = moments[first - 1].end if first else 0
    after = moments[last + 1].start if last + 1 < len(moments) else len(layout.folded)
    sentence = layout.sentence(start)
    places = [*enumerate(layout.places)]
    follow = [number for number, at in places if end <= at < after]
    lead = [number for number, at in places if before <= at < start]
    yield "after it in its sentence", [each for each in follow if layout.told_in[each].sentence == sentence]
    yield "after it", follow
    yield (
        "before it in its sentence",
        [number for number, at in places if at < start and layout.told_in[number].sentence == sentence],
    )
    yield "before it", lead
    yield "all before it", [number for number, at in places if at < start]
