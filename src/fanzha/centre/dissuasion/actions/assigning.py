"""Who takes an order: offered by place, language, duty and load; taken by one; taken back when nobody signs it in in time."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from fanzha.centre.access import audit, permissions
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.actions import clocks
from fanzha.centre.dissuasion.actions.steps import locked, move, next_change
from fanzha.centre.dissuasion.models import Order, Task, Transfer
from fanzha.centre.duty import queries as duty
from fanzha.centre.duty.models import Member, Unit
from fanzha.refusal import Refusal

HUMAN_LEVELS = (1, 2, 3)
"""Level 4 is told by automatic voice and message; nobody owns it until somebody asks for a call."""
FOR_PEOPLE = Q(level__in=HUMAN_LEVELS) | Q(Exists(Task.objects.filter(order=OuterRef("pk"), kind="call", state="open")))
BATCH = 200


@transaction.atomic
def assign_waiting(now: datetime) -> int:
    """Offer what waits to whoever is on duty, the most urgent first; how many orders were offered.

    First the unit of where the person is now, then the city's; first those who speak the language that the person asked for,
    then whoever has least to do; nobody beyond their capacity but for level 1.
    """
    offered = 0
    members = _members()
    for order in Order.objects.filter(FOR_PEOPLE, state="created").order_by("level", "issued_at")[:BATCH]:
        chosen = _best(order, members)
        if chosen is None:
            continue
        sign_in = order.clocks.filter(step="sign_in", met_at=None, passed_over=False).order_by("due_at").first()
        move(order, "assigned")
        order.owner_id = chosen.user_id
        order.give_back_at = max(sign_in.due_at, now + (sign_in.due_at - sign_in.began_at)) if sign_in else None
        order.save()
        chosen.load += 1
        offered += 1
    return offered


def _members() -> list[Member]:
    held = Count("user__orders", filter=Q(user__orders__state__in=("assigned", *states.WORKED)))
    return list(Member.objects.filter(on_duty=True).annotate(load=held).select_related("unit"))


def _best(order: Order, members: list[Member]) -> Member | None:
    for unit in dict.fromkeys((order.unit, duty.CITY_UNIT)):
        free = [one for one in members if one.unit_id == unit and (one.load < one.capacity or order.level == 1)]
        if free:
            return min(free, key=lambda one: (order.language not in ("", *one.languages), one.load, one.pk))
    return None


@transaction.atomic
def take_back(now: datetime) -> int:
    """Take back what was offered and not signed in in time, for another; how many orders."""
    late = Order.objects.filter(state="assigned", give_back_at__lt=now)
    taken = list(late[:BATCH])
    for order in taken:
        move(order, "created")
        order.owner, order.give_back_at = None, None
        order.save()
    return len(taken)


@transaction.atomic
def take(order_id: str, user: User, now: datetime) -> Order:
    """Sign an order in. Refusal when somebody else has it: of two who try, one gets it."""
    if not permissions.may_dissuade(user):
        raise PermissionDenied
    mine = Q(owner=None) | Q(owner=user) | Q(state="assigned")
    got = Order.objects.filter(mine, order_id=order_id, state__in=states.WAITING).update(
        state="acknowledged", owner=user, signed_in_at=now, give_back_at=None, changed=next_change()
    )
    order = locked(order_id)
    if not got:
        said = "somebody else has taken this order" if order.owner_id != user.pk else "you have this order already"
        raise Refusal(said, code="order.taken", where=order_id)
    clocks.meet(order, "sign_in", at=now)
    audit.write(user, "take", order_id, now)
    return order


def take_next(user: User, now: datetime) -> Order | None:
    """Sign in the most urgent order that waits for one's unit, or for the city where one's own has none; None when nothing waits."""
    unit = duty.unit_of(user)
    units = [unit.code] if unit else []
    waiting = Order.objects.filter(FOR_PEOPLE, state__in=states.WAITING)
    offered = waiting.filter(owner=user).order_by("level", "issued_at")
    free = waiting.filter(owner=None, unit__in=units).order_by("level", "issued_at")
    for order_id in [*offered.values_list("order_id", flat=True)[:3], *free.values_list("order_id", flat=True)[:20]]:
        try:
            return take(order_id, user, now)
        except Refusal:
            continue  # another was faster: the next one
    return None


@transaction.atomic
def offer_transfer(order_id: str, user: User, target: str, reason: str, now: datetime) -> Transfer:
    """Offer an order to another unit; until that accepts it, owner and clocks stay. Refusal without a reason or such a unit."""
    order = locked(order_id)
    if not reason.strip():
        raise Refusal("say why the order belongs there", code="transfer.reason", where="reason")
    if target == order.unit or not Unit.objects.filter(code=target).exclude(kind__in=duty.INSTITUTIONS).exists():
        raise Refusal("expected another unit", code="transfer.unit", where=target)
    if order.state not in (*states.WAITING, *states.WORKED) or order.transfers.filter(accepted=None).exists():
        raise Refusal("this order cannot be offered now", code="transfer.state", where=order_id)
    audit.write(user, "transfer_offered", order_id, now, f"{target}: {reason}")
    return Transfer.objects.create(order=order, origin=order.unit, target=target, reason=reason, by=user, at=now)


@transaction.atomic
def decide_transfer(transfer_id: int, user: User, accept: bool, now: datetime) -> Transfer:
    """Accept or decline what another unit offers; only somebody of the target (or, for the province, of the city) may."""
    transfer = Transfer.objects.select_for_update().select_related("order").get(pk=transfer_id)
    unit = duty.unit_of(user)
    stands_for = {transfer.target} | ({duty.CITY_UNIT} if transfer.target == "province" else set())
    if unit is None or unit.code not in stands_for:
        raise Refusal("only the unit that was asked can answer", code="transfer.unit", where=transfer.target)
    if transfer.accepted is not None:
        raise Refusal("this offer was answered already", code="transfer.answered", where=str(transfer_id))
    transfer.accepted, transfer.decided_by, transfer.decided_at = accept, user, now
    transfer.save()
    order = locked(transfer.order.order_id)
    if accept and order.state in (*states.WAITING, *states.WORKED):
        if order.state != "created":
            move(order, "created")
        order.unit, order.owner, order.give_back_at, order.changed = transfer.target, None, None, next_change()
        order.save()
        order.tasks.filter(state="open").update(unit=transfer.target)
    audit.write(user, "transfer_accepted" if accept else "transfer_declined", order.order_id, now, transfer.target)
    return transfer
