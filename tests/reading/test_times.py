"""Times as people write them, counted from the day of the report."""

from __future__ import annotations

from datetime import datetime

import pytest

from fanzha.reading.folding import fold
from fanzha.reading.times import moments

REPORT = datetime.fromisoformat("2024-03-07T16:40:00+08:00")  # a Thursday


@pytest.mark.parametrize(
    ("written", "at", "precision"),
    [
        ("2022-12-0312:15:32转账", "2022-12-03T12:15:32", "second"),
        ("2022年12月3日12时15分", "2022-12-03T12:15:00", "minute"),
        ("２０２２年１２月３日", "2022-12-03T00:00:00", "day"),
        ("昨天15时", "2024-03-06T15:00:00", "hour"),
        ("昨天下午3点半", "2024-03-06T15:30:00", "minute"),
        ("昨晚12点", "2024-03-07T00:00:00", "hour"),
        ("12月3日", "2023-12-03T00:00:00", "day"),
        ("3月5日15：12", "2024-03-05T15:12:00", "minute"),
        ("十二月三号晚上八点四十五分", "2023-12-03T20:45:00", "minute"),
        ("三天前", "2024-03-04T00:00:00", "day"),
        ("上周三", "2024-02-28T00:00:00", "day"),
        ("当日11：19", "2024-03-07T11:19:00", "minute"),
        ("9:15转了3万", "2024-03-07T09:15:00", "minute"),
        ("3月5日15时至16时", "2024-03-05T00:00:00", "day"),
    ],
)
def test_a_written_time_is_resolved_against_the_report(written: str, at: str, precision: str) -> None:
    last = moments(fold(written), REPORT)[-1]
    assert last.at is not None
    assert (last.at.isoformat(), last.precision) == (at + "+08:00", precision)


def test_a_day_carries_on_and_a_night_goes_over_midnight() -> None:
    told = moments("昨晚23:12说好，23:58转，00:15又转", REPORT)
    assert [one.at.isoformat()[5:16] for one in told if one.at] == ["03-06T23:12", "03-06T23:58", "03-07T00:15"]


def test_a_part_of_the_day_carries_on_to_spoken_hours() -> None:
    told = moments("昨天晚上八点二十转了六千，九点零五分转了一万八", REPORT)
    assert [one.at.hour for one in told if one.at] == [20, 21]


@pytest.mark.parametrize(("hour", "at"), [("18:00", "17:00"), ("17:00", "17:00"), ("16:59", "05:00")])
def test_a_spoken_hour_alone_is_of_the_afternoon_once_that_has_come(hour: str, at: str) -> None:
    (one,) = moments(fold("五点钟我转给他3000元。"), datetime.fromisoformat(f"2024-03-07T{hour}:00+08:00"))
    assert one.at == datetime.fromisoformat(f"2024-03-07T{at}:00+08:00")


def test_without_a_report_a_day_that_counts_from_it_stays_unknown() -> None:
    assert [one.at for one in moments("昨天15时", None)] == []
    assert [one.at.isoformat() for one in moments("2022-12-03 12:15", None) if one.at] == ["2022-12-03T12:15:00+08:00"]


@pytest.mark.parametrize("text", ["给12点赞", "2月30日", "3点5万元", "第16号线", "25:61"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert not any(one.at for one in moments(text, REPORT))
