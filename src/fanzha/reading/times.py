"""Times as people write them, each with its place in the text and what it says; days and hours are Asia/Shanghai.

>>> from datetime import datetime
>>> asked = datetime.fromisoformat("2023-01-02T09:00:00+08:00")
>>> [one.at.isoformat() for one in moments("2022-12-0312:15:32转，当日11:19又转，昨天下午3点半再转", asked)]
['2022-12-03T12:15:32+08:00', '2022-12-03T11:19:00+08:00', '2023-01-01T15:30:00+08:00']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from fanzha.reading.around import left_of
from fanzha.reading.calendar_words import DATE, TODAY, Day, day_said
from fanzha.reading.clock_words import CLOCK, LATE, Clock, clock_said
from fanzha.reading.passages import Passage

SHANGHAI = ZoneInfo("Asia/Shanghai")
_OF_THE_DAY = re.compile(r"[^，。；\n]{0,12}(?:聊天|对话)|的(?:事|时|。|，|晚|下)?|上?下?午?的事")
_ALL_ON = re.compile(r"(?:以上|这些?|都|全部)[^，。；]{0,8}(?:是|为|在)\Z")
SAME_DAY = ("当时", "当天", "当日", "同日", "同一天")
_JUST_NOW = ("刚才", "刚刚")
_DAWN = 7
"""Hours below which one that is spoken of without a part of the day is rather of the afternoon; ours."""
_RANGE = re.compile(r"\s*(?:至|到|-|~)\s*$")


class Moment(NamedTuple):
    """A time at text[start:end]. `at` is None when no day is known; `precision` is day, hour, minute or second.

    `dated`: whether it names a day itself.
    """

    start: int
    end: int
    at: datetime | None
    precision: str | None
    dated: bool


class When(NamedTuple):
    """When something was: RFC 3339 with +08:00, so that what was earlier is less; its precision as in Moment."""

    at: str
    precision: str


def moments(folded: str, reported_at: datetime | None, turns: Sequence[Passage] = ()) -> list[Moment]:
    """The times in a folded text, in order; what is left unsaid is taken from the times before and from `reported_at`.

    `turns` are its passages: 今天 in a turn of a pasted chat is the day of its head, and what is written there carries on to no
    other.
    A year not said is the latest that is not after the report, without a report the year of the last date. A part of
    the day carries on (昨晚八点, 九点 is 21:00); an hour without any day before it is of a day told as 12月4日的事, else
    the latest that is not after the report.
    """
    report = reported_at.astimezone(SHANGHAI) if reported_at else None
    told: list[_Told] = []
    last: Day | None = None
    chat = [
        (one.head, one.start, one.end)
        for one in turns
        if one.speaker and not one.asked and CLOCK.search(folded, one.head, one.start)
    ]
    for day_match, clock_match in _pairs(_without_colons(folded, turns)):
        place = (day_match or clock_match).start()  # type: ignore[union-attr]
        turn = next((each for each in chat if each[0] <= place < each[2]), None)
        if turn and place < turn[1] and day_match and day_match["d5"] and not clock_match:
            continue  # 客服7号, who writes
        written = turn is not None and place >= turn[1]
        here = written and day_match and day_match["word"] in TODAY
        today = last.date if last and here else report.date() if report else None
        day = day_said(day_match, today, last.date if last else None) if day_match else None
        if day_match and day is None:
            continue
        clock = clock_said(clock_match, day_match.group() if day_match else "") if clock_match else None
        start = (day_match or clock_match).start()  # type: ignore[union-attr]
        end = (clock_match or day_match).end()  # type: ignore[union-attr]
        spoken = bool(clock_match) and ":" not in (clock_match or day_match).group()  # type: ignore[union-attr]
        part = clock_match["part"] or clock_match["only"] if clock_match else None
        loose = spoken or bool(clock_match and clock_match["h"] and clock_match["h"] in "123456789")
        word = day_match["word"] if day_match else None
        told.append(
            _Told(
                start + folded[start].isspace(),
                end,
                day,
                clock,
                part or _part_of(day_match),
                spoken,
                loose,
                word,
                written,
            )
        )
        last = last if written else day or last
    return _ranges_joined(folded, _resolved(folded, told, report))


def _without_colons(folded: str, turns: Sequence[Passage]) -> str:
    """The text with a comma between the head of a turn and a figure that begins it, which is none of its clock: 我 10:48:10万转了."""
    signs = None
    for one in turns:
        if one.speaker and folded[one.start - 1 : one.start] == ":" and folded[one.start : one.start + 1].isdigit():
            signs = signs or [*folded]
            signs[one.start - 1] = "，"
    return "".join(signs) if signs else folded


class _Told(NamedTuple):
    """`spoken`: no clock of figures (8:26); `loose`: an hour of the afternoon may be meant by one below twelve; `word`: the word
    that names the day (当天); `written`: in a turn of a pasted chat."""

    start: int
    end: int
    day: Day | None
    clock: Clock | None
    part: str | None
    spoken: bool
    loose: bool
    word: str | None
    written: bool


def _part_of(day_match: re.Match[str] | None) -> str | None:
    return "晚" if day_match and day_match.group().endswith(("晚", "夜")) else None


def _resolved(folded: str, told: list[_Told], report: datetime | None) -> list[Moment]:
    found: list[Moment] = []
    day: date | None = None
    late = early = night = False
    turned = 0
    before: Clock | None = None
    for one in told:
        if one.written and one.day:
            clock = one.clock if one.clock and one.clock.precision else None
            precision = clock.precision if clock else "day"
            found.append(Moment(one.start, one.end, _at(one.day.date, 0, clock), precision, True))
            continue
        if one.day:
            same = one.day.date == day
            late = late and same and (one.word in SAME_DAY or _goes_on(before, one.clock))
            early = early and same
            day, turned, before = one.day.date, 0, None
        late = one.part in LATE if one.part else late
        early = one.part not in LATE if one.part else early
        clock = one.clock
        if clock and clock.precision and clock.hour == 12 and one.spoken and not one.part and night:
            clock = clock._replace(hour=0)  # 凌晨十二点多, 十二点五十一又…
        night = one.part == "凌晨" if one.part else night and bool(clock)
        if clock and clock.precision and one.loose and not one.part and clock.hour < 12:
            afternoon = clock._replace(hour=clock.hour + 12)
            late = late or bool(one.word in _JUST_NOW and report and day and _at(day, 0, afternoon) <= report)
            late = late or bool(
                one.spoken
                and "点" in folded[one.start : one.end]
                and not early
                and 0 < clock.hour < _DAWN
                and day
                and (before is None or before.hour < afternoon.hour)
                and (report is None or _at(day, turned, afternoon) <= report)
            )
            clock = afternoon if late else clock
        if clock and before and clock.hour == 12 and one.spoken and not one.part and late and before.hour >= 20:
            clock = clock._replace(hour=24)  # 昨晚十一点, 十二点又…
        if clock and clock.precision:
            if before and not one.day and not one.part and before.hour >= 21 and clock.hour <= 4:
                turned += 1
            before = clock
        at = (
            _at(day, turned, clock) if day else _without_a_day(folded, told, clock, report, one.spoken and not one.part)
        )
        if report and at and at.date() > report.date() + timedelta(days=366):
            continue
        precision = (clock.precision if clock and clock.precision else "day") if at else None
        found.append(Moment(one.start, one.end, at, precision, one.day is not None))
    return found


def _goes_on(before: Clock | None, clock: Clock | None) -> bool:
    """Whether a clock goes on from another of that day only if it is of the afternoon too."""
    return bool(before and clock and clock.precision) and clock.hour < before.hour <= clock.hour + 12  # type: ignore[union-attr]


def _at(day: date, turned: int, clock: Clock | None) -> datetime:
    at = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(days=turned)
    if clock and clock.precision:
        at += timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
    return at


def _without_a_day(
    folded: str, told: list[_Told], clock: Clock | None, report: datetime | None, loose: bool
) -> datetime | None:
    """The time of an hour without a day; `loose`: it is spoken without a part of the day, so five may be 17:00."""
    if clock is None or clock.precision is None:
        return None
    said = [one.day for one in told if one.day and _of_all(folded, one)]
    if said:
        return _at(said[0].date, 0, clock)
    if report is None:
        return None
    at = _at(report.date(), 0, clock)
    if loose and 0 < clock.hour < _DAWN and at + timedelta(hours=12) <= report:
        at += timedelta(hours=12)
    return at if at <= report else at - timedelta(days=1)


def _of_all(folded: str, one: _Told) -> bool:
    """Whether a day is told of all that the text tells: 12月4日的事, 以上是12月4日, or (12月4日) on a line of its own."""
    line = left_of(folded, one.start).split("\n")[-1]
    said = _OF_THE_DAY.match(folded, one.end) or _ALL_ON.search(line)
    return bool(said) or (line == "(" and folded.startswith(")", one.end))


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
                CLOCK.match(folded, day.end() + 1)
                if folded.startswith((" ", "的", "T", ",", "，"), day.end())
                else None
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
