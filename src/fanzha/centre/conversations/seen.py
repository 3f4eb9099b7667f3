"""What was seen, said in plain words by the kind of sign alone: no identifier, no amount, nothing of another person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from fanzha.vocabulary import Text, load_data, text_from

_FALLBACK = "sign"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sign with its words. `phone`: may be said to somebody who uses the number without being its holder."""

    kind: str
    phone: bool
    words: Text
    indicators: frozenset[str]
    tables: frozenset[str]
    pushed: frozenset[str]


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of seen.yaml, in its order."""
    rows = load_data("fanzha.centre.conversations", "seen.yaml")
    return {
        row["kind"]: Kind(
            row["kind"],
            row["phone"],
            text_from(row["name"]),
            frozenset(row["indicators"]),
            frozenset(row["tables"]),
            frozenset(row["pushed"]),
        )
        for row in rows
    }


def seen(warnings: Iterable[dict[str, Any]], tells: str | None) -> list[Text]:
    """What of the warnings (as their senders told them) may be said: all of it, what concerns the phone, or nothing."""
    if tells is None:
        return []
    found = {kind for told in warnings for kind in _kinds_of(told)}
    said = [one.words for key, one in kinds().items() if key in found and (tells == "all" or one.phone)]
    return said or [kinds()[_FALLBACK].words]


def _kinds_of(told: dict[str, Any]) -> set[str]:
    events = told.get("events") or []
    indicators = {str(reason.get("indicator")) for reason in told.get("reasons") or []}
    pushed = {str(told.get("kind"))} | {str(event.get("kind")) for event in events if event.get("table") == "pushed"}
    known = {key for key, one in kinds().items() if one.indicators & indicators or one.pushed & pushed}
    if known:
        return known
    tables = {str(event.get("table")) for event in events}
    return {key for key, one in kinds().items() if one.tables & tables}
