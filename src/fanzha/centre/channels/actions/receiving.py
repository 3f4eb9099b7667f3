"""What comes back: each receipt is kept once, and moves its message as far as it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from fanzha.centre.channels import states
from fanzha.centre.channels.actions import automatic, marking
from fanzha.centre.channels.channel import Reading
from fanzha.centre.channels.channel import channel as channel_of
from fanzha.centre.channels.models import Message, Receipt
from fanzha.refusal import Refusal

after_receipt: list[Callable[[Message, Reading, datetime], None]] = []
"""What other apps do when a provider answered, in the same transaction: a bank has placed a hold, a car has left."""


@transaction.atomic
def receive(channel: str, body: Mapping[str, Any], now: datetime) -> bool:
    """Take in one receipt of a channel's provider; False when it was known already.

    Refusal (`channel.unknown`, `receipt.form`, `message.unknown`) when it cannot be read or names no message of ours. The message is
    found by its key, so a receipt may come before the answer to the post that it belongs to.
    """
    read = channel_of(channel).read(body)
    found = Message.objects.filter(key=read.key, channel=channel).values_list("pk", flat=True).first()
    if found is None:
        raise Refusal("no message of this key was sent by this channel", code="message.unknown", where=channel)
    message = marking.locked(found)
    made = {"message": message, "event": read.event, "at": read.at, "received_at": now, "body": dict(body)}
    _, new = Receipt.objects.get_or_create(channel=channel, receipt_id=read.receipt_id, defaults=made)
    if not new:
        return False
    moved = read.event in states.ALLOWED[message.state]
    if moved:
        message.state = read.event
    if moved or message.state == read.event:
        message.answer, message.contact = read.answer or message.answer, read.contact or message.contact
    if moved and read.event == "failed":
        message.last_error = message.contact or "not delivered"
    elif moved:
        message.marked_at, message.sent_at = None, message.sent_at or read.at
    message.save()
    taken_over = automatic.follow(message, now) if moved else True
    if read.event == "failed" and not (taken_over or message.automatic or message.contact):
        marking.mark(message, now)
    for act in after_receipt:
        act(message, read, now)
    return True
