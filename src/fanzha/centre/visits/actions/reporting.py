"""A report from the door: kept once however often it is sent, and entered into the order with the time that counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions, vault
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.actions import clocks
from fanzha.centre.dissuasion.actions.steps import locked
from fanzha.centre.dissuasion.actions.tasks import OPEN
from fanzha.centre.dissuasion.actions.working import IN_PERSON, write_contact, write_meeting
from fanzha.centre.dissuasion.models import Breach
from fanzha.centre.visits import form, queries
from fanzha.centre.visits.history import IN_TIME
from fanzha.centre.visits.models import Visit
from fanzha.deadlines import duration
from fanzha.refusal import Refusal

BATCH = 200


@transaction.atomic
def report(order_id: str, user: User, now: datetime, said: Any) -> Visit:
    """Keep what a phone sent (the JSON of form.read_report); sent again it adds nothing and is answered with the same.

    PermissionDenied for who never held the visit; Refusal for a report that lacks something, or that comes with other
    content under an id that was used. A report that comes when the visit is over is kept (`after_end`), and changes nothing.
    """
    if not permissions.may_visit(user):
        raise PermissionDenied
    read = form.read_report(said)
    order = locked(order_id)  # held first, so that of two sendings at once one waits for the other
    known = Visit.objects.filter(visit_id=read.visit_id).first()
    if known is not None:
        if (known.digest, known.by_id, known.order_id) != (read.digest, user.pk, order.pk):
            raise Refusal("this id was sent with other content", code="visit.changed", where=str(read.visit_id))
        return known
    task = queries.visited(order_id, user, read, now)
    if task is None:
        raise PermissionDenied
    visit = Visit(
        visit_id=read.visit_id, order=order, task=task, by=user, result=read.result, answers=read.answers,
        protection_wanted=read.protection_wanted, note=read.note, latitude=read.latitude, longitude=read.longitude,
        phone_met_at=read.met_at, phone_sent_at=read.sent_at, received_at=now,
        skew_s=round(form.skew(read, now).total_seconds()),
        counted_at=form.counted(read, task.held_at, now),
        after_end=queries.is_over(task), digest=read.digest,
    )  # fmt: skip
    if read.photo is not None:
        visit.photo, visit.photo_until = vault.seal(read.photo), now + duration("visit.photo", now)
    visit.save()
    audit.write(user, "visit", order_id, now, f"{visit.result}, {visit.counted_at.isoformat()}, skew {visit.skew_s} s")
    if not visit.after_end:
        if visit.protection_wanted:
            for act in dissuasion.protectors:
                act(order, user, visit.note, now)
        _enter(visit, now)
    return visit


@transaction.atomic
def enter_waiting(now: datetime) -> int:
    """Enter the visits that came before anybody had signed their order in; how many.

    Also when the officer has put the visit back since, or another has it now: what was found at the door was found.
    """
    waiting = Visit.objects.filter(entered_at=None, after_end=False, order__state__in=states.WORKED)
    found = list(waiting.select_related("order", "by", "task")[:BATCH])
    for visit in found:
        if visit.task.state not in OPEN:
            Visit.objects.filter(pk=visit.pk).update(after_end=True)
        else:
            _enter(visit, now)
    return len(found)


def _enter(visit: Visit, now: datetime) -> None:
    order = locked(visit.order.order_id)
    met = visit.result == form.MET
    if order.state not in states.WORKED:
        if met:
            clocks.meet(order, *IN_PERSON, at=visit.counted_at)  # the rest when somebody has signed the order in
        return
    if met:
        write_meeting(order, visit.by, visit.counted_at, visit.note)
        _explain(visit, now)
    else:
        contact = form.CONTACT_OF[visit.result]
        said = f"{visit.result}: {visit.note}".removesuffix(": ")
        write_contact(order, visit.by, visit.counted_at, contact, "visit", said)
    visit.entered_at = now
    visit.save(update_fields=["entered_at"])


def _explain(visit: Visit, now: datetime) -> None:
    """A limit that looked missed while the phone was without a connection, and was not: its breach is explained."""
    kept = Breach.objects.filter(
        order=visit.order, again=visit.order.again, step__in=IN_PERSON, due_at__gte=visit.counted_at, reason=""
    )
    for breach in kept:
        clocks.write_reason(breach.pk, visit.by, f"{IN_TIME}{now.isoformat()}", now)
