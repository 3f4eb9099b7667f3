"""The states of a case and the steps allowed between them, from states.yaml. Source: domain page 12.3."""

from __future__ import annotations

from typing import Any

from fanzha.vocabulary import Text, load_data, text_from

_ROWS: list[dict[str, Any]] = load_data("fanzha.centre.cases", "states.yaml")
NAMES: dict[str, Text] = {row["id"]: text_from(row["name"]) for row in _ROWS}
ALLOWED: dict[str, tuple[str, ...]] = {row["id"]: tuple(row["to"]) for row in _ROWS}
BY: dict[str, str] = {row["id"]: row.get("by", "") for row in _ROWS}
OPEN = tuple(row["id"] for row in _ROWS if row.get("open"))
"""Work goes on: nobody may forget it."""

NEEDS_REASON = tuple(row["id"] for row in _ROWS if row.get("reason"))
NOT_CLEARED = ("investigating", "suspended", "withdrawn")
"""A case that was cleared and is in one of these is so no more."""

EXAMINED = ("reported", "accepted")
"""The limit of examination runs."""
