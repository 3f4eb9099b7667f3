"""Days and hours by the words that people use for them, each against one report on a Thursday afternoon."""

from __future__ import annotations

from datetime import datetime

import pytest

from fanzha.reading.folding import fold
from fanzha.reading.times import moments

REPORT = datetime.fromisoformat("2024-03-07T16:40:00+08:00")  # a Thursday


def told(written: str, report: datetime | None = REPORT) -> list[str]:
    """What is read, day and time of each, with its precision."""
    return [f"{one.at.isoformat(' ')[:19]} {one.precision}" for one in moments(fold(written), report) if one.at]


def day(written: str) -> str:
    (one,) = told(written)
    date, _, precision = one.split()
    assert precision == "day"
    return date


def clock(written: str) -> str:
    (one,) = told(written)
    return one[5:]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("今天转账", "2024-03-07"), ("前天转账", "2024-03-05"), ("大前天转账", "2024-03-04"), ("昨天转账", "2024-03-06"),
        ("去年12月3日", "2023-12-03"), ("前年12月3日", "2022-12-03"), ("今年3月1日", "2024-03-01"), ("3月8日", "2023-03-08"), ("3月7日", "2024-03-07"),
        ("2月29日", "2024-02-29"), ("22年3月1日", "2022-03-01"), ("二〇二三年十二月三十日", "2023-12-30"), ("2023/12/03", "2023-12-03"),
        ("2023.1.5转账", "2023-01-05"), ("上个月5号", "2024-02-05"), ("上月30号", None), ("本月5号", "2024-03-05"), ("5号转账", "2024-03-05"),
        ("这个月7号", "2024-03-07"), ("8号转账", "2024-02-08"), ("31号转账", "2024-01-31"), ("10天前", "2024-02-26"), ("十天以前", "2024-02-26"),
        ("周三转账", "2024-03-06"), ("周五转账", "2024-03-01"), ("周四转账", "2024-03-07"), ("星期天转账", "2024-03-03"), ("上周日", "2024-03-03"),
        ("上上周三", "2024-02-21"), ("上个礼拜一", "2024-02-26"), ("这周一", "2024-03-04"),
    ],
)  # fmt: skip
def test_a_day_is_the_latest_that_it_can_be(written: str, wanted: str | None) -> None:
    if wanted is None:
        assert told(written) == []
    else:
        assert day(written) == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("3月5日下午3时", "03-05 15:00:00 hour"), ("3月5日凌晨12点", "03-05 00:00:00 hour"), ("3月5日中午12点", "03-05 12:00:00 hour"),
        ("3月5日中午1点", "03-05 13:00:00 hour"), ("3月5日中午11点", "03-05 11:00:00 hour"), ("3月5日晚上12点", "03-06 00:00:00 hour"),
        ("3月5日上午9点一刻", "03-05 09:15:00 minute"), ("3月5日下午4点三刻", "03-05 16:45:00 minute"), ("3月5日下午4点半", "03-05 16:30:00 minute"),
        ("3月5日半夜2点", "03-05 02:00:00 hour"), ("3月5日半夜11点", "03-05 23:00:00 hour"), ("3月5日12时15分32秒", "03-05 12:15:32 second"),
        ("3月5日24时", "03-06 00:00:00 hour"), ("3月5日12:59:59", "03-05 12:59:59 second"), ("3月5日 8:05", "03-05 08:05:00 minute"),
        ("3月5日下午十二点", "03-05 12:00:00 hour"), ("3月5日晚9点20分许", "03-05 21:20:00 minute"), ("3月5日早上8点", "03-05 08:00:00 hour"),
        ("昨夜8点", "03-06 20:00:00 hour"), ("昨夜2点", "03-06 02:00:00 hour"), ("3月5日夜里2点", "03-05 02:00:00 hour"), ("3月5日深夜5点", "03-05 05:00:00 hour"),
        ("3月5日夜里6点", "03-05 18:00:00 hour"), ("3月5日,8:05", "03-05 08:05:00 minute"), ("3月5日，8:05", "03-05 08:05:00 minute"), ("3月5日的8:05", "03-05 08:05:00 minute"),
        ("3月5日T8:05", "03-05 08:05:00 minute"), ("16:40转账", "03-07 16:40:00 minute"), ("16:41转账", "03-06 16:41:00 minute"),
    ],
)  # fmt: skip
def test_an_hour_is_of_the_part_of_the_day_that_is_told(written: str, wanted: str) -> None:
    assert clock(written) == wanted


@pytest.mark.parametrize("written", ["3月5日25时", "3月5日12:60"])
def test_what_no_clock_shows_is_no_hour(written: str) -> None:
    assert [one[-3:] for one in told(written)] == ["day"]


def test_a_day_carries_on_until_another_is_told_and_over_midnight_once() -> None:
    assert told("3月5日21:30转账，23:10又转，00:20再转，01:05又转，3月6日8:00报警") == [
        "2024-03-05 21:30:00 minute", "2024-03-05 23:10:00 minute", "2024-03-06 00:20:00 minute", "2024-03-06 01:05:00 minute",
        "2024-03-06 08:00:00 minute",
    ]  # fmt: skip
    assert told("3月5日20:59转账，4:00又转")[1] == "2024-03-05 04:00:00 minute"
    assert told("3月5日21:00转账，4:00又转，5:00再转")[1:] == [
        "2024-03-06 04:00:00 minute",
        "2024-03-06 05:00:00 minute",
    ]
    assert told("3月5日22:00转账，5:00又转")[1] == "2024-03-05 05:00:00 minute"


def test_twelve_after_a_late_hour_is_midnight_and_after_an_earlier_one_noon() -> None:
    assert told("3月5日晚上8点转账，十二点又转")[1] == "2024-03-06 00:00:00 hour"
    assert told("3月5日晚上7点转账，十二点又转")[1] == "2024-03-05 12:00:00 hour"


def test_the_day_after_is_counted_from_the_day_before_it() -> None:
    assert told("3月1日转账，次日又转，当日报警") == [
        "2024-03-01 00:00:00 day",
        "2024-03-02 00:00:00 day",
        "2024-03-02 00:00:00 day",
    ]
    assert told("次日又转") == []
    assert told("当日转账") == ["2024-03-07 00:00:00 day"]


def test_hours_without_a_day_are_of_the_day_that_the_text_says_it_is_about() -> None:
    assert told("我要报警，10:15转了钱，3月4日的事")[0] == "2024-03-04 10:15:00 minute"
    assert told("10:15转了钱", None) == []


def test_a_range_of_hours_is_its_day_and_two_days_are_two() -> None:
    assert told("3月5日10:00至11:30转账") == ["2024-03-05 00:00:00 day"]
    assert told("3月5日10:00-11:30转账") == ["2024-03-05 00:00:00 day"]
    assert told("3月4日至3月5日转账") == ["2024-03-04 00:00:00 day", "2024-03-05 00:00:00 day"]
    assert told("3月5日10:00、11:30转账") == ["2024-03-05 10:00:00 minute", "2024-03-05 11:30:00 minute"]


def test_a_year_told_carries_on_where_nobody_knows_the_day_of_the_report() -> None:
    assert told("2022年12月30日转账，1月5日又转，3号再转", None) == [
        "2022-12-30 00:00:00 day", "2022-01-05 00:00:00 day", "2022-01-03 00:00:00 day",
    ]  # fmt: skip
    assert told("12月30日转账", None) == []
    assert told("周三转账", None) == []
    assert told("三天前转账", None) == []


def test_a_moment_lies_where_it_was_written() -> None:
    text = fold("我3月5日 15:12转账，昨天又转")
    found = moments(text, REPORT)
    assert [text[one.start : one.end] for one in found] == ["3月5日 15:12", "昨天"]
    assert [one.dated for one in found] == [True, True]
    assert [one.dated for one in moments("15:12转账", REPORT)] == [False]
    assert told("2026年12月30日转账") == [], "more than a year after the report is a slip"
    assert told("2025年3月8日转账") == ["2025-03-08 00:00:00 day"]
    assert told("2025年3月9日转账") == []
