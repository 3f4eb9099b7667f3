"""The deadlines of a warning, from clocks.yaml; clocks never pause."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fanzha.vocabulary import load_data

STEPS = ("sign_in", "first_call", "feedback")
_SHANGHAI = ZoneInfo("Asia/Shanghai")


def deadline(step: str, level: int, begins: datetime) -> datetime | None:
    """When `step` (one of STEPS) is due for a warning of `level` (1..4) whose clocks began at `begins` (aware).

    None where there is no limit. The limits are those in force on the Shanghai day of `begins`; before the first
    entry the first one counts. KeyError for an unknown step or level.
    """
    day = begins.astimezone(_SHANGHAI).date()
    entries = load_data("fanzha.deadlines", "clocks.yaml")
    in_force = [entry for entry in entries if entry["since"] <= day] or entries[:1]
    minutes = in_force[-1]["minutes"][step][level]
    return None if minutes is None else begins + timedelta(minutes=minutes)
