"""Ask a telecom operator to stop a fraud number, to reach a line that does not answer, or to open a line again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanzha.centre.channels import desks
from fanzha.centre.channels.channel import Reading, Sent
from fanzha.centre.channels.connectors import Connector
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.transport import post


class OperatorHelp:
    name = "operator_help"

    def check(self, message: Message) -> None:
        desks.check(message)

    def send(self, message: Message, clear: str, connector: Connector) -> Sent:
        body = {"operator": message.recipient, "line": clear, **message.values}
        return post(message, body, connector)

    def read(self, body: Mapping[str, Any]) -> Reading:
        return desks.read(body)


CHANNEL = OperatorHelp()
