"""Days and times as people type them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

from fanzha.refusal import Refusal

_FIRST, _LAST = date(1900, 1, 1), date(2199, 12, 31)
"""Days that can be lived: the calendar of nanoseconds ends in 2262, and that of Python goes no further back from its first day."""


def day_of(written: str, where: str) -> date:
    """A day such as 2026-03-02. Refusal for anything else; `where` names the option or field."""
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = date.min
    if not _FIRST <= day <= _LAST:
        raise Refusal(f"expected a day such as 2026-03-02, found {written!r}", code="day", where=where)
    return day


def times_of(number: float, where: str) -> float:
    """How many times as much as somewhere else. Refusal where there is no such number; `where` names the option."""
    if not math.isfinite(number):
        raise Refusal(f"expected a number such as 200, found {number}", code="number", where=where)
    return number


def moment_of(written: object, where: str) -> datetime:
    """A time with its offset (RFC 3339). Refusal for anything else; `where` names the option or field."""
    try:
        moment = datetime.fromisoformat(str(written))
        moment.astimezone(UTC)  # the first hours of the calendar are before it in UTC
    except (ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refusal(f"expected a time such as 2024-03-07T16:40:00+08:00, found {written!r}", code="time", where=where)
    return moment
