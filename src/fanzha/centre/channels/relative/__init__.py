"""A relative whom the person named: with consent, or when money is leaving now with the reason on record; minimal words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanzha.centre.channels import gateways
from fanzha.centre.channels.channel import Reading, Sent, check_needs
from fanzha.centre.channels.connectors import Connector
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.transport import post
from fanzha.centre.people import queries as people
from fanzha.refusal import Refusal
from fanzha.vocabulary import load_data


class Relative:
    name = "relative"

    def check(self, message: Message) -> None:
        """Only whom the person named; only with consent, a minor's guardian, or a reason while money is leaving."""
        order = message.order
        named = {one.number: one for one in people.relatives_of(order.subject)} if order else {}
        if order is None or message.recipient not in named:
            raise Refusal("the person has not named this relative", code="relative.named", where=message.key)
        check_needs(message)
        leaving = order.level in load_data(__package__, "settings.yaml")["money_is_leaving"]
        guardian = order.minor and named[message.recipient].guardian
        if message.values.get("consent") is True or guardian or (leaving and message.reason.strip()):
            return
        said = "a relative is told with the person's consent, or while money is leaving now and with the reason"
        raise Refusal(said, code="relative.consent", where=order.order_id)

    def send(self, message: Message, clear: str, connector: Connector) -> Sent:
        return post(message, {"to": clear, "text": message.text_zh}, connector)

    def read(self, body: Mapping[str, Any]) -> Reading:
        return gateways.read(body)


CHANNEL = Relative()
