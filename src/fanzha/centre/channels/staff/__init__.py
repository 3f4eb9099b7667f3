"""What staff receive, through Apprise: the unit's own addresses, else those of `all`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from apprise import Apprise

from fanzha.centre.channels.channel import Reading, Sent, TryAgain, check_needs
from fanzha.centre.channels.connectors import Connector
from fanzha.centre.channels.models import Message
from fanzha.refusal import Refusal

_OWN = ("json://", "jsons://")
"""Apprise's plain HTTP form carries our key, so that a receiver can tell a repetition."""


class Staff:
    name = "staff"

    def check(self, message: Message) -> None:
        if not message.recipient or not message.text_zh:
            raise Refusal("say who is told, and what", code="message.recipient", where=message.key)
        check_needs(message)

    def send(self, message: Message, clear: str, connector: Connector) -> Sent:  # noqa: ARG002 (no identifier goes to staff)
        urls = connector.urls.get(message.recipient) or connector.urls.get("all", ())
        notice = Apprise()
        for url in urls:
            notice.add(_with_key(url, message.key))
        if not len(notice) or not notice.notify(title="fanzha", body=f"{message.text_zh}\n{message.text_en}"):
            raise TryAgain(f"nobody was reached at {len(notice)} addresses of {message.recipient}")
        return Sent("")

    def read(self, body: Mapping[str, Any]) -> Reading:  # noqa: ARG002
        """Apprise hands nothing back."""
        raise Refusal("staff send no receipts", code="receipt.form", where="staff")


def _with_key(url: str, key: str) -> str:
    if not url.startswith(_OWN):
        return url
    return f"{url}{'&' if '?' in url else '?'}%2BIdempotency-Key={quote(key, safe='')}&%3Akey={quote(key, safe='')}"


CHANNEL = Staff()
