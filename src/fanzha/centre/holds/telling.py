"""How a hold reaches the person and the bank or operator: by the channels, and nothing else here sends."""

from __future__ import annotations

import logging
from datetime import datetime

from fanzha.centre.channels import actions as channels
from fanzha.centre.holds import notices, terms
from fanzha.centre.holds.models import Hold
from fanzha.centre.people import queries as people
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

log = logging.getLogger(__name__)


def _send(channel: str, to: str, text: Text, key: str, now: datetime, hold: Hold, lifts: bool = False) -> None:
    """Hand one message to the channels, once a `key`; where a channel is not connected, staff tell and ask by hand, as the page says."""
    partner = channel != "sms"
    action = {"bank_hold": ("hold", "lift"), "operator_help": ("stop_number", "restore_line")}.get(channel)
    values = (
        {"action": action[lifts], **({"reference": f"hold-{hold.pk}"} if channel == "bank_hold" else {})}
        if action
        else {}
    )
    try:
        channels.send(
            channel,
            key=key,
            now=now,
            order=hold.order,
            recipient=hold.carrier if partner else to,
            about=to if partner else "",
            text=text,
            values=values,
            level=1,  # what is held is told at any hour
        )
    except Refusal as refusal:
        log.warning("%s of hold %s is to be done by hand: %s", channel, hold.pk, refusal)


def numbers_of(hold: Hold) -> list[str]:
    """The person's numbers (tokens), a stopped line among them: messages of the centre still reach it."""
    found = [one.token for one in people.held_by(hold.order.subject, "number")]
    own = [one for one in (hold.order.subject, hold.target) if one.startswith("n-") and one not in found]
    return [*found, *dict.fromkeys(own)]


def tell_person(hold: Hold, name: str, at: datetime, now: datetime, why: Text | None = None) -> list[str]:
    """Send the notice `name` to each of the person's numbers; to which. None known: staff tell in person, the page says so."""
    text = notices.notice(name, hold, at, why)
    told = numbers_of(hold)
    for number in told:
        _send("sms", number, text, f"hold-{hold.pk}-{name}-{number}", now, hold)
    return told


def ask_carrier(hold: Hold, name: str, at: datetime, now: datetime) -> None:
    """Ask the bank to hold or the operator to stop (`carrier_account`, `carrier_line`), or to undo it (`carrier_lift`)."""
    text = notices.notice(name, hold, at)
    _send(terms.KINDS[hold.kind], hold.target, text, f"hold-{hold.pk}-{name}", now, hold, name == "carrier_lift")


def tell_once(hold: Hold, now: datetime) -> None:
    """Tell the person why, until when and how to object, once; the caller saves."""
    if hold.told_at is None and hold.until is not None:
        hold.told_to = tell_person(hold, hold.kind, hold.until, now)
        hold.told_at = now
