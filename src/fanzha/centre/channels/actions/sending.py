"""Writing a message down to be sent: once by its key, in words that keep our rules, not in quiet hours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from fanzha.centre.access import audit
from fanzha.centre.channels import texts
from fanzha.centre.channels.channel import channel as channel_of
from fanzha.centre.channels.channel import settings_of
from fanzha.centre.channels.connectors import connector
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.quiet import SHANGHAI, quiet_until
from fanzha.centre.channels.recipients import number_of
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.trials.actions import variant_for
from fanzha.centre.trials.variants import PLACES, VARIANTS
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

URGENT = 2
"""Up to this level nothing is put off."""
LOWEST_LEVEL = 4
"""The level of a message that belongs to no order and says none: it can wait for the morning."""
phrase_sources: list[Callable[[str, datetime], str]] = []
"""Whoever issues one-time phrases: asked with the recipient's token, in the transaction that writes the message down."""


@transaction.atomic
def send(
    channel: str,
    *,
    key: str,
    now: datetime,
    order: Order | None = None,
    recipient: str = "",
    about: str = "",
    text: Text | None = None,
    phrase: str = "",
    values: dict[str, Any] | None = None,
    level: int | None = None,
    by: User | None = None,
    reason: str = "",
    automatic: bool = False,
    not_before: datetime | None = None,
) -> Message:
    """Write a message down; `deliver` sends it. The same `key` again is the same message and adds nothing.

    `recipient`: a token where the channel reaches a person (default: the number of the order's person), else a name (a unit, an
    operator, a bank). `about`: the token of what a partner acts on. `text`: default the reviewed text of the channel by level and
    case class; the standing advice is put at its end. `level`: the message's own urgency where it is not its order's. `values`:
    what the channel needs besides (its settings.yaml `needs`). Refusal says what is missing, or that the key means another message.
    """
    way, told = channel_of(channel), settings_of(channel)
    known = Message.objects.filter(key=key).first()
    if known is not None:
        return _same(known, channel, order, recipient)
    urgency = level or (order.level if order else LOWEST_LEVEL)
    if told.to == "person" and not recipient:
        recipient = (number_of(order) if order else None) or ""
        if not recipient:
            raise Refusal("no number of this person is known", code="message.recipient", where=key)
    connector(settings.HOME, channel)
    wording = _wording(channel, told.to, text, urgency, order, now)
    message = Message(
        key=key,
        channel=channel,
        order=order,
        level=level,
        recipient=recipient,
        about=about,
        language=order.language if order else "",
        values=values or {},
        by=by,
        reason=reason,
        automatic=automatic,
        created_at=now,
    )
    _put_in(message, wording, told.to, phrase)
    way.check(message)
    if wording is not None and told.phrase and phrase_sources and not phrase:
        _put_in(message, wording, told.to, phrase_sources[0](recipient, now))
    begins = max(now, not_before or now)
    ends = quiet_until(begins, urgency) if told.quiet else None
    if ends is not None and told.at_once:
        said = f"nobody is rung at level {urgency} before: {ends.astimezone(SHANGHAI):%H:%M}"
        raise Refusal(said, code="message.quiet", where=channel)
    message.put_off = ends is not None and begins == now
    message.next_attempt_at = ends or begins
    message.expires_at = message.next_attempt_at + told.valid_for
    try:
        with transaction.atomic():
            message.save()
    except IntegrityError:
        return _same(Message.objects.get(key=key), channel, order, recipient)  # another was faster
    audit.write(by, f"send_{channel}", order.order_id if order else key, now, reason)
    return message


def _same(known: Message, channel: str, order: Order | None, recipient: str) -> Message:
    other = known.channel != channel or known.order_id != (order.pk if order else None)
    if other or (recipient and known.recipient != recipient):
        raise Refusal("this key is of another message", code="message.key", where=known.key)
    return known


def _put_in(message: Message, wording: Text | None, to: str, phrase: str) -> None:
    if wording is not None:
        said = texts.finished(wording, phrase=bool(phrase)) if to == "person" else wording
        message.text_zh, message.text_en, message.phrase = said.zh, said.en, phrase


def _wording(channel: str, to: str, text: Text | None, level: int, order: Order | None, now: datetime) -> Text | None:
    """The text as given, else the reviewed one, else that of the variant which the order is drawn for."""
    if text is not None or to != "person" or channel == "dial":
        return text
    place, case_class = f"text.{channel}", order.case_class if order else ""
    fell = variant_for(order, place, now) if order is not None and place in PLACES else None
    other = VARIANTS[fell].text if fell else None
    return texts.of_class(other, case_class) if other else texts.reviewed(channel, level, case_class)


def write_down_unsendable(channel: str, key: str, order: Order, why: str, now: datetime) -> Message:
    """A message that should have gone out by itself and has nowhere to go: kept as failed, so that it is seen and not tried again."""
    made = {"channel": channel, "order": order, "automatic": True, "created_at": now, "next_attempt_at": now}
    ended = {"expires_at": now, "state": "failed", "last_error": why, "marked_at": now}
    return Message.objects.get_or_create(key=key, defaults={**made, **ended})[0]
