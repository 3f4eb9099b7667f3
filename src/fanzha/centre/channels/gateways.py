"""Gateways of short messages: one form of a message, and answers with the states of SMPP 3.4 (section 5.2.28)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fanzha.centre.channels.channel import Reading, Sent, check_needs, reading
from fanzha.centre.channels.connectors import Connector
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.texts import outgoing
from fanzha.centre.channels.transport import post

_STATES = {"DELIVRD": "delivered", "ACCEPTD": "accepted", "UNDELIV": "failed", "EXPIRED": "failed", "REJECTD": "failed"}


def read(body: Mapping[str, Any]) -> Reading:
    """`{stat: DELIVRD|...}` as a reading."""
    return reading(body, _STATES.get(str(body.get("stat")), ""))


@dataclass(frozen=True)
class ShortMessages:
    """A channel of texts through such a gateway. `message_class`: of GSM 03.38; 0 shows at once and is not stored, 1 is kept."""

    name: str
    message_class: int

    def check(self, message: Message) -> None:
        """Refusal when the message lacks what its settings ask for."""
        check_needs(message)

    def send(self, message: Message, clear: str, connector: Connector) -> Sent:
        """Hand the text on under the message's key."""
        return post(message, {"to": clear, "text": outgoing(message), "class": self.message_class}, connector)

    def read(self, body: Mapping[str, Any]) -> Reading:
        """A receipt of the gateway."""
        return read(body)
