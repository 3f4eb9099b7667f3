"""Days and times as addresses and forms tell them: the first and the last years of the calendar have no window in another time zone."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404

_YEARS = range(1900, 2200)
"""Years that something can have happened in, or be due."""


def asked_day(said: str | None, default: date) -> date:
    """The day that an address asks for. Http404 for what is none, or is of no year that has records."""
    try:
        day = date.fromisoformat(said) if said else default
    except ValueError as wrong:
        raise Http404 from wrong
    if day.year not in _YEARS:
        raise Http404
    return day


def typed_time(said: str) -> datetime:
    """The date and time of a form's field, as naive or aware as it was typed. ValueError for what is none."""
    at = datetime.fromisoformat(said)
    if at.year not in _YEARS:
        raise ValueError(f"no year of ours: {said}")
    return at
