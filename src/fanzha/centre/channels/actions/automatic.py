"""What is sent without anybody's hand: level 4 is told by voice, or by SMS when that fails; level 3 sees a flash SMS at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from fanzha.centre.channels import connectors, states
from fanzha.centre.channels.actions.sending import send, write_down_unsendable
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.quiet import quiet_until
from fanzha.centre.channels.recipients import number_of
from fanzha.centre.channels.texts import staff_text
from fanzha.centre.channels.voice import CALL_BACK, STOP
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion import queries as orders
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.trials.actions import variant_for
from fanzha.centre.trials.variants import VARIANTS
from fanzha.deadlines import duration

BATCH = 100
LATEST = timedelta(hours=24)
"""An order older than this gets no flash SMS any more: its news is old."""
FLASHED_LEVEL, CRITICAL_LEVEL = 3, 1
A_MINOR = "a minor: the guardian is spoken with"


def begin_telling(now: datetime) -> int:
    """Write down what orders are told by themselves at `now`; how many messages. A channel without an address is left out."""
    beside = (("flash", FLASHED_LEVEL), ("staff", CRITICAL_LEVEL))
    return _tell_level_four(now) + sum(_beside_people(channel, level, now) for channel, level in beside)


def _ready(channel: str) -> bool:
    return connectors.ready(settings.HOME, channel)


@transaction.atomic
def _tell_level_four(now: datetime) -> int:
    """Voice first, SMS where there is no voice or the person stopped it; a person where neither can be."""
    ways = [name for name in ("voice", "sms") if _ready(name)]
    if not ways:
        return 0
    begun = dissuasion.begin_automatic(now, BATCH)
    for order in begun:
        number = number_of(order)
        if number is None or order.minor:
            _ask_for_call(order, now, A_MINOR if order.minor else "no number is known")
        elif left := [way for way in ways if way != "voice" or not _stopped(number, now)]:
            _tell(order, left[0], number, now)
        else:
            _ask_for_call(order, now, "asked not to be rung by a machine")
    return len(begun)


def _tell(order: Order, channel: str, number: str, now: datetime) -> Message:
    key = f"auto-{channel}-{order.order_id}-{order.again}"
    return send(channel, key=key, now=now, order=order, recipient=number, automatic=True)


def _stopped(number: str, now: datetime) -> bool:
    since = now - duration("channels.voice_stopped", now)
    return Message.objects.filter(recipient=number, channel="voice", answer=STOP, created_at__gte=since).exists()


@transaction.atomic
def _beside_people(channel: str, level: int, now: datetime) -> int:
    """What goes out at once while a person sets to work: flash to the person, at level 1 a notice to the unit's staff."""
    if not _ready(channel):
        return 0
    since = OuterRef("issued_at")
    told = Message.objects.filter(order=OuterRef("pk"), channel=channel, automatic=True, created_at__gte=since)
    fresh = orders.open_orders().filter(~Exists(told), level=level, issued_at__gt=now - LATEST)
    if channel == "flash":
        fresh = fresh.filter(minor=False)  # a minor is spoken with through the guardian, by a person
    written = 0
    for order in fresh[:BATCH]:
        key = f"auto-{channel}-{order.order_id}-{order.again}"
        if channel == "staff":
            text = staff_text("critical_order", order=order.order_id)
            send(channel, key=key, now=now, order=order, recipient=order.unit, text=text, automatic=True)
        elif number := number_of(order):
            send(channel, key=key, now=now, order=order, recipient=number, automatic=True)
        else:
            write_down_unsendable(channel, key, order, "no number of this person is known", now)
        written += 1
    return written


def follow(message: Message, now: datetime) -> bool:
    """What a message's new state means for an order that a machine alone works on: its end, the next way, or a person.

    Whether the order is in other hands or another way now, so that nobody needs to look at this message.
    """
    order = message.order
    if not message.automatic or order is None or message.channel not in ("voice", "sms"):
        return False
    order.refresh_from_db()
    if message.contact:
        dissuasion.record_automatic_contact(order.order_id, now, message.channel, message.contact, message.answer)
    asks = message.answer == CALL_BACK
    if not (dissuasion.told_automatically(order) or (asks and dissuasion.only_told(order))):
        return True
    if asks:
        _ask_for_call(order, now, "asked to be called back")
    elif message.state in states.ARRIVED and _says_more(message, order, now):
        _tell(order, "sms", message.recipient, now)
    elif heard := message if message.state in states.ARRIVED else _heard(order):
        said = f"{heard.channel} {heard.answer}".strip()
        dissuasion.conclude_automatically(order.order_id, now, "D00", said)
    elif message.channel == "voice" and _ready("sms"):
        _tell(order, "sms", message.recipient, now)
    else:
        _ask_for_call(order, now, f"{message.channel}: {message.last_error}")
    return True


def _says_more(message: Message, order: Order, now: datetime) -> bool:
    """Whether a message follows the voice: where that is compared, the order is drawn for it, and nobody pressed stop."""
    if message.channel != "voice" or message.answer == STOP or not _ready("sms"):
        return False
    fell = variant_for(order, "channels", now)
    return fell is not None and "sms" in VARIANTS[fell].channels[order.level]


def _heard(order: Order) -> Message | None:
    """The voice that told the order already, when what followed it did not arrive."""
    told = Message.objects.filter(order=order, automatic=True, channel="voice", created_at__gte=order.issued_at)
    return told.filter(state__in=states.ARRIVED).first()


def _ask_for_call(order: Order, now: datetime, why: str) -> None:
    dissuasion.ask_for_call(order.order_id, now, why, begins=quiet_until(now, order.level))


@transaction.atomic
def drop_automatic(order: Order, now: datetime) -> None:
    """What still waits to be sent by itself for an order that is over is sent no more."""
    waiting = Message.objects.filter(order=order, automatic=True, state="queued")
    waiting.update(state="expired", last_error="the order is over", expires_at=now)


@transaction.atomic
def spare_minors(tokens: list[str], now: datetime) -> None:
    """What still waits to be sent by itself to people (tokens) who turned out to be minors is sent no more; a person calls instead."""
    waiting = Message.objects.filter(automatic=True, state="queued", order__subject__in=tokens, order__minor=True)
    for message in waiting.exclude(channel="staff").select_related("order"):
        Message.objects.filter(pk=message.pk).update(state="expired", last_error=A_MINOR, expires_at=now)
        if message.order is not None and dissuasion.told_automatically(message.order):
            _ask_for_call(message.order, now, A_MINOR)
