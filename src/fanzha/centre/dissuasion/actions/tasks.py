"""Tasks of an order: each in one pair of hands."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.dissuasion.models import Order, Task
from fanzha.centre.duty import queries as duty
from fanzha.deadlines import deadline
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS

OPEN = ("open", "held")
_KINDS = {1: ("call", "visit"), 2: ("call", "visit"), 3: ("call",), 4: ("voice",)}
"""At the two urgent levels the phone rings while the car is on its way (domain page 3.2)."""


def open_for(order: Order, level: int, begins: datetime) -> None:
    """The tasks of a level; one of a kind that is open already stays."""
    for kind in _KINDS[level]:
        step = {"call": "order.first_call", "voice": "order.first_call"}.get(kind)
        step = step or ("order.in_person_remote" if order.remote else "order.in_person")
        add(order, kind, begins, deadline(step, level, begins))


def add(order: Order, kind: str, begins: datetime, due_at: datetime | None) -> Task:
    """A task of `kind`; the one that is open already, with the earlier due."""
    task = order.tasks.filter(kind=kind, state__in=OPEN).exclude(kind="follow_up").first()
    if task is None:
        unit = _station(order) if kind == "visit" else order.unit
        return Task.objects.create(order=order, kind=kind, unit=unit, begins_at=begins, due_at=due_at)
    if due_at is not None and (task.due_at is None or due_at < task.due_at):
        task.due_at = due_at
        task.save(update_fields=["due_at"])
    return task


def _station(order: Order) -> str:
    unit = duty.unit_for(order.place)
    return unit.replace("county-", "station-") if unit.startswith("county-") else unit


@transaction.atomic
def take_task(task_id: int, user: User, now: datetime) -> Task:
    """Take a task into one's hands. Refusal when another was first."""
    if not Task.objects.filter(pk=task_id, state="open").update(state="held", holder=user, held_at=now):
        raise Refusal("somebody else has this task, or it is done", code="task.taken", where=str(task_id))
    task = Task.objects.select_related("order").get(pk=task_id)
    audit.write(user, f"task_{task.kind}", task.order.order_id, now)
    return task


def finish(order: Order, kind: str, now: datetime, result: str) -> None:
    """End the open tasks of a kind with what came of them."""
    order.tasks.filter(kind=kind, state__in=OPEN).update(state="done", done_at=now, result=result)


def drop_all(order: Order, now: datetime) -> None:
    """Drop whatever is still open: the order is over. Follow-ups come after it and stay."""
    order.tasks.filter(state__in=OPEN).exclude(kind="follow_up").update(state="dropped", done_at=now)


@transaction.atomic
def give_back(task_id: int, user: User) -> None:
    """Put a task back that one holds. Refusal when one does not hold it."""
    if not Task.objects.filter(pk=task_id, state="held", holder=user).update(state="open", holder=None, held_at=None):
        raise Refusal("you do not hold this task", code="task.held", where=str(task_id))


@transaction.atomic
def finish_follow_up(task_id: int, user: User, now: datetime, result: str) -> None:
    """End one follow-up with what was found (a code of vocabulary.CONTACTS)."""
    if result not in CONTACTS:
        raise Refusal(f"expected one of {', '.join(CONTACTS)}", code="contact.unknown", where="contact")
    changed = Task.objects.filter(pk=task_id, kind="follow_up", state__in=OPEN).update(
        state="done", done_at=now, result=result, holder=user
    )
    if not changed:
        raise Refusal("this follow-up is done already", code="task.done", where=str(task_id))
    audit.write(user, "follow_up", Task.objects.select_related("order").get(pk=task_id).order.order_id, now, result)
