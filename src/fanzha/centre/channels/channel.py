"""What a channel is: one interface, and one folder that holds everything of it.

To add a channel: a folder here (`__init__.py` with its `CHANNEL`, `settings.yaml`, `texts.yaml` where it says something,
`simulator.yaml`); docs/adding/channel.md goes through it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from fanzha.centre.channels.connectors import NAMES, Connector
from fanzha.centre.channels.models import Message
from fanzha.centre.days import typed_time
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS, Text, load_data, text_from

EVENTS = ("accepted", "delivered", "answered", "failed")
"""What a receipt can say; `accepted` changes nothing but is kept."""


class TryAgain(Exception):
    """The provider could not be reached or asks to wait; `after`: as long as it asks for."""

    def __init__(self, said: str, after: timedelta | None = None) -> None:
        super().__init__(said)
        self.after = after


class Declined(Exception):
    """The provider says no to this message, and would say so again."""


@dataclass(frozen=True)
class Sent:
    """The provider has taken a message; `reference`: its own name for it."""

    reference: str


@dataclass(frozen=True)
class Reading:
    """A receipt as the centre understands it. `answer`: the key pressed or what a partner did; `contact`: a code of CONTACTS."""

    receipt_id: str
    key: str
    event: str
    at: datetime
    answer: str = ""
    contact: str = ""


@dataclass(frozen=True)
class Settings:
    """What a channel's settings.yaml says of it.

    `name`; `act`: what a history calls a sending; `by_hand`: on the button with which a person sends the reviewed text, None: no button.
    `to`: `person` (a token; every text ends with the standing advice) or `partner` (a name); `quiet`: quiet hours count;
    `at_once`: refused in quiet hours instead of put off; `needs`: values that a message must carry, with those allowed; `retries`: the waits between attempts;
    `valid_for`: sent within, or not at all; `receipt_within`: a receipt of arrival within, or it counts as expired;
    `receipt_within` None: the provider says nothing further. `phrase`: a one-time phrase may be put in.
    """

    name: Text
    act: Text
    by_hand: Text | None
    to: str
    quiet: bool
    at_once: bool
    phrase: bool
    needs: Mapping[str, tuple[str, ...]]
    retries: tuple[timedelta, ...]
    valid_for: timedelta
    receipt_within: timedelta | None


class Channel(Protocol):
    """One way to reach a person or a partner."""

    name: str

    def check(self, message: Message) -> None:
        """Refusal when a message of this channel lacks what it needs; called before it is written down."""
        ...

    def send(self, message: Message, clear: str, connector: Connector) -> Sent:
        """Hand a message to the provider under its key. TryAgain or Declined. `clear`: the identifier itself, for this moment."""
        ...

    def read(self, body: Mapping[str, Any]) -> Reading:
        """A receipt of this provider. Refusal when it is not one."""
        ...


def channel(name: str) -> Channel:
    """A channel by its name. Refusal for one that there is not."""
    settings_of(name)
    found: Channel = import_module(f"{__package__}.{name}").CHANNEL
    return found


@cache
def settings_of(name: str) -> Settings:
    """The settings of a channel. Refusal for one that there is not; KeyError names what its settings.yaml lacks; ValueError what is not as it must be."""
    if name not in NAMES:
        raise Refusal(f"expected one of {', '.join(NAMES)}", code="channel.unknown", where=name)
    told = load_data(f"{__package__}.{name}", "settings.yaml")
    if told["to"] not in ("person", "partner") or not isinstance(told["since"], date) or not told["source"]:
        raise ValueError(f"{name}/settings.yaml: expected to: person or partner, a date since, a source")
    within = told["receipt_within_minutes"]
    return Settings(
        name=text_from(told["name"]),
        act=text_from(told["act"]),
        by_hand=text_from(told["by_hand"]) if "by_hand" in told else None,
        to=told["to"],
        quiet=told["quiet"],
        at_once=told.get("at_once", False),
        phrase=told.get("phrase", False),
        needs={value: tuple(allowed or ()) for value, allowed in (told.get("needs") or {}).items()},
        retries=tuple(timedelta(seconds=wait) for wait in told["retries_s"]),
        valid_for=timedelta(minutes=told["valid_for_minutes"]),
        receipt_within=None if within is None else timedelta(minutes=within),
    )


def acts() -> dict[str, Text]:
    """What a history calls a sending by each channel, by the code of the act."""
    return {f"send_{name}": settings_of(name).act for name in NAMES}


def reading(body: Mapping[str, Any], event: str, answer: str = "", contact: str = "") -> Reading:
    """What the receipts of all our connectors have in common, put together with what a channel read. Refusal names the field."""
    lacks = [name for name in ("receipt_id", "key", "at") if not isinstance(body.get(name), str) or not body[name]]
    if lacks or event not in EVENTS or (contact and contact not in CONTACTS):
        said = f"a receipt needs {', '.join(lacks)}" if lacks else f"cannot read event {event!r}, contact {contact!r}"
        raise Refusal(said, code="receipt.form", where=lacks[0] if lacks else "event")
    try:
        at = typed_time(body["at"])
    except ValueError as error:
        raise Refusal("expected an RFC 3339 time", code="receipt.form", where="at") from error
    if at.tzinfo is None:
        raise Refusal("expected a time with its offset", code="receipt.form", where="at")
    return Reading(body["receipt_id"][:80], body["key"], event, at, answer[:40], contact)


def check_needs(message: Message) -> None:
    """Refusal names the first value that a message lacks, with those allowed."""
    for name, allowed in settings_of(message.channel).needs.items():
        given = message.values.get(name)
        if not given or (allowed and given not in allowed):
            said = f"expected {' or '.join(allowed)}" if allowed else "this is needed"
            raise Refusal(said, code="message.needs", where=f"{message.channel}.{name}")
