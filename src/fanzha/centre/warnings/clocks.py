"""The deadlines of a warning, from clocks.yaml; they start at the later of issued_at and received_at and never pause."""

from __future__ import annotations

from datetime import datetime, timedelta

from fanzha.vocabulary import load_data

STEPS = ("sign_in", "first_call", "feedback")


def deadline(step: str, level: int, begins: datetime) -> datetime | None:
    """When `step` (one of STEPS) is due for a warning of `level` whose clocks began at `begins`; None for no limit."""
    minutes = load_data("fanzha.centre.warnings", "clocks.yaml")[step][level]
    return None if minutes is None else begins + timedelta(minutes=minutes)
