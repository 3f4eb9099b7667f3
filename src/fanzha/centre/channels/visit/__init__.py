"""Hand an order to the dispatch desk of a station, so that a car leaves; the address stays with the order in the centre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanzha.centre.channels import desks
from fanzha.centre.channels.channel import Reading, Sent
from fanzha.centre.channels.connectors import Connector
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.transport import post
from fanzha.refusal import Refusal


class Visit:
    name = "visit"

    def check(self, message: Message) -> None:
        if message.order is None:
            raise Refusal("a car leaves for an order", code="message.order", where=message.key)
        desks.check(message)

    def send(self, message: Message, clear: str, connector: Connector) -> Sent:  # noqa: ARG002 (no identifier goes out)
        order = message.order
        told = {"order": order.order_id, "level": order.level} if order else {}
        return post(message, {"station": message.recipient, **told, **message.values}, connector)

    def read(self, body: Mapping[str, Any]) -> Reading:
        return desks.read(body)


CHANNEL = Visit()
