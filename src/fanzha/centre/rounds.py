"""What the worker does again and again: import the engine's warnings, open orders, and whatever time brings about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from fanzha.centre import clock, heard
from fanzha.centre.access import rates
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.cases import actions as cases
from fanzha.centre.cases import demo
from fanzha.centre.channels import actions as channels
from fanzha.centre.clues import actions as clues
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion import figure_pages
from fanzha.centre.dissuasion import queries as orders
from fanzha.centre.dissuasion.standing import EFFECTIVE
from fanzha.centre.funds import actions as funds
from fanzha.centre.holds import actions as holds
from fanzha.centre.inbox import actions as inbox
from fanzha.centre.intake import actions as intake
from fanzha.centre.networks import actions as networks
from fanzha.centre.visits import actions as visits
from fanzha.centre.warnings import actions as warnings
from fanzha.centre.warnings.models import Cursor
from fanzha.outbox import Outbox

BATCH = 50
"""Warnings taken in in one transaction, during which nobody else writes (about a third of a second)."""


@transaction.atomic
def tell_the_city(now: datetime) -> int:  # noqa: ARG001  (rounds are handed the instant)
    """In a demo, whoever was convinced (D01, D02) or whose money is held stops in the living city; how many were told.

    Read from the audit, where every act of every app is. A kill may tell it twice, which changes nothing.
    """
    if not settings.DEMO:
        return 0
    cursor = Cursor.objects.get_or_create(name="city")[0]
    acts = AuditEntry.objects.filter(pk__gt=cursor.value).order_by("pk")[:BATCH]
    told = 0
    for act in acts:
        if act.action == "hold_in_force" or (act.action == "outcome" and act.reason in EFFECTIVE):
            subject = orders.subject_of(act.subject)
            if subject:
                heard.tell(settings.HOME, subject, act.at)
                told += 1
        cursor.value = act.pk
    cursor.save()
    return told


ROUNDS: tuple[Callable[[datetime], Any], ...] = (
    dissuasion.take_back,
    dissuasion.assign_waiting,
    dissuasion.find_breaches,
    funds.lapse,
    funds.alarm,
    clues.find_overdue,
    cases.find_overdue,
    demo.crew_works,
    networks.propose,
    networks.search,
    inbox.watch,
    inbox.open_waiting,
    inbox.write_feedback,
    inbox.find_late,
    inbox.expire,
    intake.expire,
    intake.fill,
    channels.begin_telling,
    channels.deliver,
    visits.enter_waiting,
    visits.forget_photos,
    holds.end_due,
    rates.forget,
    figure_pages.keep_newest_brief,
    tell_the_city,
)
"""Each is handed the instant and does what is due; each is safe to be killed in and called again."""


def once(now: datetime | None = None) -> None:
    """Everything that is due at `now` (default: the centre's clock). ExceptionGroup of what failed, when all the others are done.

    The worker ends with it and is started anew: a record that spoils one round, today and every day, keeps no other from its work.
    """
    instant = now or clock.now()
    failed = []
    for act in ROUNDS:
        try:
            act(instant)
        except Exception as fault:  # noqa: BLE001 (told of below)
            failed.append(fault)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(ROUNDS)} rounds failed", failed)


def import_outbox(outbox: Outbox) -> int:
    """The next warnings of the engine, by the centre's own cursor, with their orders; how many rows were read."""
    taken = Cursor.objects.filter(name="outbox").first()
    return _take_in(outbox) if outbox.newest() > (taken.value if taken else 0) else 0


@transaction.atomic
def _take_in(outbox: Outbox) -> int:
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
