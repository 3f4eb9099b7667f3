"""Over HTTP: one POST under the message's key, and what the answer means. Every connector of ours speaks this form."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

import httpx

from fanzha.centre.channels.channel import Declined, Sent, TryAgain
from fanzha.centre.channels.connectors import Connector
from fanzha.centre.channels.models import Message

TIMEOUT = httpx.Timeout(3.0, connect=2.0)
AGAIN = (408, 409, 425, 429)
"""Answers below 500 that mean "later": a time-out, the same key being worked on just now, too early, too fast."""

LONGEST_WAIT_S = 86_400
"""However long a provider asks to wait: no message is worth sending after a day."""


@cache
def _client() -> httpx.Client:
    """One for the process: making one costs more than a post. A connection is let go before providers usually do."""
    return httpx.Client(timeout=TIMEOUT, trust_env=False, limits=httpx.Limits(keepalive_expiry=2.0))


def post(message: Message, body: dict[str, Any], connector: Connector) -> Sent:
    """`POST {address}/messages`; TryAgain when it may work later, Declined when it would not. No clear identifier is in either."""
    headers = {"Idempotency-Key": message.key}
    if connector.token:
        headers["Authorization"] = f"Bearer {connector.token}"
    address = f"{connector.address}/messages"
    try:
        answer = _client().post(address, json={"key": message.key, **body}, headers=headers)
    except httpx.TransportError as error:
        raise TryAgain(f"{connector.address}: {type(error).__name__}") from error
    if answer.is_success:
        return Sent(_reference(answer))
    said = f"{connector.address}: answered {answer.status_code}"
    if answer.status_code >= 500 or answer.status_code in AGAIN:
        wait = answer.headers.get("Retry-After", "")
        raise TryAgain(said, timedelta(seconds=min(int(wait), LONGEST_WAIT_S)) if wait.isdecimal() else None)
    raise Declined(said)


def _reference(answer: httpx.Response) -> str:
    """The provider's name for the message; one that gives none has still taken it."""
    try:
        told = answer.json()
    except ValueError:
        return ""
    return str(told.get("id") or "")[:80] if isinstance(told, dict) else ""
