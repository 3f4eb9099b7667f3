"""Working days of the People's Republic: Monday to Friday but for announced holidays, and the weekends worked instead.

>>> from datetime import date
>>> is_working_day(date(2026, 2, 16)), is_working_day(date(2026, 2, 28)), is_working_day(date(2027, 6, 6))
(False, True, False)
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from fanzha.vocabulary import load_data

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_AHEAD = timedelta(days=45)
"""How long before a year its holidays have to be known: they are announced early in November."""


@cache
def _announced() -> tuple[tuple[tuple[date, date], ...], frozenset[date]]:
    rows = load_data("fanzha.deadlines", "working_days.yaml")
    free = tuple((span["from"], span["to"]) for row in rows for span in row["free"])
    return free, frozenset(day for row in rows for day in row["worked"])


def years_without_holidays(now: datetime) -> list[int]:
    """The Shanghai years, of those that limits run in soon after `now` (aware), whose holidays nobody entered: Monday to Friday count."""
    entered = {row["year"] for row in load_data("fanzha.deadlines", "working_days.yaml")}
    soon = {day.astimezone(_SHANGHAI).year for day in (now, now + _AHEAD)}
    return sorted(soon - entered)


def is_working_day(day: date) -> bool:
    """Whether offices work on a Shanghai day."""
    free, worked = _announced()
    if day in worked:
        return True
    return day.weekday() < 5 and not any(first <= day <= last for first, last in free)


def after_working_days(begins: datetime, days: int) -> datetime:
    """The end of the last of `days` working days in Shanghai; the day of `begins` does not count (aware, as `begins` is)."""
    day = begins.astimezone(_SHANGHAI).date()
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day)
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=_SHANGHAI).astimezone(begins.tzinfo)
