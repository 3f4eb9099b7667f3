"""Times as people write them, each with its place in the text and what it says; days and hours are Asia/Shanghai.

>>> from datetime import datetime
>>> asked = datetime.fromisoformat("2023-01-02T09:00:00+08:00")
>>> [one.at.isoformat() for one in moments("2022-12-0312:15:32转，当日11:19又转，昨天下午3点半再转", asked)]
['2022-12-03T12:15:32+08:00', '2022-12-03T11:19:00+08:00', '2023-01-01T15:30:00+08:00']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fanzha.reading.calendar_words import DATE, Day, day_said
from fanzha.reading.clock_words import CLOCK, clock_said

SHANGHAI = ZoneInfo("Asia/Shanghai")
_RANGE = re.compile(r"\s*(?:至|到|-|~)\s*$")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time at text[start:end]. `at` is None when no day is known; `precision` is day, hour, minute or second.

    `dated`: whether it names a day itself.
    """

    start: int
    end: int
    at: datetime | None
    precision: str | None
    dated: bool


def moments(folded: str, reported_at: datetime | None) -> list[Moment]:
    """The times in a folded text, in order; what is left unsaid is taken from the times before and from `reported_at`.

    A year not said is the latest that is not after the report, without a report the year of the last date.
    """
    report = reported_at.astimezone(SHANGHAI).date() if reported_at else None
    found: list[Moment] = []
    last: Day | None = None
    clock_before: tuple[int, int, int] | None = None
    turned = 0
    for day_match, clock_match in _pairs(folded):
        day = day_said(day_match, report, last.date if last else None) if day_match else last
        if day_match and day is None:
            continue
        clock = clock_said(clock_match, day_match.group() if day_match else "") if clock_match else None
        start = (day_match or clock_match).start()  # type: ignore[union-attr]
        start += folded[start] == " "
        end = (clock_match or day_match).end()  # type: ignore[union-attr]
        if day_match:
            turned = 0
        elif clock and clock_before and _past_midnight(clock_before, clock) and clock_match and not clock_match["part"]:
            turned += 1
        if clock:
            clock_before = (clock.hour, clock.minute, clock.second)
        elif day_match:
            clock_before = None
        at = None
        if day is not None:
            at = datetime.combine(day.date, datetime.min.time(), SHANGHAI) + timedelta(days=turned)
            if clock:
                at += timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
            if report and at.date() > report + timedelta(days=366):
                continue
        precision = (clock.precision if clock and clock.precision else "day") if at else None
        if at and precision == "day":
            at = at.replace(hour=0, minute=0, second=0)
        found.append(Moment(start, end, at, precision, day_match is not None))
        if day_match:
            last = day
    return _ranges_joined(folded, found)


def _past_midnight(before: tuple[int, int, int], now: object) -> bool:
    return before[0] >= 21 and getattr(now, "hour", 0) <= 4


def _pairs(folded: str) -> Iterator[tuple[re.Match[str] | None, re.Match[str] | None]]:
    at, length = 0, len(folded)
    days = DATE.finditer(folded)
    clocks = CLOCK.finditer(folded)
    day, clock = next(days, None), next(clocks, None)
    while day or clock:
        if day and day.start() < at:
            day = next(days, None)
            continue
        if clock and clock.start() < at:
            clock = next(clocks, None)
            continue
        if day and (not clock or day.start() < clock.end()):
            after = CLOCK.match(folded, day.end()) or (
                CLOCK.match(folded, day.end() + 1) if folded[day.end() : day.end() + 1] in " 的T,，" else None
            )
            yield day, after
            at = min(after.end() if after else day.end(), length)
        elif clock:
            yield None, clock
            at = clock.end()


def _ranges_joined(folded: str, found: list[Moment]) -> list[Moment]:
    """A range of clock times counts as its day."""
    joined: list[Moment] = []
    for one in found:
        before = joined[-1] if joined else None
        if before and one.at and before.at and _RANGE.fullmatch(folded[before.end : one.start]) and not one.dated:
            start = before.at.replace(hour=0, minute=0, second=0)
            joined[-1] = Moment(before.start, one.end, start, "day", before.dated)
        else:
            joined.append(one)
    return joined
