"""What people send from an order's page: a call, a message, word to a relative (whom the person names), a request to an operator, a car.

`once`: something that the form carries, so that a button pressed twice sends once.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions, vault
from fanzha.centre.channels import relative
from fanzha.centre.channels.actions.delivering import deliver
from fanzha.centre.channels.actions.sending import send
from fanzha.centre.channels.channel import settings_of
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.recipients import number_of, other_number_of
from fanzha.centre.dissuasion import queries as orders
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people import actions as registers
from fanzha.centre.people import queries as people
from fanzha.centre.people.models import Relative
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text, normal_number


def _order(order_id: str, user: User) -> Order:
    if not permissions.may_dissuade(user):
        raise PermissionDenied
    order = Order.objects.filter(order_id=order_id).first()
    if order is None or order.state not in states.OPEN:
        raise Refusal("there is no open order of this id", code="order.state", where=order_id)
    if not orders.may_work(order, user):
        raise Refusal("this order is not in your hands", code="order.taken", where=order_id)
    return order


def call(order_id: str, user: User, once: str, now: datetime) -> Message:
    """Let the user's softphone and then the person's number ring, at once."""
    order = _order(order_id, user)
    message = send("dial", key=f"dial-{order_id}-{once}", now=now, order=order, by=user)
    deliver(now, only=message.key)
    return message


def write(order_id: str, user: User, channel: str, once: str, now: datetime) -> Message:
    """Send the text reviewed for the order's level and class, by a channel that people may write by (`by_hand` of its settings)."""
    if settings_of(channel).by_hand is None:
        raise Refusal("nobody writes by this channel by hand", code="channel.unknown", where=channel)
    return send(channel, key=f"{channel}-{order_id}-{once}", now=now, order=_order(order_id, user), by=user)


@transaction.atomic
def name_relative(
    order_id: str, user: User, number: str, relation: str, now: datetime, guardian: bool = False
) -> Relative:
    """Write down whom the person of an order named as the one to be told. Refusal for what is no telephone number or says not who it is.

    `number`: as it was said; `relation`: to the person, in words.
    """
    order = _order(order_id, user)
    if normal_number(number) is None:
        raise Refusal("expected a telephone number", code="relative.number", where="number")
    if not relation.strip():
        raise Refusal("say who they are to the person", code="relative.relation", where="relation")
    token, said = vault.keep("number", number), relation.strip()[: registers.LONGEST_RELATION]
    named = registers.name_relative(order.subject, token, said, now, guardian)
    audit.write(user, "relative_named", order_id, now, said)
    return named


def tell_relative(
    order_id: str,
    user: User,
    number: str,
    consent: bool,
    reason: str,
    once: str,
    now: datetime,
    money_leaving_now: bool = False,
) -> Message:
    """Tell somebody whom the person named (`number`: a token) in the words that the rules allow. Refusal says why they do not.

    `consent`, `money_leaving_now`: as the user states it; both stay on record with the message.
    """
    order = _order(order_id, user)
    words = relative.ruling(order, number, consent, money_leaving_now).words
    said = {
        "key": f"relative-{order_id}-{once}",
        "text": relative.wording(words)
        if words
        else Text("-", "-"),  # what is not allowed is refused before it is kept
        "values": {"consent": consent, "money_leaving_now": money_leaving_now},
    }
    return send("relative", now=now, order=order, recipient=number, by=user, reason=reason, **said)


def ask_operator(order_id: str, user: User, action: str, reason: str, once: str, now: datetime) -> Message:
    """Ask the operator to stop the number that the person is on with (`stop_number`), or to reach the person's line (`reach_line`)."""
    order = _order(order_id, user)
    if not reason.strip():
        raise Refusal("say why the telecom operator is asked", code="message.reason", where="reason")
    about = other_number_of(order) if action == "stop_number" else number_of(order)
    if about is None:
        raise Refusal("no such number is known of this order", code="message.about", where=order_id)
    operator = people.carrier_of(about) or "operators"
    asked = {"recipient": operator, "about": about, "values": {"action": action}}
    return send(
        "operator_help", key=f"operator-{order_id}-{once}", now=now, order=order, by=user, reason=reason, **asked
    )


def dispatch(order_id: str, user: User, once: str, now: datetime) -> Message:
    """Hand the order to the dispatch desk of the station that its visit belongs to."""
    order = _order(order_id, user)
    task = order.tasks.filter(kind="visit").order_by("-id").first()
    station = task.unit if task else order.unit
    return send("visit", key=f"visit-{order_id}-{once}", now=now, order=order, recipient=station, by=user)
