"""What is done about an order while it is open: attempts to reach the person, and a meeting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from fanzha.centre.access import audit, permissions
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.actions import clocks, tasks
from fanzha.centre.dissuasion.actions.assigning import sign_in
from fanzha.centre.dissuasion.actions.steps import locked, move, save
from fanzha.centre.dissuasion.models import Contact, Order
from fanzha.centre.people import actions as people
from fanzha.deadlines import count, deadline
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS

FAILED = ("busy", "rang_out", "switched_off", "hung_up")
protectors: list[Callable[[Order, User, str, datetime], None]] = []
"""Who protects the person's money when somebody at the door finds it needed (order, who asks, a note, when)."""
IN_PERSON = ("in_person", "in_person_remote", "in_person_after_failed_call", "revisit")
"""The steps whose clocks stop when the person is met."""


def mine(order_id: str, user: User, now: datetime) -> Order:
    """The order, locked, when `user` may work on it: its owner, whoever has or had a task of it in hand, a leader.

    Whoever is with the person before anybody signed the order in has it from then on; who had a task of it before another unit
    took it over has not. Refusal, PermissionDenied otherwise.
    """
    order = locked(order_id)
    if not permissions.may_dissuade(user) and not permissions.may_visit(user):
        raise PermissionDenied
    owns = order.owner_id == user.pk and order.state in states.WORKED
    own = order.tasks.filter(holder=user, begins_at__gte=order.issued_at).exclude(kind="follow_up")
    held = own.filter(state="held")
    holds = owns or held.exists() or own.filter(state="done", done_at__gte=_with_its_unit_since(order)).exists()
    if order.state in states.WAITING and held.exists():
        sign_in(order, user, now)
        audit.write(user, "take", order_id, now)
    if order.state not in states.WORKED:
        raise Refusal(f"an order that is {order.state} is not worked on", code="order.state", where=order_id)
    if not holds and permissions.role(user) != "leader":
        raise Refusal("this order is in other hands", code="order.taken", where=order_id)
    return order


def _with_its_unit_since(order: Order) -> datetime:
    """When the order was opened last, or came to the unit that has it."""
    taken_over = order.transfers.filter(accepted=True).aggregate(at=Max("decided_at"))["at"]
    return max(order.issued_at, taken_over or order.issued_at)


@transaction.atomic
def record_contact(
    order_id: str, user: User, now: datetime, contact: str, channel: str = "call", note: str = ""
) -> Contact:
    """Write down one attempt to reach the person (`contact`: a code of CONTACTS). After so many tries the call has failed."""
    if contact not in CONTACTS:
        raise Refusal(f"expected one of {', '.join(CONTACTS)}", code="contact.unknown", where="contact")
    return write_contact(mine(order_id, user, now), user, now, contact, channel, note)


def write_contact(order: Order, user: User, now: datetime, contact: str, channel: str, note: str) -> Contact:
    """The same for who was shown to have a part in the order (locked, worked on) when it was tried; call it in a transaction."""
    made = Contact.objects.create(order=order, by=user, channel=channel, at=now, contact=contact, note=note)
    if channel != "visit":
        clocks.meet(order, "first_call", at=now)  # a knock at a door where nobody opens is no call
    if contact == "answered":
        move(order, order.state if order.state == "met" else "reached")
        order.reached_at = order.reached_at or now
        tasks.finish(order, "call", now, contact)
    elif contact in FAILED and _failed(order):
        move(order, "unreachable" if order.state not in ("reached", "met") else order.state)
        _visit_after_failed_calls(order, now)
    elif order.state == "acknowledged":
        move(order, "contacting")
    save(order)
    audit.write(user, "contact", order.order_id, now, contact)
    return made


def _failed(order: Order) -> bool:
    tried = order.contacts.filter(channel="call", contact__in=FAILED, at__gte=order.issued_at).count()
    return tried >= count("order.tries", order.level, order.issued_at)


def _visit_after_failed_calls(order: Order, now: datetime) -> None:
    due = deadline("order.in_person_after_failed_call", order.level, now)
    if due is not None and order.reached_at is None:
        clocks.set_one(order, "in_person_after_failed_call", due, now)
        tasks.add(order, "visit", now, due)


@transaction.atomic
def ask_for_language(order_id: str, user: User, language: str, now: datetime) -> Order:
    """Write down which language the person asked to be spoken to in, for this order and whatever comes later. Refusal for an unknown one."""
    order = mine(order_id, user, now)
    people.ask_for_language(order.subject, language)
    order.language = language
    save(order)
    audit.write(user, "language", order_id, now, language)
    return order


@transaction.atomic
def record_meeting(order_id: str, user: User, now: datetime, note: str = "") -> Order:
    """Write down that the person was met."""
    return write_meeting(mine(order_id, user, now), user, now, note)


def write_meeting(order: Order, user: User, now: datetime, note: str) -> Order:
    """The same for who was shown to have a part in the order (locked, worked on) when it was so; call it in a transaction."""
    move(order, "met")
    order.met_at = order.met_at or now
    order.reached_at = order.reached_at or now
    save(order)
    clocks.meet(order, *IN_PERSON, "first_call", at=now)
    tasks.finish(order, "visit", now, "met")
    Contact.objects.create(order=order, by=user, channel="visit", at=now, contact="answered", note=note)
    audit.write(user, "met", order.order_id, now)
    return order
