"""Days as people write them: 2022年12月3日, 2022-12-03, 12月3号, 昨天, 当日, 次日, 上周三, 三天前."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from fanzha.reading.numerals import numeral
from fanzha.reading.word_search import one_of
from fanzha.vocabulary import load_data

_DATA = load_data("fanzha.reading", "times.yaml")
_BEFORE: dict[str, int] = _DATA["days_before_report"]
_AFTER: dict[str, int] = _DATA["days_after_last"]
TODAY = frozenset(word for word, days in _BEFORE.items() if not days)
"""Words for the day on which they are said."""
_FEASTS: dict[str, tuple[int, int]] = {name: (month, day) for name, (month, day) in _DATA["feasts"].items()}
_FEAST = one_of(_FEASTS)
_CN = "[零〇一二两三四五六七八九十]"
_WORDS = one_of([*_BEFORE, *_AFTER])
_FIRST_SIGNS = "".join({one[0] for one in (*_BEFORE, *_AFTER, *_FEASTS)}) + _CN[1:-1] + "去今前同当上本这周星礼"
"""What the branches of DATE begin with, digits apart; a new branch adds its own here, or is never tried."""
DATE = re.compile(
    rf"""
    (?=[\d{_FIRST_SIGNS}])(?:
    (?<!\d)(?P<y1>(?:19|20)\d\d)-(?P<m1>\d\d)-(?P<d1>\d\d)(?=\d\d:\d\d)
    |(?<!\d)(?P<y2>(?:(?:19|20)\d\d)|\d\d(?=\s?年))\s?[年/.-]\s?(?P<m2>\d{{1,2}})\s?[月/.-]\s?(?P<d2>\d{{1,2}})(?!\d(?!\d:)|\d{{3}})\s?[日号]?
    |(?P<yc>[二〇零一][〇零○一二三四五六七八九]{{3}})年(?P<mc>{_CN}{{1,2}})月(?P<dc>{_CN}{{1,3}})[日号]?
    |(?P<ym>去年|今年|前年|同年|当年)?(?<!\d)(?P<m3>\d{{1,2}}|{_CN}{{1,2}})\s?月(?!份)\s?(?P<d3>\d{{1,2}}|{_CN}{{1,3}})\s?(?:[日号]|(?![\d个]))
    |(?<![\d/.-])(?P<m4>\d{{1,2}})[/.-](?P<d4>\d{{1,2}})(?=\s+\d{{1,2}}:\d\d)
    |(?<![^\n])(?P<m5>\d{{1,2}})[/-](?P<d6>\d{{1,2}})(?=\s+[^\s:，。]{{1,24}}:)
    |(?P<feast>(?<!去年)(?<!前年){_FEAST})节?(?=[那当]天|[那当]晚|[早晚中上下][上午])
    |(?:(?P<month>上个?月|本月|这个?月|当月|同月)|(?<![\d月第.户-]))(?P<d5>\d{{1,2}}|(?<![十二三零]){_CN}{{1,3}})(?:(?<=、\d\d)(?=(?:、\d\d?){{1,4}}[日号])|[日号])(?![档柜桌窗链线楼房床码机院店库馆门团本店口台卡公会元])
    |(?P<ago>\d{{1,2}}|{_CN}{{1,2}})天[之以]?前
    |(?P<week>上上|上个?|这个?|本)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])(?![年])
    |(?P<word>{_WORDS}))
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a text speaks of."""

    date: date


def day_said(match: re.Match[str], report: date | None, last: date | None) -> Day | None:
    """The day a match of DATE says; `report` is the day of the report, `last` the day the text spoke of before.

    None when the text does not say enough.
    """
    found = _day(match, report, last)
    return Day(found) if found else None


def _day(match: re.Match[str], report: date | None, last: date | None) -> date | None:
    said = match.groupdict()
    for year, month, day in (("y1", "m1", "d1"), ("y2", "m2", "d2"), ("yc", "mc", "dc")):
        if said[year]:
            number = _number(said[year])
            return _date(number if number > 99 else 2000 + number, _number(said[month]), _number(said[day]))
    for month, day in (("m3", "d3"), ("m4", "d4"), ("m5", "d6")):
        if said[month]:
            years = {"去年": 1, "前年": 2}.get(said["ym"] or "", 0)
            return _latest(_number(said[month]), _number(said[day]), report, last, years)
    if said["feast"]:
        return _latest(*_FEASTS[said["feast"]], report, last, 0)
    if said["d5"]:
        return _in_month(said["month"] or "", _number(said["d5"]), report, last)
    if said["ago"]:
        return report - timedelta(days=_number(said["ago"])) if report else None
    if said["weekday"]:
        return _weekday(said["week"] or "", "一二三四五六日天".index(said["weekday"]), report)
    word = said["word"]
    if word in _BEFORE:
        return report - timedelta(days=_BEFORE[word]) if report else None
    since = last or (report if _AFTER[word] == 0 else None)
    return since + timedelta(days=_AFTER[word]) if since else None


def _latest(month: int, day: int, report: date | None, last: date | None, years_ago: int) -> date | None:
    until = report or last
    if until is None:
        return None
    if years_ago:
        return _date(until.year - years_ago, month, day)
    if report is None:
        return _date(until.year, month, day)
    for year in range(until.year, until.year - 5, -1):
        found = _date(year, month, day)
        if found and found <= until:
            return found
    return None


def _in_month(month: str, day: int, report: date | None, last: date | None) -> date | None:
    until = report or last
    if until is None:
        return None
    first = until.replace(day=1)
    if month.startswith("上"):
        before = first - timedelta(days=1)
        return _date(before.year, before.month, day)
    if not month and last and (found := _date(last.year, last.month, day)) and found <= until:
        return found
    for _ in range(12):
        found = _date(first.year, first.month, day)
        if found and found <= until:
            return found
        first = (first - timedelta(days=1)).replace(day=1)
    return None


def _weekday(week: str, weekday: int, report: date | None) -> date | None:
    if report is None:
        return None
    weekday = min(weekday, 6)
    monday = report - timedelta(days=report.weekday())
    weeks = {"上上": 2, "上": 1, "上个": 1}.get(week, 0)
    found = monday + timedelta(days=weekday - 7 * weeks)
    return found if weeks or found <= report else found - timedelta(days=7)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(written: str) -> int:
    return int(written) if written.isdigit() and written.isascii() else numeral(written) or 0
