"""Automatic voice with key answers: 1 understood, 2 call me back, 3 it was really me, stop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanzha.centre.channels.channel import Reading, Sent, check_needs, reading
from fanzha.centre.channels.connectors import Connector
from fanzha.centre.channels.models import Message
from fanzha.centre.channels.texts import outgoing
from fanzha.centre.channels.transport import post
from fanzha.vocabulary import load_data

UNDERSTOOD, CALL_BACK, STOP = "1", "2", "3"
KEYS = (UNDERSTOOD, CALL_BACK, STOP)
_FAILED = {"no_answer": "rang_out", "busy": "busy", "rejected": "hung_up", "unreachable": "switched_off"}
SPOKEN_IN = "cmn"
"""Where nobody asked for another language."""


class Voice:
    name = "voice"

    def check(self, message: Message) -> None:
        check_needs(message)

    def send(self, message: Message, clear: str, connector: Connector) -> Sent:
        shows = load_data(__package__, "settings.yaml")["shows"]
        body = {
            "from": shows,
            "to": clear,
            "say": outgoing(message),
            "language": message.language or SPOKEN_IN,
            "keys": KEYS,
        }
        return post(message, body, connector)

    def read(self, body: Mapping[str, Any]) -> Reading:
        """One receipt, when the call is over: a key that is none of ours counts as none."""
        result = str(body.get("result"))
        if result == "answered":
            key = str(body.get("digits") or "")
            return reading(body, "answered", answer=key if key in KEYS else "", contact="answered")
        return reading(body, "failed" if result in _FAILED else "", contact=_FAILED.get(result, ""))


CHANNEL = Voice()
