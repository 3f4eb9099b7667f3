"""Flash SMS, which show themselves on the screen, through an HTTP gateway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanzha.centre.channels import gateways
from fanzha.centre.channels.channel import Reading, Sent, check_needs
from fanzha.centre.channels.connectors import Connector
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.texts import outgoing
from fanzha.centre.channels.transport import post

MESSAGE_CLASS = 0
"""The class of GSM 03.38: 0 shows at once and is not stored, 1 is kept."""


class Flash:
    name = "flash"

    def check(self, message: Message) -> None:
        check_needs(message)

    def send(self, message: Message, clear: str, connector: Connector) -> Sent:
        return post(message, {"to": clear, "text": outgoing(message), "class": MESSAGE_CLASS}, connector)

    def read(self, body: Mapping[str, Any]) -> Reading:
        return gateways.read(body)


CHANNEL = Flash()
