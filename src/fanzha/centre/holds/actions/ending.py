"""Every hold ends: lifted by a person, at the success of its order, by a granted objection, or by its own expiry."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from fanzha.centre.access import audit, permissions
from fanzha.centre.dissuasion import states as order_states
from fanzha.centre.dissuasion.actions import clocks
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.holds import states, telling, terms
from fanzha.centre.holds.actions.deciding import answered
from fanzha.centre.holds.actions.steps import locked, move
from fanzha.centre.holds.models import Hold, Objection
from fanzha.deadlines import due, duration
from fanzha.refusal import Refusal

BATCH = 200


@transaction.atomic
def lift(hold_id: int, user: User, now: datetime, reason: str) -> Hold:
    """Lift a hold before its time; one person is enough to give back what is somebody's own. Refusal without a reason."""
    if not permissions.may_decide(user):
        raise PermissionDenied
    if not reason.strip():
        raise Refusal("say why", code="hold.lift", where="reason")
    hold = locked(hold_id)
    if hold.state == "requested":
        raise Refusal("a second person refuses what is not in force yet", code="hold.state", where=str(hold_id))
    hold.end_reason = reason
    end(hold, "decided", now)
    audit.write(user, "hold_lifted", hold.order.order_id, now, f"{hold.pk}: {reason}")
    return hold


def end(hold: Hold, how: str, now: datetime, since: datetime | None = None) -> None:
    """End a hold and save it; the bank or operator is told to undo it, and the person that it is over.

    `how`: a code of terms.ENDS; whatever comes after its own expiry finds it expired. `since`: what the limit for undoing
    it runs from, by default its end. Refusal when it has ended already.
    """
    was_live, over = hold.state in states.LIVE, hold.until is not None and now >= hold.until
    move(hold, "expired" if over or hold.state == "requested" else "lifted")
    hold.end_how = "expiry" if over else how
    hold.ended_at = hold.until if over else now
    if was_live:
        hold.confirm_due_at = due("order.hold_lift", since or hold.ended_at)
        telling.ask_carrier(hold, "carrier_lift", hold.ended_at, now)
        if hold.told_at is not None:
            telling.tell_person(hold, "ended", hold.ended_at, now)
    hold.save()
    answered(hold, now)


def lift_after_closing(order: Order, now: datetime) -> None:
    """What happens to holds when an order is over: at success they are lifted at once; open requests lapse in any case."""
    for hold in Hold.objects.select_for_update().filter(order=order, state__in=states.OPEN):
        if hold.state == "requested" or order.outcome in terms.LIFT_AFTER:
            end(hold, "closed" if hold.state == "requested" else "success", now)
            _write(hold, now)


def end_due(now: datetime) -> int:
    """Whatever time brings about for holds and objections; how many things were done. Each is its own transaction, done once."""
    closed = Q(order__state__in=order_states.ENDED)
    due_now = {
        _expire: Q(state="requested", answer_by__lte=now) | Q(state__in=states.LIVE, until__lte=now),
        _close: Q(state="requested") & closed,
        _lift_at_success: Q(state__in=states.LIVE, order__outcome__in=terms.LIFT_AFTER) & closed,
        _tell: Q(state="approved", told_at=None, decided_at__lte=now - duration("hold.tell", now)),
        note_lateness: Q(undone_at=None, late=False, confirm_due_at__lt=now),
    }
    done = 0
    for act, condition in due_now.items():
        for pk in Hold.objects.filter(condition).values_list("pk", flat=True)[:BATCH]:
            with transaction.atomic():
                found = Hold.objects.select_for_update(of=("self",)).select_related("order").filter(condition, pk=pk)
                for hold in found:  # none when another was faster
                    act(hold, now)
                    hold.save()
                    done += 1
    return done + _note_late_objections(now)


def _expire(hold: Hold, now: datetime) -> None:
    end(hold, "unanswered" if hold.state == "requested" else "expiry", now)
    _write(hold, now)


def _close(hold: Hold, now: datetime) -> None:
    end(hold, "closed", now)
    _write(hold, now)


def _lift_at_success(hold: Hold, now: datetime) -> None:
    """An outcome that was corrected into a success closes nothing, so it is found here; the limit runs from its record."""
    said = hold.order.results.order_by("-id").first()
    end(hold, "success", now, since=said.at if said else None)
    _write(hold, now)


def _tell(hold: Hold, now: datetime) -> None:
    telling.tell_once(hold, now)
    audit.write(None, "hold_told", hold.order.order_id, now, str(hold.pk))


def _write(hold: Hold, now: datetime) -> None:
    audit.write(None, f"hold_{hold.state}", hold.order.order_id, now, f"{hold.pk}: {hold.end_how}")


def note_lateness(hold: Hold, now: datetime) -> None:
    """Record once, as a breach of the order, that nobody confirmed in time that a hold was undone; the caller saves."""
    if hold.confirm_due_at is not None and now > hold.confirm_due_at and not hold.late:
        hold.late = True
        clocks.record_breach(hold.order_id, hold.again, "hold_lift", hold.order.level, hold.confirm_due_at)


def _note_late_objections(now: datetime) -> int:
    found = list(Objection.objects.filter(state="submitted", late=False, due_at__lt=now).select_related("hold__order"))
    for one in found[:BATCH]:
        with transaction.atomic():
            if Objection.objects.filter(pk=one.pk, state="submitted", late=False).update(late=True):
                hold = one.hold
                step = f"objection_{hold.kind}"
                clocks.record_breach(hold.order_id, hold.again, step, hold.order.level, one.due_at)
    return len(found)
