"""Click-to-dial from the dedicated number, through a softphone connector."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanzha.centre.channels.channel import Reading, Sent, check_needs, reading
from fanzha.centre.channels.connectors import Connector
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.transport import post
from fanzha.refusal import Refusal
from fanzha.vocabulary import load_data

_CALLS = {
    "answered": ("answered", "answered"),
    "ended": ("answered", "answered"),
    "no_answer": ("failed", "rang_out"),
    "busy": ("failed", "busy"),
    "unreachable": ("failed", "switched_off"),
    "declined": ("failed", "hung_up"),
}
"""How a call stands, as the softphone tells it -> event and contact. Who answered is the operator's to say."""


class Dial:
    name = "dial"

    def check(self, message: Message) -> None:
        """A call is made by somebody: their softphone rings first."""
        if message.by is None:
            raise Refusal("a call is made by a person", code="message.by", where=message.key)
        check_needs(message)

    def send(self, message: Message, clear: str, connector: Connector) -> Sent:
        shows = load_data(__package__, "settings.yaml")["shows"]
        agent = message.by.get_username() if message.by else ""
        return post(message, {"from": shows, "agent": agent, "to": clear}, connector)

    def read(self, body: Mapping[str, Any]) -> Reading:
        event, contact = _CALLS.get(str(body.get("call")), ("", ""))
        return reading(body, event, answer=str(body.get("call") or ""), contact=contact)


CHANNEL = Dial()
