"""The bank or the telecom operator says what it has done: in force, or undone."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.duty import queries as duty
from fanzha.centre.holds import queries, telling
from fanzha.centre.holds.actions.ending import note_lateness
from fanzha.centre.holds.actions.steps import locked, move
from fanzha.centre.holds.models import Hold
from fanzha.refusal import Refusal


@transaction.atomic
def confirm(hold_id: int, user: User, now: datetime, what: str | None = None) -> Hold:
    """Confirm what was asked last: that the hold is in force (then the person is told at once), or that it is undone.

    Only staff of the target's own bank or operator may, or who decides for the centre when told by telephone. `what`: `in_force`
    or `undone`, as the page asked it; a hold that was put in force while it ended here is not undone.
    Refusal when there is nothing to confirm, or not what the page asked.
    """
    if not permissions.may_confirm(user):
        raise PermissionDenied
    hold = locked(hold_id)
    if not permissions.may_decide(user) and duty.institution_of(user) != (hold.carrier or None):
        raise PermissionDenied
    asked = queries.to_confirm(hold, now)
    if not asked:
        raise Refusal("there is nothing to confirm", code="hold.confirm", where=str(hold_id))
    if what not in (None, asked):
        raise Refusal("something else is to be confirmed now: read it again", code="hold.other", where=str(hold_id))
    if asked == "in_force":
        move(hold, "in_force")
        hold.in_force_at = now
        telling.tell_once(hold, now)
    else:
        hold.undone_at = now
        note_lateness(hold, now)
    hold.save()
    audit.write(user, f"hold_{'undone' if hold.undone_at else 'in_force'}", hold.order.order_id, now, str(hold.pk))
    return hold
