"""Two different people decide a hold: one asks for it, a second agrees or refuses."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.dissuasion import states as order_states
from fanzha.centre.dissuasion.actions import tasks
from fanzha.centre.dissuasion.actions.steps import locked as locked_order
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.holds import telling, terms
from fanzha.centre.holds.actions.steps import locked, move
from fanzha.centre.holds.models import Hold
from fanzha.centre.people import queries as people
from fanzha.centre.people.models import Holding
from fanzha.deadlines import due, duration
from fanzha.refusal import Refusal

HOUR = timedelta(hours=1)


@transaction.atomic
def request(
    order_id: str,
    user: User,
    now: datetime,
    target: str,
    reason: str,
    note: str = "",
    hours: int | None = None,
    leaves_fen: int | None = None,
) -> Hold:
    """Ask for a hold of an account or a line (`target`: a token) of the person an order is about; a second person decides.

    `reason`: a code of terms.REASONS, told to the person; `hours`: at most and by default the longest allowed; `leaves_fen`:
    what stays usable in an account, the floor or more. Refusal when any of it is not so, or when the target was held for
    this warning already: holds are not strung together, a further one needs a further sign.
    """
    if not permissions.may_ask_hold(user):
        raise PermissionDenied
    order = locked_order(order_id)
    if order.state in order_states.ENDED:
        raise Refusal("the order is closed", code="order.state", where=order_id)
    if reason not in terms.REASONS:
        raise Refusal("choose a reason of the list", code="hold.reason", where="reason")
    kind, carrier = _owned(order, target)
    longest = int(duration("hold.longest", now) / HOUR)
    if not 1 <= (hours := longest if hours is None else hours) <= longest:
        raise Refusal(f"expected 1 to {longest} hours", code="hold.hours", where="hours")
    if order.holds.filter(target=target, again=order.again, decided_at__isnull=False).exclude(state="refused").exists():
        raise Refusal("held for this warning already; a further hold needs a further sign", code="hold.again")
    made = Hold(order=order, again=order.again, kind=kind, target=target, carrier=carrier, reason=reason, note=note)
    made.hours, made.decider, made.requested_at, made.answer_by = hours, user, now, due("hold.answer", now)
    made.receipt = f"{secrets.randbelow(10**12):012d}"
    _leave(made, leaves_fen, now)
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise Refusal("a hold of this is open already", code="hold.open", where="target") from error
    tasks.add(order, "hold", now, made.answer_by)
    audit.write(user, "hold_requested", order_id, now, f"{made.pk}: {reason} {note}".strip())
    return made


def _owned(order: Order, target: str) -> tuple[str, str]:
    """What kind of thing the target is and whose customer the person is there; Refusal when it is not the person's own."""
    for kind, holding in terms.HOLDING.items():
        if target == order.subject and target.startswith(f"{holding[0]}-"):
            found = Holding.objects.filter(token=target).first()
            return kind, found.carrier if found else ""
        for one in people.held_by(order.subject, holding):
            if one.token == target:
                return kind, one.carrier
    raise Refusal("only what the person owns can be held for their protection", code="hold.target", where="target")


def _leave(hold: Hold, leaves_fen: int | None, now: datetime) -> None:
    if hold.kind == "line":
        hold.leaves_calls = terms.open_calls(now)
        return
    floor = terms.floor_fen(now)
    hold.leaves_fen = floor if leaves_fen is None else leaves_fen
    if hold.leaves_fen < floor:
        said = f"yuan that stay usable to live on, at least: {floor // 100}"
        raise Refusal(said, code="hold.floor", where="leaves_fen")


@transaction.atomic
def approve(hold_id: int, user: User, now: datetime) -> Hold:
    """The second person's yes: the bank or operator is asked at once, and the end of the hold is fixed. Refusal for the decider."""
    hold = _second(hold_id, user)
    if now >= hold.answer_by:
        raise Refusal("this request has lapsed; ask again", code="hold.lapsed", where=str(hold_id))
    if hold.order.state in order_states.ENDED:
        raise Refusal("the order is closed", code="order.state", where=hold.order.order_id)
    move(hold, "approved")
    hold.second, hold.decided_at, hold.until = user, now, now + hold.hours * HOUR
    hold.save()
    telling.ask_carrier(hold, f"carrier_{hold.kind}", hold.until, now)
    answered(hold, now)
    audit.write(user, "hold_approved", hold.order.order_id, now, str(hold.pk))
    return hold


@transaction.atomic
def refuse(hold_id: int, user: User, now: datetime, reason: str) -> Hold:
    """The second person's no, with its reason."""
    hold = _second(hold_id, user)
    if not reason.strip():
        raise Refusal("say why", code="hold.refusal", where="reason")
    move(hold, "refused")
    hold.second, hold.decided_at, hold.ended_at, hold.end_how, hold.end_reason = user, now, now, "second", reason
    hold.save()
    answered(hold, now)
    audit.write(user, "hold_refused", hold.order.order_id, now, f"{hold.pk}: {reason}")
    return hold


def _second(hold_id: int, user: User) -> Hold:
    if not permissions.may_decide(user):
        raise PermissionDenied
    hold = locked(hold_id)
    if hold.state != "requested":
        raise Refusal("this request is answered already", code="hold.answered", where=str(hold_id))
    if hold.decider_id == user.pk:
        raise Refusal("a second person decides", code="hold.second", where=str(hold_id))
    return hold


def answered(hold: Hold, now: datetime) -> None:
    """End the task of the order when no other request waits for an answer."""
    if not hold.order.holds.filter(state="requested").exists():
        tasks.finish(hold.order, "hold", now, hold.state)
