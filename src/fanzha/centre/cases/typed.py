"""What a person types into a form of the register, as values.

>>> fen("12,000.50", "loss"), fen("", "loss")
(1200050, None)
>>> instant("2026-03-02T09:05", "at").isoformat()
'2026-03-02T09:05:00+08:00'
>>> day_and_clock("2026-03-02", "", "day").isoformat()
'2026-03-02T00:00:00+08:00'
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from fanzha import reading
from fanzha.centre.days import typed_time
from fanzha.refusal import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")


def fen(typed: str, where: str) -> int | None:
    """Yuan as fen, nought included; None for an empty field. Refusal for what is no amount."""
    return reading.typed_fen(typed, where, least=0) if typed.strip() else None


def instant(typed: str, where: str) -> datetime | None:
    """A local date and time as an aware instant; None for an empty field. Refusal for what is none."""
    if not typed.strip():
        return None
    try:
        return typed_time(typed.strip()).replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise Refusal("expected a date and a time", code="typed.time", where=where) from error


def day_and_clock(day: str, clock: str, where: str) -> datetime | None:
    """A local day and the time of that day, midnight where none is told; None for two empty fields. Refusal for what is none."""
    return instant(f"{day.strip()}T{clock.strip() or '00:00'}", where) if day.strip() or clock.strip() else None


def day_of(instant_: datetime | None) -> str:
    """The day of an instant as a form's field shows it."""
    return as_typed(instant_)[:10]


def clock_of(instant_: datetime | None) -> str:
    """The time of day of an instant as a form's field shows it, with seconds where it has some."""
    if instant_ is None:
        return ""
    local = instant_.astimezone(SHANGHAI)
    return local.strftime("%H:%M:%S" if local.second else "%H:%M")


def as_typed(instant_: datetime | None) -> str:
    """An instant as a form's field shows it."""
    return instant_.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M") if instant_ else ""
