"""Tasks of an order: each in one pair of hands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.models import Order, Task
from fanzha.centre.duty import queries as duty
from fanzha.deadlines import deadline
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS

OPEN = tuple(state for state, steps in states.TASKS.items() if steps)
_KINDS = {1: ("call", "visit"), 2: ("call", "visit"), 3: ("call",), 4: ("voice",)}
"""At the two urgent levels the phone rings while the car is on its way (domain page 3.2)."""
_OURS = ("call", "visit", "voice")
"""Kinds that the centre and its stations do; others are a bank's or an operator's."""
_MAY: dict[str, Callable[[User | AnonymousUser], bool]] = {
    "call": permissions.may_dissuade,
    "follow_up": permissions.may_dissuade,
    "visit": permissions.may_visit,
    "hold": permissions.may_decide,
}


def open_for(order: Order, level: int, begins: datetime, new: bool = False) -> None:
    """The tasks of a level but what is done already; one of a kind that is open stays. A `new` order has none of either."""
    done = {"call": order.reached_at, "visit": order.met_at}
    for kind in _KINDS[level]:
        if done.get(kind) is not None:
            continue
        step = {"call": "order.first_call", "voice": "order.first_call"}.get(kind)
        step = step or ("order.in_person_remote" if order.remote else "order.in_person")
        due = deadline(step, level, begins)
        _make(order, kind, begins, due).save() if new else add(order, kind, begins, due)


def add(order: Order, kind: str, begins: datetime, due_at: datetime | None) -> Task:
    """A task of `kind`; the one that is open already, with the earlier due. Follow-ups stand beside each other.

    A call of an order that somebody works on is in their hands.
    """
    task = None if kind == "follow_up" else order.tasks.filter(kind=kind, state__in=OPEN).first()
    if task is None:
        made = _make(order, kind, begins, due_at)
        made.save()
        return made
    if due_at is not None and (task.due_at is None or due_at < task.due_at):
        task.due_at = due_at
        task.save(update_fields=["due_at"])
    return task


def _make(order: Order, kind: str, begins: datetime, due_at: datetime | None) -> Task:
    unit = _station(order.place, order.unit) if kind == "visit" else order.unit
    made = Task(order=order, kind=kind, unit=unit, begins_at=begins, due_at=due_at)
    if kind == "call" and order.state in states.WORKED:
        made.state, made.holder_id, made.held_at = "held", order.owner_id, begins
    return made


def _station(place: str, unit: str) -> str:
    """The station of the county that has the order: it took it over since the person is there; for the city's, by the place."""
    near = duty.unit_for(place) if unit == duty.CITY_UNIT else unit
    return near.replace("county-", "station-") if near.startswith("county-") else near


@transaction.atomic
def take_task(task_id: int, user: User, now: datetime) -> Task:
    """Take a task into one's hands. Refusal when another was first or it waits elsewhere; PermissionDenied when it is not for one's role."""
    task = Task.objects.select_for_update(of=("self",)).select_related("order").get(pk=task_id)
    if not _MAY.get(task.kind, permissions.may_see_warnings)(user):
        raise PermissionDenied
    if "held" not in states.TASKS[task.state]:
        raise Refusal("somebody else has this task, or it is done", code="task.taken", where=str(task_id))
    if not (duty.may_take(user, task.unit) or task.order.owner_id == user.pk):
        raise Refusal("this task waits for another unit", code="task.unit", where=str(task_id))
    task.state, task.holder, task.held_at = "held", user, now
    task.save(update_fields=["state", "holder", "held_at"])
    audit.write(user, f"task_{task.kind}", task.order.order_id, now)
    return task


def hold(order: Order, kind: str, user: User, now: datetime) -> None:
    """Put the open task of a kind into somebody's hands; one that is held stays where it is."""
    order.tasks.filter(kind=kind, state__in=states.task_before("held")).update(state="held", holder=user, held_at=now)


def hand_over(order: Order, unit: str) -> None:
    """Another unit takes the order over: what its owner held waits again, and what waits, waits there."""
    mine = order.tasks.filter(kind__in=_OURS)
    if order.owner_id is not None:
        held = mine.filter(state__in=states.task_before("open"), holder_id=order.owner_id)
        held.update(state="open", holder=None, held_at=None)
    mine.filter(state="open").exclude(kind="visit").update(unit=unit)
    mine.filter(state="open", kind="visit").update(unit=_station(order.place, unit))


def send_visits(order: Order) -> None:
    """Let the visit that nobody has in hand wait where the person is, as far as that is known now."""
    order.tasks.filter(kind="visit", state="open").update(unit=_station(order.place, order.unit))


def finish(order: Order, kind: str, now: datetime, result: str) -> None:
    """End the open tasks of a kind with what came of them."""
    order.tasks.filter(kind=kind, state__in=states.task_before("done")).update(state="done", done_at=now, result=result)


def end_all(order: Order, now: datetime, result: str) -> None:
    """End whatever is still open, since the order is over: the talking is done, the rest dropped. Follow-ups come after it and stay.

    One statement, since every order ends (the ORM would need two or three).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE dissuasion_task SET done_at = %s, "
            "state = CASE WHEN kind IN ('call', 'voice') THEN 'done' ELSE 'dropped' END, "
            "result = CASE WHEN kind IN ('call', 'voice') THEN %s ELSE result END "
            "WHERE order_id = %s AND state IN ('open', 'held') AND kind <> 'follow_up'",
            [connection.ops.adapt_datetimefield_value(now), result, order.pk],
        )


def drop_follow_ups(order: Order, now: datetime) -> None:
    """Drop the follow-ups that are still open: the order begins again, or its outcome asks for none."""
    order.tasks.filter(kind="follow_up", state__in=states.task_before("dropped")).update(state="dropped", done_at=now)


def drop_needless(order: Order, level: int, steps: set[str], now: datetime) -> None:
    """After a lowering: drop what nobody has begun and neither the level nor a running clock (`steps`) asks for."""
    asked = {"visit"} if steps & {"revisit", "in_person_after_failed_call"} else set()
    needless = set(_OURS) - set(_KINDS[level]) - asked
    order.tasks.filter(kind__in=needless, state="open").update(state="dropped", done_at=now)


@transaction.atomic
def give_back(task_id: int, user: User, now: datetime) -> None:
    """Put a task back that one holds. Refusal when one does not hold it."""
    task = Task.objects.select_for_update(of=("self",)).select_related("order").get(pk=task_id)
    if "open" not in states.TASKS[task.state] or task.holder_id != user.pk:
        raise Refusal("you do not hold this task", code="task.held", where=str(task_id))
    task.state, task.holder, task.held_at = "open", None, None
    task.save(update_fields=["state", "holder", "held_at"])
    audit.write(user, "task_given_back", task.order.order_id, now, task.kind)


@transaction.atomic
def finish_follow_up(task_id: int, user: User, now: datetime, result: str) -> None:
    """End one follow-up with what was found (a code of vocabulary.CONTACTS)."""
    if not permissions.may_dissuade(user):
        raise PermissionDenied
    if result not in CONTACTS:
        raise Refusal(f"expected one of {', '.join(CONTACTS)}", code="contact.unknown", where="contact")
    task = Task.objects.select_for_update(of=("self",)).select_related("order").get(pk=task_id, kind="follow_up")
    if "done" not in states.TASKS[task.state]:
        raise Refusal("this follow-up is done already", code="task.done", where=str(task_id))
    if task.holder_id not in (None, user.pk):
        raise Refusal("somebody else has this task, or it is done", code="task.taken", where=str(task_id))
    if not (duty.works_for(user, task.unit) or user.pk in (task.holder_id, task.order.owner_id)):
        raise Refusal("this task waits for another unit", code="task.unit", where=str(task_id))
    task.state, task.done_at, task.result, task.holder = "done", now, result, user
    task.save(update_fields=["state", "done_at", "result", "holder"])
    audit.write(user, "follow_up", task.order.order_id, now, result)
