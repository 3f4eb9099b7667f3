"""Who takes an order: offered by place, language, duty and load; taken by one; taken back when nobody signs it in in time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from fanzha.centre.access import audit, permissions
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.actions import clocks, tasks
from fanzha.centre.dissuasion.actions.steps import locked, move, save
from fanzha.centre.dissuasion.models import Order, Task
from fanzha.centre.duty import queries as duty
from fanzha.centre.duty.models import Member
from fanzha.deadlines import deadline
from fanzha.refusal import Refusal
from fanzha.vocabulary import LEVELS

HUMAN_LEVELS = (1, 2, 3)
"""Level 4 is told by automatic voice and message; nobody owns it until somebody answers for help."""
URGENT = (1, 2)
BATCH = 200
after_taking: list[Callable[[Order, datetime], None]] = []
"""What other apps do when an order comes into somebody's hands, in the same transaction."""


def _for_people(now: datetime) -> Q:
    """What people are asked to do by now: not a call that begins when the quiet hours end."""
    call = Task.objects.filter(order=OuterRef("pk"), kind="call", state="open", begins_at__lte=now)
    return Q(level__in=HUMAN_LEVELS) | Q(Exists(call))


@transaction.atomic
def assign_waiting(now: datetime) -> int:
    """Offer what waits to whoever is on duty, the most urgent first; how many orders were offered.

    First those who have not let an offer of it lapse; of these first the unit of where the person is now, then the city's; first
    those who speak the language that the person asked for, then whoever has least to do. The last place in each pair of hands is
    kept for levels 1 and 2; level 1 goes beyond any capacity, but first to those who are not calling for another order of level 1.
    What nobody is there for keeps nobody else waiting.
    """
    offered = 0
    waiting = Order.objects.filter(_for_people(now), state="created").order_by("level", "issued_at")
    members = _members() if waiting.exists() else []
    found = list(waiting.filter(_within_reach(members))[:BATCH])
    lapsed = _lapsed(found)
    for order in found:
        chosen = _best(order, members, lapsed)
        if chosen is None:
            continue
        move(order, "assigned")
        order.owner_id, order.give_back_at = chosen.user_id, deadline("order.offer", order.level, now)
        save(order)
        audit.write(None, "offered", order.order_id, now, str(chosen.user_id))
        chosen.load += 1
        chosen.urgent += order.level == 1
        offered += 1
    return offered


def _members() -> list[Member]:
    """Operators on duty, with how many orders each has in hand (`load`) and how many of level 1 not reached yet (`urgent`)."""
    found = list(Member.objects.filter(on_duty=True, user__groups__name="operator"))
    urgent = Count("pk", filter=Q(level=1, reached_at=None))
    held = Order.objects.filter(state__in=("assigned", *states.WORKED)).order_by()
    counted = held.values_list("owner").annotate(load=Count("pk"), urgent=urgent)
    in_hand = {owner: counts for owner, *counts in counted}
    for one in found:
        one.load, one.urgent = in_hand.get(one.user_id, (0, 0))
    return found


def _is_free(level: int, one: Member) -> bool:
    kept = 0 if level in URGENT else 1
    return level == 1 or one.load < max(1, one.capacity - kept)


def _within_reach(members: list[Member]) -> Q:
    """The orders that somebody is free for: of their units, and of all where one of the city's is."""
    reached = Q(pk=None)
    for level in LEVELS:
        units = {one.unit_id for one in members if _is_free(level, one)}
        reached |= Q(level=level) if duty.CITY_UNIT in units else Q(level=level, unit__in=units)
    return reached


def _lapsed(orders: list[Order]) -> Counter[tuple[str, str]]:
    """How often each let an offer of each order lapse, since it was opened last: (order, user's key) -> times."""
    opened = {one.order_id: one.issued_at for one in orders}
    acts = AuditEntry.objects.filter(action="taken_back", subject__in=list(opened))
    return Counter((who, key) for who, key, at in acts.values_list("subject", "reason", "at") if at >= opened[who])


def _best(order: Order, members: list[Member], lapsed: Counter[tuple[str, str]]) -> Member | None:
    units = (order.unit, duty.CITY_UNIT)
    free = [one for one in members if one.unit_id in units and _is_free(order.level, one)]
    return min(free, key=lambda one: (lapsed[order.order_id, str(one.user_id)], *_fitness(order, one)), default=None)


def _fitness(order: Order, one: Member) -> tuple[bool, bool, bool, int, int]:
    calling = order.level == 1 and one.urgent > 0
    return one.unit_id != order.unit, calling, order.language not in ("", *one.languages), one.load, one.pk


@transaction.atomic
def take_back(now: datetime) -> int:
    """Take back what was offered and not signed in in time, for another; how many orders."""
    late = Order.objects.filter(state="assigned", give_back_at__lt=now).order_by("level", "give_back_at")
    taken = list(late[:BATCH])
    for order in taken:
        audit.write(None, "taken_back", order.order_id, now, str(order.owner_id))
        move(order, "created")
        order.owner, order.give_back_at = None, None
        save(order)
    return len(taken)


@transaction.atomic
def take(order_id: str, user: User, now: datetime) -> Order:
    """Sign an order in. Refusal when somebody else has it: of two who try, one gets it.

    An offer binds nobody else: until it is signed in, whoever comes first has it.
    """
    if not permissions.may_dissuade(user):
        raise PermissionDenied
    order = locked(order_id)
    if order.state in states.ENDED:
        raise Refusal("this order is closed", code="order.state", where=order_id)
    if order.state not in states.WAITING:
        said = "somebody else has taken this order" if order.owner_id != user.pk else "you have this order already"
        raise Refusal(said, code="order.taken", where=order_id)
    if not duty.may_take(user, order.unit):
        raise Refusal("this order waits for another unit", code="order.unit", where=order_id)
    return _take(order, user, now)


def _take(order: Order, user: User, now: datetime) -> Order:
    sign_in(order, user, now)
    save(order)
    audit.write(user, "take", order.order_id, now)
    return order


def sign_in(order: Order, user: User, now: datetime) -> None:
    """Put a waiting order and its call into the hands of `user`; the caller saves."""
    move(order, "acknowledged")
    order.owner, order.give_back_at, order.signed_in_at = user, None, order.signed_in_at or now
    clocks.meet(order, "sign_in", at=now)
    tasks.hold(order, "call", user, now)
    for act in after_taking:
        act(order, now)


@transaction.atomic
def take_next(user: User, now: datetime) -> Order | None:
    """Sign in the most urgent order that is offered to one or waits for one's unit; None when nothing waits.

    Levels 1 and 2 also when they are offered to a colleague, who may be on the phone: whoever is free comes first. Members of
    the city's centre take what waits anywhere; others what waits for the city where their own unit has nothing.
    """
    if not permissions.may_dissuade(user):
        raise PermissionDenied
    unit = duty.unit_of(user)
    code = unit.code if unit else None
    free = Q(owner=None) | Q(level__in=URGENT)
    if code == duty.CITY_UNIT:
        asked = (Q(owner=user) | free,)
    else:
        asked = (Q(owner=user) | free & Q(unit=code), free & Q(unit=duty.CITY_UNIT))
    for mine in asked:
        waiting = Order.objects.filter(_for_people(now), mine, state__in=states.WAITING)
        order = waiting.select_for_update().order_by("level", "issued_at").first()
        if order is not None and unit is not None:
            return _take(order, user, now)
    return None
