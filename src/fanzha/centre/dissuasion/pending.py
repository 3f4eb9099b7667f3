"""What waits for somebody besides orders: tasks, offers of other units, missed limits to explain, levels to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from fanzha.centre.access import permissions, vault
from fanzha.centre.access.words import word
from fanzha.centre.dissuasion.actions.tasks import OPEN
from fanzha.centre.dissuasion.models import Breach, LevelChange, Task, Transfer
from fanzha.centre.duty import queries as duty
from fanzha.centre.duty.models import Member, Unit
from fanzha.deadlines import limits
from fanzha.vocabulary import LEVELS, Text

LONGEST = 20


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: whose it is (masked), what it is, and the record."""

    record: Task | Transfer | Breach | LevelChange
    shown: str
    what: Text
    due_at: datetime | None
    late: bool


@dataclass(frozen=True)
class Pending:
    """Everything that waits for one user: each list the first, the most urgent, of as many as there are (`numbers`, by the list's name)."""

    member: Member | None
    numbers: dict[str, int]
    tasks: list[Waiting]
    transfers: list[Waiting]
    breaches: list[Waiting]
    lowerings: list[Waiting]


def pending(user: User, now: datetime) -> Pending:
    """What waits for `user` at `now`: of their own, of their unit, and for leaders of every unit."""
    member = Member.objects.select_related("unit").filter(user=user).first()
    unit = member.unit_id if member else ""
    units = (unit, "province") if unit == duty.CITY_UNIT else (unit,)
    due = Task.objects.filter(Q(holder=user, state="held") | Q(holder=None, state="open", unit=unit))
    tasks = (
        due.filter(begins_at__lte=now, state__in=OPEN)
        .exclude(kind="voice")
        .filter(Q(holder=user) | Q(kind__in=_kinds(user)))
    )
    transfers = Transfer.objects.filter(target__in=units, accepted=None).order_by("at")
    breaches = Breach.objects.filter(reason="").filter(_mine(user, unit)).order_by("level", "due_at")
    lowerings = LevelChange.objects.filter(granted=None).exclude(by=user).order_by("at")
    if not permissions.may_dissuade(user):
        lowerings = lowerings.none()
    every = {"tasks": tasks, "transfers": transfers, "breaches": breaches, "lowerings": lowerings}
    return Pending(
        member,
        {name: found.count() for name, found in every.items()},
        _waiting(tasks, lambda task: word("tasks", task.kind), now),
        _waiting(transfers, lambda offer: _unit_name(offer.origin), now),
        _waiting(breaches, lambda breach: limits()[f"order.{breach.step}"].name, now),
        _waiting(lowerings, lambda change: _from_to(change), now),
    )


def _kinds(user: User) -> list[str]:
    """Those who call see the calls of after an order, those who drive the visits; the first call is the order itself."""
    kinds = ["follow_up"] if permissions.may_dissuade(user) else []
    return kinds + (["visit"] if permissions.may_visit(user) else [])


def _mine(user: User, unit: str) -> Q:
    if permissions.may_lead(user):
        return Q()
    own = Q(unit=unit)
    return own | Q(stage="city") if unit == duty.CITY_UNIT else own


def _unit_name(code: str) -> Text:
    unit = Unit.objects.get(pk=code)
    return Text(unit.name_zh, unit.name_en)


def _from_to(change: LevelChange) -> Text:
    before, after = LEVELS[change.before].name, LEVELS[change.after].name
    return Text(f"{before.zh} → {after.zh}", f"{before.en} → {after.en}")


def _waiting(records: QuerySet, what, now: datetime) -> list[Waiting]:  # type: ignore[no-untyped-def, type-arg]
    found = list(records.select_related("order")[:LONGEST])
    shown = vault.masked([one.order.subject for one in found])
    return [
        Waiting(one, shown[one.order.subject], what(one), due, due is not None and due < now)
        for one in found
        for due in (getattr(one, "due_at", None),)
    ]
