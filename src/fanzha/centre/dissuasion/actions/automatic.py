"""The part of an order that a machine does: at level 4 a voice or a message, and a person as soon as one is needed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.actions import clocks, tasks
from fanzha.centre.dissuasion.actions.opening import reopen
from fanzha.centre.dissuasion.actions.steps import locked, save
from fanzha.centre.dissuasion.models import Contact, Order, Task
from fanzha.deadlines import duration
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS

AUTOMATIC_LEVEL = 4


@transaction.atomic
def begin_automatic(now: datetime, limit: int) -> list[Order]:
    """Orders of level 4 whose telling begins now, each once; call it in the transaction that writes their messages down."""
    waiting = Task.objects.select_for_update().filter(kind="voice", state="open", begins_at__lte=now)
    waiting = waiting.filter(order__level=AUTOMATIC_LEVEL, order__owner=None, order__state__in=states.WAITING)
    found = list(waiting.select_related("order").order_by("due_at", "id")[:limit])
    Task.objects.filter(pk__in=[task.pk for task in found]).update(state="held", held_at=now)
    return [task.order for task in found]


def told_automatically(order: Order) -> bool:
    """Whether an order is still a machine's alone: nobody owns it, its level stands and nobody is asked to call."""
    if order.level != AUTOMATIC_LEVEL or order.owner_id is not None or order.state not in states.WAITING:
        return False
    return not order.tasks.filter(kind="call", state__in=tasks.OPEN).exists()


def only_told(order: Order) -> bool:
    """Whether an order is over because a machine told the person, and nobody has spoken with them."""
    return order.state in states.ENDED and order.outcome == "D00" and order.owner_id is None


@transaction.atomic
def record_automatic_contact(order_id: str, now: datetime, channel: str, contact: str, note: str = "") -> Contact:
    """Write down how an automatic attempt went. Nobody spoke with the person, so it never counts as reached."""
    if contact not in CONTACTS:
        raise Refusal(f"expected one of {', '.join(CONTACTS)}", code="contact.unknown", where="contact")
    order = locked(order_id)
    audit.write(None, "contact", order_id, now, f"{channel}: {contact}")
    return Contact.objects.create(order=order, by=None, channel=channel, at=now, contact=contact, note=note)


@transaction.atomic
def ask_for_call(order_id: str, now: datetime, reason: str, begins: datetime | None = None) -> Task | None:
    """A person calls: somebody pressed the key for it, or no machine could tell them. None when the order is over.

    One that was only told begins again: the key may have been pressed before another way ended it. `begins`: from when they may
    be rung, where that is later than `now` (quiet hours).
    """
    order = locked(order_id)
    if only_told(order):
        reopen(order, order.level, now)
    if order.state in states.ENDED:
        return None
    tasks.finish(order, "voice", now, "call")
    start = max(now, begins or now)
    due = start + duration("order.call_back", now)
    clocks.set_one(order, "first_call", due, now)
    save(order)
    audit.write(None, "call_asked", order_id, now, reason)
    return tasks.add(order, "call", start, due)
