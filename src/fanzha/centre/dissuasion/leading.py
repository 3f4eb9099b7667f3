"""What a leader has to look at: what is late and with whom, who needs help, and what waits for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Count, Q, QuerySet

from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.models import Breach, LevelChange, Order, Review, Transfer
from fanzha.centre.dissuasion.precision import WATCHING
from fanzha.centre.dissuasion.queries import Line, lines
from fanzha.centre.duty import queries as duty
from fanzha.centre.duty.models import Member, Unit
from fanzha.deadlines import limits
from fanzha.vocabulary import LEVELS, Text, text_from

LONGEST = 20
STAGES = {name: text_from(text) for name, text in WATCHING["stages"].items()}


@dataclass(frozen=True)
class Late:
    """A limit that was missed and that nobody has explained; `minutes` since it was due."""

    breach: Breach
    line: Line
    step: Text
    minutes: int


@dataclass(frozen=True)
class Stage:
    """How many unexplained breaches stand with one stage of the chain, and the most urgent of them."""

    name: Text
    count: int
    first: list[Late]


@dataclass(frozen=True)
class Load:
    """What somebody on duty holds; `over`: how much above capacity; `breaches`: limits missed lately on orders of theirs."""

    member: Member
    load: int
    over: int
    breaches: int


@dataclass(frozen=True)
class UnitLoad:
    """A unit's open orders, those on duty there, and the limits missed lately."""

    name: Text
    open: int
    on_duty: int
    breaches: int


def late_by_stage(now: datetime, longest: int = LONGEST) -> list[Stage]:
    """Unexplained breaches by stage of the chain, the highest stage first, in each the most urgent first."""
    found = []
    for stage in reversed(STAGES):
        waiting = Breach.objects.filter(reason="", stage=stage)
        shown = list(waiting.select_related("order").order_by("level", "due_at")[:longest])
        orders = {one.order.pk: one for one in lines({one.order.pk: one.order for one in shown}.values(), now)}
        late = [_late(one, orders[one.order_id], now) for one in shown]
        found.append(Stage(STAGES[stage], waiting.count(), late))
    return found


def _late(breach: Breach, line: Line, now: datetime) -> Late:
    minutes = int((now - breach.due_at).total_seconds() // 60)
    return Late(breach, line, limits()[f"order.{breach.step}"].name, minutes)


def _lately(now: datetime) -> QuerySet[Breach]:
    since = now - timedelta(hours=WATCHING["breach_hours"]["value"])
    return Breach.objects.filter(due_at__gt=since, due_at__lte=now)


def roster(now: datetime, unit: str | None = None) -> list[Load]:
    """Who is on duty (in one unit or in all) with what they hold; those who need help first: over capacity, then with breaches."""
    held = Count("user__orders", filter=Q(user__orders__state__in=("assigned", *states.WORKED)))
    members = Member.objects.filter(on_duty=True).annotate(load=held).select_related("user", "unit")
    if unit is not None:
        members = members.filter(unit_id=unit)
    rows = _lately(now).order_by().values_list("order__owner").annotate(n=Count("pk"))
    missed = dict(rows)
    found = [Load(one, one.load, max(0, one.load - one.capacity), missed.get(one.user_id, 0)) for one in members]
    return sorted(found, key=lambda one: (-one.over, -one.breaches, -one.load, one.member.pk))


def units_in_need(now: datetime) -> list[UnitLoad]:
    """The units with open orders or breaches lately, the most missed first."""
    opened = dict(Order.objects.filter(state__in=states.OPEN).order_by().values_list("unit").annotate(n=Count("pk")))
    missed = dict(_lately(now).order_by().values_list("unit").annotate(n=Count("pk")))
    on_duty = dict(Member.objects.filter(on_duty=True).order_by().values_list("unit").annotate(n=Count("pk")))
    found = [
        UnitLoad(
            Text(unit.name_zh, unit.name_en),
            opened.get(unit.code, 0),
            on_duty.get(unit.code, 0),
            missed.get(unit.code, 0),
        )
        for unit in Unit.objects.filter(code__in={*opened, *missed})
    ]
    return sorted(found, key=lambda one: (-one.breaches, -one.open, one.name.en))


def reviews_waiting() -> QuerySet[Review]:
    """Orders drawn for review that nobody has reviewed, the oldest first."""
    return Review.objects.filter(at=None).select_related("order").order_by("drawn_at")


@dataclass(frozen=True)
class Lowering:
    """A proposal to lower a level, with the names of both levels."""

    change: LevelChange
    before: Text
    after: Text


def lowering_waiting(longest: int = LONGEST) -> list[Lowering]:
    """Proposals to lower a level that wait for a second person, the most urgent first."""
    waiting = LevelChange.objects.filter(granted=None).select_related("order", "by").order_by("before", "at")
    return [Lowering(one, LEVELS[one.before].name, LEVELS[one.after].name) for one in waiting[:longest]]


def lowering_number() -> int:
    """How many proposals to lower a level wait."""
    return LevelChange.objects.filter(granted=None).count()


@dataclass(frozen=True)
class Offer:
    """An order offered to another unit, with the names of both units."""

    transfer: Transfer
    origin: Text
    target: Text


def transfers_waiting(longest: int = LONGEST) -> list[Offer]:
    """Offers to other units that nobody has answered, the oldest first."""
    found = list(Transfer.objects.filter(accepted=None).select_related("order", "by").order_by("at")[:longest])
    codes = {code for one in found for code in (one.origin, one.target)}
    names = {unit.code: Text(unit.name_zh, unit.name_en) for unit in Unit.objects.filter(code__in=codes)}
    return [Offer(one, names[one.origin], names[one.target]) for one in found]


def transfers_number() -> int:
    """How many offers to other units nobody has answered."""
    return Transfer.objects.filter(accepted=None).count()


def may_answer(user: User, transfer: Transfer) -> bool:
    """Whether a user stands for the unit that was asked: the province is answered for by the city."""
    unit = duty.unit_of(user)
    return unit is not None and (
        unit.code == transfer.target or (transfer.target, unit.code) == ("province", duty.CITY_UNIT)
    )
