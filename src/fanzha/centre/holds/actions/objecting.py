"""The right to object: by receipt number from anywhere, or by identity at a counter; somebody else decides."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from fanzha.centre.access import audit, permissions, vault
from fanzha.centre.holds import queries, states, telling, terms
from fanzha.centre.holds.actions.ending import end
from fanzha.centre.holds.actions.steps import locked
from fanzha.centre.holds.models import Hold, Objection
from fanzha.deadlines import due
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

LONGEST = 2000
"""Characters that are kept of what somebody says."""


def receipt_digits(written: str) -> str:
    """A receipt number as it was typed, in whatever digits and groups, as its digits."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", written) if sign.isdecimal() and sign.isascii())


@transaction.atomic
def object_by_receipt(receipt: str, said: str, now: datetime) -> Objection:
    """Whoever has the receipt number objects; acknowledged at once. The objection that is there already stays as it is.

    Refusal when there is no such receipt.
    """
    hold = queries.by_receipt(receipt_digits(receipt))
    if hold is None:
        raise Refusal("there is no such receipt number", code="receipt.unknown", where="receipt")
    return _submit(hold, now, said, via="page")


@transaction.atomic
def object_at_counter(identifier: str, user: User, identity: str, said: str, now: datetime) -> list[Objection]:
    """Staff enter the objection of somebody who shows who they are (`identifier`: account, number or identity number).

    It counts for whatever is held of that person and visible to the staff. The identifier is looked up and not kept.
    Refusal when nothing is held, or the identity was not checked (`identity`: a code of terms.IDENTITY).
    """
    if not permissions.may_see_holds(user):
        raise PermissionDenied
    if identity not in terms.IDENTITY:
        raise Refusal("check who the person is first", code="objection.identity", where="identity")
    tokens = [vault.token(kind, identifier.strip()) for kind in ("account", "number", "person")]
    own = Q(target__in=tokens) | Q(order__subject__in=tokens)
    holds = queries.visible(user).filter(own, decided_at__isnull=False).exclude(state="refused")
    found = [hold for hold in holds if hold.state in states.LIVE]
    if not found:
        raise Refusal("nothing of this person is held", code="objection.none", where="identifier")
    return [_submit(hold, now, said, via="counter", taken_by=user, identity=identity) for hold in found]


def _submit(hold: Hold, now: datetime, said: str, **how: object) -> Objection:
    made = {"said": said.strip()[:LONGEST], "submitted_at": now, "due_at": due(f"order.objection_{hold.kind}", now)}
    objection, new = Objection.objects.get_or_create(hold=hold, defaults={**made, **how})
    if new:
        audit.write(objection.taken_by, "objection", hold.order.order_id, now, f"{hold.pk}: {objection.via}")
    return objection


@transaction.atomic
def decide_objection(objection_id: int, user: User, grant: bool, reason: str, now: datetime) -> Objection:
    """Somebody who did not decide the hold decides the objection; granted, the hold is lifted in this transaction.

    Refusal without a reason, for either of the two who decided the hold, and for what is decided already.
    """
    if not permissions.may_decide(user):
        raise PermissionDenied
    if not reason.strip():
        raise Refusal("say why; the person is told", code="objection.reason", where="reason")
    held = Objection.objects.filter(pk=objection_id).values_list("hold_id", flat=True).first()
    if held is None:
        raise Refusal("no such objection", code="objection.unknown", where=str(objection_id))
    hold = locked(held)
    objection = Objection.objects.select_for_update().get(pk=objection_id)
    decided = "granted" if grant else "refused"
    if decided not in states.OBJECTION[objection.state]:
        raise Refusal("this objection is decided already", code="objection.decided", where=str(objection_id))
    if user.pk in (hold.decider_id, hold.second_id):
        raise Refusal("somebody who did not decide the hold decides", code="objection.own", where=str(objection_id))
    objection.state, objection.by, objection.decided_at, objection.reason = decided, user, now, reason
    objection.save()
    if grant and hold.state in states.LIVE:
        end(hold, "objection", now)
    _tell(hold, objection, now)
    audit.write(user, f"objection_{objection.state}", hold.order.order_id, now, f"{hold.pk}: {reason}")
    return objection


def _tell(hold: Hold, objection: Objection, now: datetime) -> None:
    name = f"objection_{objection.state}"
    if objection.state == "refused" and hold.ended_at is not None:
        name = "objection_refused_ended"
    told = Text(objection.reason, objection.reason)
    telling.tell_person(hold, name, hold.ended_at or hold.until or now, now, told)
