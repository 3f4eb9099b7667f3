"""What pages, streams and figures read of orders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from fanzha.centre.access import permissions, vault
from fanzha.centre.access.words import word
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.models import Basis, Care, Clock, KeptBrief, Order, Task
from fanzha.centre.duty import queries as duty
from fanzha.centre.duty.models import Unit
from fanzha.centre.people import queries as people
from fanzha.deadlines import limits
from fanzha.vocabulary import CASE_CLASSES, COUNTIES, LEVELS, Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_LIST = 100


@dataclass(frozen=True)
class Line:
    """An order as a list shows it; `seconds` until its next limit (negative: past), `step` what that is."""

    order: Order
    shown: str
    level: Text
    colour: str
    step: Text | None
    due_at: datetime | None
    seconds: int | None
    late: bool
    why: dict[str, Any] | None
    state: Text
    case_class: Text | None
    place: Text | None

    @property
    def minutes(self) -> int | None:
        """Whole minutes until the next limit (negative: past)."""
        return None if self.seconds is None else self.seconds // 60

    @property
    def left(self) -> str:
        """How long until the next limit, or since it passed: 12:34, from an hour on 2:05:00."""
        span = abs(self.seconds or 0)
        minutes = f"{span // 60 % 60}:{span % 60:02d}"
        return minutes if span < 3600 else f"{span // 3600}:{minutes:0>5}"


def lines(orders: Iterable[Order], now: datetime) -> list[Line]:
    """Orders with their masked subject, their first reason and what is due next."""
    found = list(orders)
    shown = vault.masked([one.subject for one in found])
    next_due: dict[int, Clock] = {}
    running = Clock.objects.filter(order__in=found, met_at=None, passed_over=False).order_by("-due_at")
    for clock in running:
        next_due[clock.order_id] = clock
    reasons: dict[int, dict[str, Any]] = {}
    for basis in Basis.objects.filter(order__in=found).order_by("-level", "-id"):
        if basis.told.get("reasons"):
            reasons[basis.order_id] = basis.told["reasons"][0]
    return [_line(one, shown[one.subject], next_due.get(one.pk), reasons.get(one.pk), now) for one in found]


def room(user: User, now: datetime) -> list[Line]:
    """A user's queue as the room shows it: what is due first stands first, what has no limit last."""
    return sorted(lines(queue(user), now), key=lambda line: (line.due_at is None, line.due_at or now, line.order.level))


def _line(order: Order, shown: str, clock: Clock | None, why: dict[str, Any] | None, now: datetime) -> Line:
    level, place = LEVELS[order.level], COUNTIES.get(order.place[:6])
    words = {
        "level": level.name,
        "colour": level.colour,
        "why": why,
        "state": word("states", order.state),
        "case_class": CASE_CLASSES[order.case_class].name if order.case_class in CASE_CLASSES else None,
        "place": place.name if place else None,
    }
    if clock is None:
        return Line(order, shown, step=None, due_at=None, seconds=None, late=False, **words)
    seconds = int((clock.due_at - now).total_seconds())
    step = limits()[f"order.{clock.step}"].name
    return Line(order, shown, step=step, due_at=clock.due_at, seconds=seconds, late=clock.due_at < now, **words)


def queue(user: User) -> QuerySet[Order]:
    """What a user can work on: their own orders, and those that wait for their unit; the most urgent first."""
    unit = duty.unit_of(user)
    mine = Q(owner=user, state__in=(*states.WAITING, *states.WORKED))
    waiting = Q(owner=None, state__in=states.WAITING, unit=unit.code if unit else "")
    return Order.objects.filter(mine | waiting).order_by("level", "issued_at")[:LONGEST_LIST]


def open_orders(unit: str | None = None) -> QuerySet[Order]:
    """Whatever is not closed, of one unit or of all."""
    found = Order.objects.filter(state__in=states.OPEN)
    return (found.filter(unit=unit) if unit else found).order_by("level", "issued_at")


def may_work(order: Order, user: User) -> bool:
    """Whether an order is in a user's hands, and in a state to be worked on: its owner's, a task holder's, a leader's."""
    if order.state not in states.WORKED:
        return False
    if permissions.role(user) == "leader" or order.owner_id == user.pk:
        return permissions.may_dissuade(user) or permissions.may_visit(user)
    return order.tasks.filter(holder=user, state="held").exists()


def numbers_of(order: Order) -> list[tuple[str, str]]:
    """The telephone numbers of the person, as tokens with what is shown of them; where no register tells whose it is, the subject."""
    tokens = [one.token for one in people.held_by(order.subject, "number")]
    if not tokens and vault.kind_of(order.subject) == "number":
        tokens = [order.subject]
    shown = vault.masked(tokens)
    return [(token, shown[token]) for token in tokens]


def other_units(order: Order) -> list[tuple[str, Text]]:
    """Whom an order can be offered to: the city, counties and the province, but for the unit that has it."""
    found = Unit.objects.filter(kind__in=("city", "county", "province")).exclude(pk=order.unit).order_by("kind", "code")
    return [(one.code, Text(one.name_zh, one.name_en)) for one in found]


def last_change() -> int:
    """The running number of the newest change to an order."""
    return Order.objects.aggregate(newest=Max("changed"))["newest"] or 0


def of_warning(source: str, warning_id: str) -> Order | None:
    """The order that rests on a warning."""
    return Order.objects.filter(bases__source=source, bases__warning_id=warning_id).first()


def subject_of(order_id: str) -> str:
    """The token of whom an order is about, empty for an unknown order."""
    return Order.objects.filter(order_id=order_id).values_list("subject", flat=True).first() or ""


def changed_after(change: int, limit: int = 50) -> list[Order]:
    """Orders that are new or changed since `change`, in the order of their changes."""
    return list(Order.objects.filter(changed__gt=change).order_by("changed")[:limit])


def day_of(instant: datetime) -> tuple[datetime, datetime]:
    """The Shanghai day of an instant as a half-open window."""
    local = instant.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return local, local + timedelta(days=1)


def days_between(first: date, last: date) -> tuple[datetime, datetime]:
    """Shanghai days `first` to `last`, both included, as a half-open window."""
    begin = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    end = datetime(last.year, last.month, last.day, tzinfo=SHANGHAI) + timedelta(days=1)
    return begin, end


def kept_brief(day: date) -> KeptBrief | None:
    """The brief of a Shanghai morning as it was kept."""
    return KeptBrief.objects.filter(day=day).first()


@dataclass(frozen=True)
class Cared:
    """A person on the care list as it is shown, with the order that put them there."""

    care: Care
    shown: str
    level: Text


def cared_for(now: datetime) -> QuerySet[Care]:
    """Who is on the care list, each person once with the longest stay, the soonest to leave it first."""
    stays = Care.objects.filter(since__lte=now, until__gt=now)
    longer = stays.filter(subject=OuterRef("subject"), until__gt=OuterRef("until"))
    return stays.filter(~Exists(longer)).select_related("order").order_by("until")


def on_care(now: datetime) -> list[Cared]:
    """The first of `cared_for` as the page shows them."""
    found = list(cared_for(now)[:LONGEST_LIST])
    shown = vault.masked([one.subject for one in found])
    return [Cared(one, shown[one.subject], LEVELS[one.order.level].name) for one in found]


@dataclass(frozen=True)
class FollowUp:
    """A follow-up that can be made now; `late`: past its day."""

    task: Task
    shown: str
    late: bool


def due_follow_ups(now: datetime) -> QuerySet[Task]:
    """The follow-ups whose day has begun, the earliest due first."""
    due = Task.objects.filter(kind="follow_up", state__in=("open", "held"), begins_at__lte=now)
    return due.select_related("order").order_by("due_at", "id")


def follow_ups(now: datetime) -> list[FollowUp]:
    """The first of `due_follow_ups` as the page shows them."""
    found = list(due_follow_ups(now)[:LONGEST_LIST])
    shown = vault.masked([one.order.subject for one in found])
    return [FollowUp(one, shown[one.order.subject], one.due_at is not None and one.due_at < now) for one in found]
