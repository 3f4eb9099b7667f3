"""What staff receive, through Apprise: the unit's own addresses, else those of `all`."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

from apprise import Apprise

from fanzha.centre.channels.channel import Reading, Sent, TryAgain, check_needs
from fanzha.centre.channels.connectors import Connector
from fanzha.centre.channels.models import Message
from fanzha.refusal import Refusal

_OWN = ("json://", "jsons://")
"""Apprise's plain HTTP form carries our key, so that a receiver can tell a repetition."""

_HEARD: dict[str, set[str]] = {}
"""Which addresses heard a notice (its key) of which others did not yet, so that no try tells them twice; of this process."""


class Staff:
    name = "staff"

    def check(self, message: Message) -> None:
        if not message.recipient or not message.text_zh:
            raise Refusal("say who is told, and what", code="message.recipient", where=message.key)
        check_needs(message)

    def send(self, message: Message, clear: str, connector: Connector) -> Sent:  # noqa: ARG002 (no identifier goes to staff)
        urls = connector.urls.get(message.recipient) or connector.urls.get("all", ())
        heard = _HEARD.setdefault(message.key, set())
        left = sorted(set(urls) - heard)
        if left:
            with ThreadPoolExecutor(len(left)) as pool:  # one that does not answer keeps no other waiting
                told = zip(left, pool.map(lambda url: _notified(url, message), left), strict=True)
                heard |= {url for url, reached in told if reached}
        if not urls or set(urls) - heard:
            raise TryAgain(f"{len(set(urls) - heard)} of {len(urls)} addresses of {message.recipient} were not reached")
        del _HEARD[message.key]
        return Sent("")

    def read(self, body: Mapping[str, Any]) -> Reading:  # noqa: ARG002
        """Apprise hands nothing back."""
        raise Refusal("staff send no receipts", code="receipt.form", where="staff")


def _notified(url: str, message: Message) -> bool:
    notice = Apprise()
    if not notice.add(_with_key(url, message.key)):
        return False
    return bool(notice.notify(title="fanzha", body=f"{message.text_zh}\n{message.text_en}"))


def _with_key(url: str, key: str) -> str:
    if not url.startswith(_OWN):
        return url
    return f"{url}{'&' if '?' in url else '?'}%2BIdempotency-Key={quote(key, safe='')}&%3Akey={quote(key, safe='')}"


CHANNEL = Staff()
