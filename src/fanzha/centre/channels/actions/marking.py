"""What could not be sent is marked, seen on the order and in the outbox, until somebody says what was done instead."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.channels.actions.sending import URGENT, send
from fanzha.centre.channels.connectors import ready
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.texts import staff_text
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.duty import queries as duty
from fanzha.refusal import Refusal


def locked(pk: int) -> Message:
    """A message, held until the transaction ends; its order first, as everywhere, so that nobody waits for each other."""
    order_id = Message.objects.filter(pk=pk).values_list("order__order_id", flat=True).get()
    if order_id is not None:
        dissuasion.locked(order_id)
    return Message.objects.select_for_update(of=("self",)).select_related("order").get(pk=pk)


def mark(message: Message, now: datetime) -> None:
    """Mark a message that did not arrive; at the urgent levels the unit's staff are told at once."""
    message.marked_at = message.marked_at or now
    message.save(update_fields=["marked_at"])
    order = message.order
    if order is None or order.level > URGENT or message.channel == "staff" or not ready(settings.HOME, "staff"):
        return
    text = staff_text("given_up", order=order.order_id, channel=message.channel)
    send("staff", key=f"given-up-{message.pk}", now=now, order=order, recipient=order.unit, text=text, automatic=True)


@transaction.atomic
def explain_failure(message_id: int, user: User, reason: str, now: datetime) -> Message:
    """Write down, once, what was done instead of a message that failed. Refusal without a reason.

    Whoever has the order, its unit and those above may: a reason from elsewhere would only silence it.
    """
    if not (permissions.may_dissuade(user) or permissions.may_decide(user)):
        raise PermissionDenied
    if not reason.strip():
        raise Refusal("say what was done instead", code="message.explained", where="reason")
    waiting = Message.objects.select_for_update(of=("self",)).filter(marked_at__isnull=False, explained="")
    message = waiting.select_related("order").filter(pk=message_id).first()
    if message is None:
        raise Refusal("this message needs no explanation", code="message.explained", where=str(message_id))
    order = message.order
    if order is not None and order.owner_id != user.pk and not duty.works_for(user, order.unit):
        raise Refusal("somebody of the order's unit explains it", code="message.unit", where=order.order_id)
    message.explained, message.explained_by = reason, user
    message.save(update_fields=["explained", "explained_by"])
    audit.write(user, "message_explained", order.order_id if order else message.key, now, reason)
    return message
