"""Limits as dated parameters: which value holds on a day, what follows from it, and what a limit must have to be one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fanzha.deadlines import clocks, count, days_of, deadline, due, duration, limits, times, years_without_holidays
from fanzha.deadlines.working_days import after_working_days, is_working_day

SHANGHAI = ZoneInfo("Asia/Shanghai")
EVE, NEW_YEAR = datetime(2025, 12, 31, 15, 59, tzinfo=UTC), datetime(2025, 12, 31, 16, tzinfo=UTC)
OLD, NEW = date(2024, 1, 1), date(2026, 1, 1)


def limit(name: str, *values: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "name": {"zh": name, "en": name}, "values": list(values)}


def since(day: date, **value: Any) -> dict[str, Any]:
    return {"since": day, "source": "a test", **value}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """Another clocks.yaml, to be filled."""
    rows: list[dict[str, Any]] = []
    monkeypatch.setattr(clocks, "load_data", lambda *_: rows)
    limits.cache_clear()
    yield rows
    limits.cache_clear()


def test_a_value_holds_from_its_shanghai_day_until_the_next(told: list[dict[str, Any]]) -> None:
    told.append(limit("a", since(OLD, by_level={1: 5, 2: None}, count=2), since(NEW, by_level={1: 7, 2: 3}, count=4)))
    told.append(limit("b", since(OLD, hours=2), since(NEW, minutes=30)))
    told.append(limit("c", since(OLD, days=[1, 3], levels=[1]), since(NEW, days=[2], levels=[1, 2])))
    assert (deadline("a", 1, EVE), deadline("a", 1, NEW_YEAR)) == (
        EVE + timedelta(minutes=5),
        NEW_YEAR + timedelta(minutes=7),
    )
    assert (deadline("a", 2, EVE), deadline("a", 2, NEW_YEAR)) == (None, NEW_YEAR + timedelta(minutes=3))
    assert (count("a", 1, EVE), count("a", 1, NEW_YEAR), times("a", EVE), times("a", NEW_YEAR)) == (5, 7, 2, 4)
    assert (duration("b", EVE), duration("b", NEW_YEAR)) == (timedelta(hours=2), timedelta(minutes=30))
    assert (due("b", EVE), due("b", NEW_YEAR)) == (EVE + timedelta(hours=2), NEW_YEAR + timedelta(minutes=30))
    assert days_of("c", 1, EVE) == [EVE + timedelta(days=1), EVE + timedelta(days=3)]
    assert (days_of("c", 2, EVE), days_of("c", 2, NEW_YEAR)) == ([], [NEW_YEAR + timedelta(days=2)])
    assert duration("b", datetime(2020, 1, 1, tzinfo=UTC)) == timedelta(hours=2), "before the first the first counts"
    with pytest.raises(KeyError):
        deadline("a", 5, EVE)
    with pytest.raises(KeyError):
        due("none", EVE)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (limit("x"), "an id of its own and at least one value"),
        ({"id": "x", "name": {"zh": "x", "en": "x"}}, "an id of its own and at least one value"),
        (limit("first", since(OLD, hours=1)), "an id of its own and at least one value"),
        (limit("x", {"since": OLD, "hours": 1}), "every value has a date `since` and a `source`"),
        (limit("x", {"source": "a test", "hours": 1}), "every value has a date `since` and a `source`"),
        (
            limit("x", {"since": "2024", "source": "a test", "hours": 1}),
            "every value has a date `since` and a `source`",
        ),
        (limit("x", since(OLD, weeks=1)), "expected by_level, count, working_days, minutes or hours or days"),
        (
            limit("x", since(OLD, hours=1), since(NEW)),
            "expected by_level, count, working_days, minutes or hours or days",
        ),
    ],
)
def test_an_entry_that_is_no_limit_is_refused_with_its_place(
    told: list[dict[str, Any]], row: dict[str, Any], words: str
) -> None:
    told.extend([limit("first", since(OLD, minutes=1)), row])
    with pytest.raises(ValueError, match=rf"clocks.yaml, entry 2 \({row['id']}\): .*{words}"):
        limits()


def test_a_limit_may_be_of_any_unit_by_level_a_number_or_working_days(told: list[dict[str, Any]]) -> None:
    units: dict[str, Any] = {"minutes": 1, "hours": 1, "days": 1, "by_level": {1: 1}, "count": 1, "working_days": 1}
    told.extend(limit(unit, since(OLD, **{unit: value})) for unit, value in units.items())
    assert {*limits()} == {*units}
    assert [duration(unit, EVE) for unit in ("minutes", "hours", "days")] == [
        timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days")
    ]
    assert limits()["days"].name.zh == "days"
    assert limits() is limits(), "read once"


def test_every_limit_of_the_centre_can_be_asked_and_tells_its_name_in_both_languages() -> None:
    for name, one in limits().items():
        assert one.id == name
        assert one.name.zh
        assert one.name.en


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-02-13", True), ("2026-02-14", True), ("2026-02-15", False), ("2026-02-16", False), ("2026-02-23", False), ("2026-02-24", True),
        ("2026-02-28", True), ("2026-03-01", False), ("2026-03-06", True), ("2026-03-07", False), ("2026-10-01", False), ("2026-10-07", False),
        ("2026-10-08", True), ("2026-10-10", True), ("2026-10-11", False), ("2030-02-04", True), ("2030-02-03", False),
    ],
)  # fmt: skip
def test_offices_work_on_the_announced_days(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("begins", "days", "ends"),
    [
        ("2026-03-02T10:00", 1, "2026-03-04T00:00"),
        ("2026-03-02T23:59", 3, "2026-03-06T00:00"),
        ("2026-03-03T00:00", 3, "2026-03-07T00:00"),
        ("2026-03-06T10:00", 1, "2026-03-10T00:00"),
        ("2026-02-13T10:00", 2, "2026-02-25T00:00"),
        ("2026-03-02T10:00", 0, "2026-03-03T00:00"),
    ],
)
def test_working_days_end_with_the_last_of_them_and_the_first_does_not_count(begins: str, days: int, ends: str) -> None:
    at = datetime.fromisoformat(begins).replace(tzinfo=SHANGHAI)
    assert after_working_days(at, days) == datetime.fromisoformat(ends).replace(tzinfo=SHANGHAI)
    in_utc = after_working_days(at.astimezone(UTC), days)
    assert (in_utc, in_utc.tzinfo) == (after_working_days(at, days), UTC)


def test_a_limit_in_working_days_is_due_with_the_last_of_them(told: list[dict[str, Any]]) -> None:
    told.append(limit("w", since(OLD, working_days=2), since(NEW, working_days=3)))
    friday = datetime(2026, 3, 6, 10, tzinfo=SHANGHAI)
    assert due("w", friday) == datetime(2026, 3, 12, tzinfo=SHANGHAI)


def test_a_year_whose_holidays_nobody_entered_is_named_before_limits_run_into_it() -> None:
    days = (datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC), datetime(2040, 6, 1, tzinfo=UTC))
    assert [years_without_holidays(day) for day in days] == [[], [2027], [2040]]
