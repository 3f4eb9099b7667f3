"""What pages and actions read of visits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from fanzha.centre.dissuasion import queries as orders
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.models import Order, Task
from fanzha.centre.duty import queries as duty
from fanzha.centre.visits import form
from fanzha.centre.visits.models import Visit
from fanzha.refusal import Refusal
from fanzha.vocabulary import COUNTIES, LEVELS, SPOKEN_LANGUAGES, Text

LONGEST_LIST = 50
MOST_REASONS = 3


@dataclass(frozen=True)
class Line:
    """A visit as the officer's list shows it; `held`: in one's own hands."""

    task: Task
    order: orders.Line
    place: Text | None
    held: bool


@dataclass(frozen=True)
class Said:
    """A visit with the words of its codes, as the order's page shows it."""

    visit: Visit
    result: Text
    looks: list[tuple[Text, Text]]
    questions: list[tuple[Text, Text | str]]


def waiting(user: User) -> QuerySet[Task]:
    """Visits that somebody of the user's unit may take: the unit's, and those of people whose place nobody knows."""
    unit = duty.unit_of(user)
    units = {duty.CITY_UNIT, *([unit.code] if unit else [])}
    return Task.objects.filter(kind="visit", state="open", unit__in=units, order__state__in=states.OPEN)


def mine(user: User, now: datetime) -> list[Line]:
    """The visits in a user's hands, then those that wait, the earliest due first."""
    held = Task.objects.filter(kind="visit", state="held", holder=user).select_related("order")
    found = [*held, *waiting(user).select_related("order")[:LONGEST_LIST]]
    shown = {line.order.pk: line for line in orders.lines([task.order for task in found], now)}
    return [Line(task, shown[task.order_id], _place(task.order), task.state == "held") for task in found]


def last_held(order_id: str, user: User) -> Task | None:
    """The last visit of an order that a user took, whatever became of it."""
    found = Task.objects.select_related("order").filter(order__order_id=order_id, kind="visit", holder=user)
    return found.order_by("-id").first()


def visited(order_id: str, user: User, report: form.Report, now: datetime) -> Task | None:
    """The visit that a report is of: the last that the user had taken by then, as far as the phone's clock can be believed.

    An order that was opened again has a visit of its own, which a late report of the earlier one must not end.
    """
    last = last_held(order_id, user)
    if last is None or not form.is_near(report, now) or form.may_be_of(report, last.held_at, now):
        return last
    earlier = Task.objects.select_related("order").filter(order=last.order, kind="visit", holder=user, pk__lt=last.pk)
    return next((one for one in earlier.order_by("-id") if form.may_be_of(report, one.held_at, now)), last)


def is_over(task: Task) -> bool:
    """Whether a visit that was taken is over: done, dropped, or its order closed."""
    return task.state != "held" or task.order.state in states.ENDED


def held(order_id: str, user: User) -> Task:
    """The visit of an order in a user's hands. PermissionDenied for who never held it; Refusal when it is over."""
    task = last_held(order_id, user)
    if task is None:
        raise PermissionDenied
    if is_over(task):
        raise Refusal("this visit is over", code="visit.over", where=order_id)
    return task


def told(order: Order, task: Task) -> dict[str, Any]:
    """What a phone is told of an order without any clear identifier; texts in both languages."""
    reasons = [reason for basis in order.bases.order_by("level", "id") for reason in basis.told.get("reasons", [])]
    language = SPOKEN_LANGUAGES.get(order.language)
    return {
        "order_id": order.order_id,
        "level": _both(LEVELS[order.level].name),
        "colour": LEVELS[order.level].colour,
        "place": _both(_place(order)),
        "language": _both(language.name if language else None),
        "minor": order.minor,
        "due_at": task.due_at.isoformat() if task.due_at else None,
        "why": [{"zh": one["text_zh"], "en": one["text_en"]} for one in reasons[:MOST_REASONS]],
    }


def of_order(order: Order) -> list[Said]:
    """The visits of an order with their words."""
    return [_said(visit) for visit in order.visits.select_related("by")]


def _said(visit: Visit) -> Said:
    looks, asked = visit.answers["looks"], visit.answers["questions"]
    return Said(
        visit,
        form.RESULTS[visit.result],
        [(form.LOOKS[code], form.FINDINGS[found]) for code, found in looks.items()],
        [(form.QUESTIONS[code], form.CHOICES[told] if code in form.CHOSEN else told) for code, told in asked.items()],
    )


def _place(order: Order) -> Text | None:
    county = COUNTIES.get(order.place[:6])
    return county.name if county else None


def _both(text: Text | None) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en} if text else {"zh": "", "en": ""}
