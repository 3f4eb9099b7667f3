"""The desks of partners (operators, banks, stations) answer in one form: received, then done or refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanzha.centre.channels.channel import Reading, check_needs, reading
from fanzha.centre.channels.models import Message
from fanzha.refusal import Refusal

DONE, REFUSED = "done", "refused"
"""What `answer` of a message says once a desk has ended with it."""
_STATUS = {"received": "delivered", DONE: "answered", REFUSED: "answered"}


def check(message: Message) -> None:
    """Refusal when nobody is named who is asked, or what they need to know is missing."""
    if not message.recipient:
        raise Refusal("say who is asked", code="message.recipient", where=message.key)
    check_needs(message)


def read(body: Mapping[str, Any]) -> Reading:
    """`{status: received|done|refused}` as a reading."""
    status = str(body.get("status"))
    return reading(body, _STATUS.get(status, ""), answer=status if status in (DONE, REFUSED) else "")
