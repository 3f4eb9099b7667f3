"""An order offered to another unit: it stays where it is, with its owner and clocks, until that unit accepts."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.actions import tasks
from fanzha.centre.dissuasion.actions.concluding import conclude_transferred
from fanzha.centre.dissuasion.actions.steps import locked, move, save
from fanzha.centre.dissuasion.models import Transfer
from fanzha.centre.duty import queries as duty
from fanzha.centre.duty.models import Unit
from fanzha.refusal import Refusal

PROVINCE = "province"


@transaction.atomic
def offer_transfer(order_id: str, user: User, target: str, reason: str, now: datetime) -> Transfer:
    """Offer an order to another unit; until that accepts it, owner and clocks stay. Refusal without a reason or such a unit."""
    order = locked(order_id)
    if not (permissions.may_dissuade(user) or permissions.may_visit(user)):
        raise PermissionDenied
    if not reason.strip():
        raise Refusal("say why the order belongs there", code="transfer.reason", where="reason")
    if target == order.unit or not Unit.objects.filter(code=target).exclude(kind__in=duty.INSTITUTIONS).exists():
        raise Refusal("expected another unit", code="transfer.unit", where=target)
    if order.state not in (*states.WAITING, *states.WORKED) or order.transfers.filter(accepted=None).exists():
        raise Refusal("this order cannot be offered now", code="transfer.state", where=order_id)
    if order.owner_id != user.pk and not duty.works_for(user, order.unit):
        raise Refusal("this order waits for another unit", code="order.unit", where=order_id)
    audit.write(user, "transfer_offered", order_id, now, f"{target}: {reason}")
    return Transfer.objects.create(order=order, origin=order.unit, target=target, reason=reason, by=user, at=now)


@transaction.atomic
def decide_transfer(transfer_id: int, user: User, accept: bool, now: datetime) -> Transfer:
    """Accept or decline what another unit offers; only somebody of the target (or, for the province, of the city) may.

    What the province accepts is worked on elsewhere, so that the order ends here as transferred (D10).
    """
    transfer = Transfer.objects.select_for_update().select_related("order").get(pk=transfer_id)
    unit = duty.unit_of(user)
    stands_for = {transfer.target} | ({duty.CITY_UNIT} if transfer.target == PROVINCE else set())
    if not (permissions.may_dissuade(user) or permissions.may_visit(user)):
        raise PermissionDenied
    if unit is None or unit.code not in stands_for:
        raise Refusal("only the unit that was asked can answer", code="transfer.unit", where=transfer.target)
    if transfer.accepted is not None:
        raise Refusal("this offer was answered already", code="transfer.answered", where=str(transfer_id))
    transfer.accepted, transfer.decided_by, transfer.decided_at = accept, user, now
    transfer.save()
    order = locked(transfer.order.order_id)
    if accept and transfer.target == PROVINCE:
        conclude_transferred(order, user, now, transfer.reason)
    elif accept:
        tasks.hand_over(order, transfer.target)
        if order.state != "created":
            move(order, "created")
        order.unit, order.owner, order.give_back_at = transfer.target, None, None
        save(order)
    audit.write(user, "transfer_accepted" if accept else "transfer_declined", order.order_id, now, transfer.target)
    return transfer
