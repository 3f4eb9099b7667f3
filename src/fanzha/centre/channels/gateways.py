"""Gateways of short messages answer with the states of SMPP 3.4 (section 5.2.28)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanzha.centre.channels.channel import Reading, reading

_STATES = {"DELIVRD": "delivered", "ACCEPTD": "accepted", "UNDELIV": "failed", "EXPIRED": "failed", "REJECTD": "failed"}


def read(body: Mapping[str, Any]) -> Reading:
    """`{stat: DELIVRD|...}` as a reading."""
    return reading(body, _STATES.get(str(body.get("stat")), ""))
