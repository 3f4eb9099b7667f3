"""What the worker does again and again: import the engine's warnings, open orders, and whatever time brings about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from fanzha.centre import clock
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.warnings import actions as warnings
from fanzha.centre.warnings.models import Cursor
from fanzha.detection import Outbox

BATCH = 50
"""Warnings taken in in one transaction, during which nobody else writes (about a third of a second)."""
ROUNDS: tuple[Callable[[datetime], Any], ...] = (
    dissuasion.take_back,
    dissuasion.assign_waiting,
    dissuasion.find_breaches,
)
"""Each is handed the instant and does what is due; each is safe to be killed in and called again."""


def once(now: datetime | None = None) -> None:
    """Everything that is due at `now` (default: the centre's clock)."""
    instant = now or clock.now()
    for act in ROUNDS:
        act(instant)


@transaction.atomic
def import_outbox(outbox: Outbox) -> int:
    """The next warnings of the engine, by the centre's own cursor, with their orders; how many rows were read."""
    cursor = Cursor.objects.get_or_create(name="outbox")[0].value
    rows = outbox.read(cursor, limit=BATCH)
    if not rows:
        return 0
    now = clock.now()
    told = [row.warning for row in rows]
    warnings.import_warnings(told, now)
    dissuasion.open_orders([incoming(one) for one in told if one["warning_kind"] == "victim"], now)
    warnings.advance_cursor(rows[-1].seq)
    return len(rows)


def incoming(told: dict[str, Any]) -> dissuasion.Incoming:
    """A warning of the engine as an order takes it, with the place where its events saw the person last."""
    return dissuasion.Incoming(
        source=dissuasion.OWN,
        warning_id=told["warning_id"],
        subject=told["subject"],
        subject_kind=told["subject_kind"],
        level=told["level"],
        issued_at=datetime.fromisoformat(told["issued_at"]),
        told=told,
        score=told["score"],
        case_class=told["case_class"] or "",
        place=_place(told["events"]),
    )


_PLACES = {"calls": "callee_place", "payments": "payer_place"}


def _place(events: list[dict[str, Any]]) -> str:
    """The person is who is called or pays; a place is where the newest such event saw them."""
    for event in sorted(events, key=lambda one: one.get("at") or "", reverse=True):
        column = _PLACES.get(event["table"], "")
        if event.get(column):
            return str(event[column])
    return ""
