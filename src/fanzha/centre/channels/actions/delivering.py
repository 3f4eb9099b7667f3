"""Sending what is due, in rounds: claim, post, write down.

Three steps, and only the first and the last hold the database. A message is claimed with the time of its next attempt already set,
so one whose round was killed is tried again by itself, under the same key, which makes it the same message at the provider.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Coalesce

from fanzha.centre.access import vault
from fanzha.centre.channels.actions import automatic, marking
from fanzha.centre.channels.actions.sending import LOWEST_LEVEL, URGENT
from fanzha.centre.channels.channel import Declined, Sent, TryAgain, settings_of
from fanzha.centre.channels.channel import channel as channel_of
from fanzha.centre.channels.connectors import NAMES, Connector, connector
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.quiet import quiet_until
from fanzha.refusal import Refusal

BATCH = 40
"""Messages of a channel a round, so that a worker comes back to warnings soon, and no channel's many keep another's from going out."""
LONGEST_S = 3.0
"""A round begins no further post to a provider after this long: what is left is due in the next round."""
CLAIM = timedelta(seconds=30)
"""How long a claimed message is left alone when its round was killed; longer than any post may last."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tried:
    """What a post came to: `went` is Sent, the reason why not, or None where the round ended before it. `silent`: no provider answered."""

    message: Message
    went: Sent | TryAgain | Declined | None
    silent: bool = False


def deliver(now: datetime, only: str | None = None) -> int:
    """Send what is due at `now`, the most urgent first (or the message of the key `only`); how many providers took.

    Safe to be killed anywhere and to be called by several at once.
    """
    if only is None:
        expire(now)
    tried = post(claim(now, only), now)
    for one in tried:
        _write_down(one, now)
    return sum(isinstance(one.went, Sent) for one in tried)


@transaction.atomic
def claim(now: datetime, only: str | None = None) -> list[Message]:
    """Messages that this round alone sends, the most urgent of a channel first."""
    due = Message.objects.select_for_update(of=("self",)).filter(state="queued", expires_at__gt=now)
    due = due.annotate(urgency=Coalesce("level", "order__level", LOWEST_LEVEL))
    due = due.filter(Q(next_attempt_at__lte=now) | Q(put_off=True, urgency__lte=URGENT))
    if only is not None:
        due = due.filter(key=only)
    due = due.select_related("order", "by").order_by("urgency", "next_attempt_at", "id")
    found = []
    for message in chain.from_iterable(due.filter(channel=name)[:BATCH] for name in NAMES):
        ends = quiet_until(now, message.urgency) if settings_of(message.channel).quiet else None
        if ends is not None:
            message.expires_at += ends - message.next_attempt_at
            message.put_off, message.next_attempt_at = True, ends
        else:
            message.put_off, message.attempts, message.next_attempt_at = False, message.attempts + 1, now + CLAIM
            found.append(message)
        message.save()
    return found


def post(claimed: list[Message], now: datetime) -> list[Tried]:
    """Post to all providers at once, to each one after another; nothing of the database is held meanwhile.

    A provider that does not answer is asked once a round, so that it holds up nobody. An identifier is handed over when its turn
    comes and not before, so that the audit tells of those that were posted.
    """
    began = time.monotonic()
    tried: list[Tried] = []
    under_way: dict[Future[Tried], Iterator[Message]] = {}
    by_channel: dict[str, list[Message]] = {}
    for one in claimed:
        by_channel.setdefault(one.channel, []).append(one)
    for name in by_channel:
        channel_of(name)  # read in here, so that no round's time is spent on it
    with ThreadPoolExecutor(len(by_channel) or 1) as pool:

        def begin_next(turn: Iterator[Message]) -> None:
            for message in turn:
                if time.monotonic() - began > LONGEST_S:
                    tried.append(Tried(message, None))
                elif isinstance(opened := _opened(message, now), Tried):
                    tried.append(opened)
                else:
                    under_way[pool.submit(_post, message, *opened)] = turn
                    return

        for messages in by_channel.values():
            begin_next(iter(messages))
        while under_way:
            for done in wait(under_way, return_when=FIRST_COMPLETED).done:
                turn, one = under_way.pop(done), done.result()
                tried.append(one)
                if one.silent:
                    tried.extend(Tried(left, None) for left in turn)
                begin_next(turn)
    return tried


@transaction.atomic
def _opened(message: Message, now: datetime) -> tuple[str, Connector] | Tried:
    """The clear identifier, as the audit has it from now on, and where it goes; what lacks one of them is tried again later."""
    try:
        to = connector(settings.HOME, message.channel)
        token = message.recipient if settings_of(message.channel).to == "person" else message.about
        subject = message.order.order_id if message.order else message.key
        return vault.hand_over(token, message.channel, subject, now) if token else "", to
    except Refusal as error:
        return Tried(message, TryAgain(error.message))
    except KeyError:
        return Tried(message, Declined("the vault does not know this identifier"))


def _post(message: Message, clear: str, to: Connector) -> Tried:
    try:
        return Tried(message, channel_of(message.channel).send(message, clear, to))
    except Declined as declined:
        return Tried(message, declined)
    except TryAgain as again:
        return Tried(message, again, silent=True)
    except Exception as fault:  # noqa: BLE001 (an address or a token as nobody can use it: the worker has more to do)
        _LOG.exception("a message of %s could not be posted", message.channel)
        return Tried(message, TryAgain(f"could not be posted: {type(fault).__name__}"))


@transaction.atomic
def _write_down(tried: Tried, now: datetime) -> None:
    message = marking.locked(tried.message.pk)
    if message.state != "queued":
        return  # its receipt was faster
    went = tried.went
    if isinstance(went, Sent):
        within = settings_of(message.channel).receipt_within
        message.state, message.sent_at, message.provider_reference = "sent", now, went.reference
        message.expires_at, message.last_error = now + (within or timedelta()), ""
        message.save()
    elif isinstance(went, TryAgain):
        _try_later(message, now, went)
    elif isinstance(went, Declined):
        _end(message, "failed", now, str(went))
    else:
        message.attempts, message.next_attempt_at = message.attempts - 1, now
        message.save()


def _try_later(message: Message, now: datetime, again: TryAgain) -> None:
    waits = settings_of(message.channel).retries
    if message.attempts > len(waits):
        _end(message, "failed", now, str(again))
        return
    message.last_error = str(again)[:200]
    message.next_attempt_at = now + max(waits[message.attempts - 1], again.after or timedelta())
    message.save()


def expire(now: datetime) -> int:
    """End what was not sent while it mattered, and what was sent and of which nothing was heard; how many messages."""
    silent = [name for name in NAMES if settings_of(name).receipt_within is None]
    late = Message.objects.filter(Q(state="queued") | (Q(state="sent") & ~Q(channel__in=silent)), expires_at__lte=now)
    found = list(late.order_by("expires_at").values_list("pk", flat=True)[:BATCH])
    for pk in found:
        _expire_one(pk, now)
    return len(found)


@transaction.atomic
def _expire_one(pk: int, now: datetime) -> None:
    message = marking.locked(pk)
    if message.state in ("queued", "sent") and message.expires_at <= now:
        said = "not sent in time" if message.state == "queued" else "no receipt in time"
        _end(message, "expired", now, message.last_error or said)


def _end(message: Message, state: str, now: datetime, said: str) -> None:
    """End a message that did not arrive: another way is taken by itself, or it is marked for somebody to see."""
    message.state, message.last_error, message.put_off = state, said[:200], False
    message.save()
    if not automatic.follow(message, now):
        marking.mark(message, now)
