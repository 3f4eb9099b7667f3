"""What pages and actions read of comparisons. Results are seen at planned looks alone, so that nobody chooses the moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from django.db.models import QuerySet

from fanzha.centre.dissuasion import filed_cases
from fanzha.centre.dissuasion.models import Care, Order, Result
from fanzha.centre.dissuasion.standing import LATE
from fanzha.centre.people import queries as people
from fanzha.centre.trials import comparing
from fanzha.centre.trials.models import Assignment, Look, Plan
from fanzha.centre.trials.variants import LEVELS, PLACES, VARIANTS, Variant, name_of
from fanzha.vocabulary import Text

Losses = Callable[[Mapping[str, datetime], timedelta], set[str]]
"""(subject -> since when, how long) -> the subjects that lost money in their time."""


def _by_outcome(since: Mapping[str, datetime], within: timedelta) -> set[str]:
    said = Result.objects.filter(order__subject__in=list(since), code__in=LATE, corrected_by=None)
    rows = said.values_list("order__subject", "at")
    return {subject for subject, at in rows if since[subject] <= at < since[subject] + within}


def _by_case(since: Mapping[str, datetime], within: timedelta) -> set[str]:
    begin, end = min(since.values()), max(since.values()) + within
    cases = filed_cases.filed(begin, end)
    return {
        one.subject
        for one in cases
        if one.subject in since and since[one.subject] <= one.filed_at < since[one.subject] + within
    }


loss_sources: list[Losses] = [_by_outcome, _by_case]
"""Where a later loss is known from: outcomes D03 and D04, and the cases that are filed (filed_cases.SOURCES)."""


def running(place: str, now: datetime) -> Plan | None:
    """The plan that runs at a place at `now`; none whose variant is in the data no more."""
    known = Plan.objects.filter(variant__in=VARIANTS)
    return known.filter(place=place, state="running", approved_at__lte=now).first()


def eligible(order: Order, plan: Plan, now: datetime) -> bool:
    """Whether an order may get what a plan compares: a level of the variant, of age as far as is known, not on the care list."""
    if order.level not in LEVELS or order.level not in VARIANTS[plan.variant].channels or order.minor:
        return False
    person = people.person(order.subject)
    if person is None or person.birth_year is None or people.is_minor(person, now):
        return False
    return not Care.objects.filter(subject=order.subject, until__gt=now).exists()


def drawn(order: Order, place: str, now: datetime) -> Variant | None:
    """The variant that an order was drawn for at a place, as long as it may have it; a page reads this, and draws nothing."""
    plan = running(place, now)
    if plan is None or not eligible(order, plan, now):
        return None
    fell = Assignment.objects.filter(plan=plan, order=order).values_list("variant", flat=True).first()
    return VARIANTS[fell] if fell else None


def losses(plan: Plan, assigned: Iterable[Assignment]) -> dict[str, tuple[int, int]]:
    """By side (the variant's id, empty for the standard): (orders whose person lost money in the days planned, orders)."""
    within, rows = timedelta(days=plan.within_days), list(assigned)
    counted = dict.fromkeys(("", plan.variant), (0, 0))
    rest = rows
    while rest:  # a person with several orders is asked for once for each of them
        batch = {one.order.subject: one for one in reversed(rest)}
        since = {subject: one.at for subject, one in batch.items()}
        lost = set[str]().union(*(source(since, within) for source in loss_sources))
        for subject, one in batch.items():
            events, count = counted[one.variant]
            counted[one.variant] = (events + (subject in lost), count + 1)
        taken = {one.pk for one in batch.values()}
        rest = [one for one in rest if one.pk not in taken]
    return counted


def due(plan: Plan, number: int) -> int:
    """How many orders look `number` (1, 2, ...) rests on."""
    return ceil(plan.sample * number / plan.looks)


def _place(plan: Plan) -> Text:
    return PLACES.get(plan.place) or Text(plan.place, plan.place)


def plan_text(plan: Plan) -> Text:
    """The plan in one paragraph, as it stands in the audit from before the beginning."""
    rule, name, place = comparing.LOOKS, name_of(plan.variant), _place(plan)
    bound = f"|z| >= {rule['constant'][plan.looks]} * sqrt({plan.looks} / k)"
    return Text(
        f"{place.zh}：“{name.zh}”与标准联系方式对比，抽签分配，一比一。假设：{plan.hypothesis} 结果指标：同一人在{plan.within_days}天内立案，"
        f"或结果为D03、D04。样本：{plan.sample}单。停止规则：等距查看{plan.looks}次，第k次{bound}时停止，双侧总alpha为{rule['alpha']}。",
        f"{place.en}: “{name.en}” against the standard contact, by lot, one to one. Hypothesis: {plan.hypothesis} "
        f"Outcome: a case, or D03 or D04, of the same person within {plan.within_days} days. Sample: {plan.sample} orders. "
        f"Stopping: {plan.looks} equally spaced looks, at look k when {bound}; alpha {rule['alpha']} in all, two-sided.",
    )


@dataclass(frozen=True)
class Side:
    """One side at a look: shares are of 1."""

    name: Text | None
    orders: int
    losses: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Seen:
    """A look as the page shows it; `difference`: variant less standard, negative when fewer lost money with the variant."""

    look: Look
    sides: tuple[Side, Side]
    difference: float
    low: float
    high: float
    counts: bool


@dataclass(frozen=True)
class Line:
    """A plan with its name, text, progress and looks."""

    plan: Plan
    name: Text
    place: Text
    text: Text
    assigned: int
    next_look: int | None
    seen: list[Seen]


def _side(name: Text | None, events: int, count: int) -> Side:
    low, high = comparing.wilson(events, count)
    return Side(name, count, events, events / count if count else 0.0, low, high)


def seen(look: Look) -> Seen:
    """A look with its intervals."""
    variant = (look.variant_losses, look.variant_orders)
    standard = (look.standard_losses, look.standard_orders)
    sides = (_side(None, *standard), _side(name_of(look.plan.variant), *variant))
    low, high = comparing.newcombe(*variant, *standard)
    return Seen(look, sides, sides[1].share - sides[0].share, low, high, abs(look.z) >= look.needed)


def plans() -> QuerySet[Plan]:
    """All plans, the newest first."""
    return Plan.objects.select_related("written_by", "approved_by", "ended_by")


def lines() -> list[Line]:
    """All plans as the page shows them."""
    return [_line(plan) for plan in plans()]


def _line(plan: Plan) -> Line:
    looks = [seen(one) for one in plan.seen.select_related("plan").order_by("number")]
    following = due(plan, len(looks) + 1) if plan.state == "running" else None
    return Line(
        plan,
        name_of(plan.variant),
        _place(plan),
        plan_text(plan),
        plan.assignments.count(),
        following,
        looks,
    )
