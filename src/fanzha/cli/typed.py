"""Days and times as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from fanzha.refusal import Refusal


def day_of(written: str, where: str) -> date:
    """A day such as 2026-03-02. Refusal for anything else; `where` names the option or field."""
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise Refusal(f"expected a day such as 2026-03-02, found {written!r}", code="day", where=where) from error


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
