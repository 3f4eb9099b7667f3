"""Providers that do not exist: they take each message once by its key, and answer with receipts as their data says.

Each channel's folder has a `simulator.yaml`: shares of answers, each with its receipts and how many seconds after the sending they
come. Which answer a message gets is drawn by a hash of its key, so the same city tells the same story again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fanzha.centre.channels.connectors import NAMES
from fanzha.vocabulary import load_data


@dataclass(frozen=True)
class Taken:
    """A message as a provider took it."""

    channel: str
    key: str
    at: datetime
    body: dict[str, Any]


@dataclass(order=True)
class Due:
    """A receipt that will be sent at `at`."""

    at: datetime
    receipt_id: str
    channel: str = field(compare=False)
    body: dict[str, Any] = field(compare=False)


class Providers:
    """All simulated providers of a city. `answers`: what to use in place of a channel's simulator.yaml."""

    def __init__(self, answers: dict[str, list[dict[str, Any]]] | None = None) -> None:
        told = {name: load_data(__package__, f"{name}/simulator.yaml")["answers"] for name in NAMES}
        self._answers = {**told, **(answers or {})}
        self.taken: dict[tuple[str, str], Taken] = {}
        self.posts: list[tuple[str, str]] = []
        self.due: list[Due] = []

    def take(self, channel: str, key: str, body: dict[str, Any], now: datetime) -> tuple[int, dict[str, Any]]:
        """Status and answer to a post: the same key again is the same message, with another body it is refused."""
        if channel not in self._answers:
            return 404, _error("channel.unknown", "no such channel")
        if not key:
            return 400, _error("idempotency_key", "the header Idempotency-Key is needed")
        self.posts.append((channel, key))
        known = self.taken.get((channel, key))
        if known is not None and known.body != body:
            return 422, _error("key.changed", "this key came with another body")
        if known is None:
            self.taken[channel, key] = Taken(channel, key, now, body)
            self._answer(channel, key, now)
        return 202, {"id": f"{channel}-{_digest(key)[:12]}"}

    def _answer(self, channel: str, key: str, now: datetime) -> None:
        lot = int(_digest(f"{channel}\x1f{key}")[:8], 16) / 0x100000000
        for answer in self._answers[channel]:
            lot -= answer["share"]
            if lot < 0:
                break
        for place, receipt in enumerate(answer["receipts"]):
            at = now + timedelta(seconds=receipt["after_s"])
            receipt_id = f"{_digest(key)[:20]}-{place}"
            body = {"receipt_id": receipt_id, "key": key, "at": at.isoformat(), **receipt["body"]}
            self.due.append(Due(at, receipt_id, channel, body))
        self.due.sort()

    def hand_in(self, now: datetime, post: Callable[[str, dict[str, Any]], bool]) -> int:
        """Send the receipts due at `now` by `post(channel, body)`; one that was not taken is kept for the next time. How many were."""
        ready = [one for one in self.due if one.at <= now]
        done = 0
        for one in ready:
            if not post(one.channel, one.body):
                break
            self.due.remove(one)
            done += 1
        return done


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}
