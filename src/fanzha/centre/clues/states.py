"""The states of a clue and the closed lists around it, from states.yaml and lists.yaml. Source: domain page 12.8."""

from __future__ import annotations

from typing import Any

from fanzha.vocabulary import Text, load_data, text_from

_ROWS: list[dict[str, Any]] = load_data("fanzha.centre.clues", "states.yaml")
_LISTS: dict[str, Any] = load_data("fanzha.centre.clues", "lists.yaml")


def _list(name: str) -> dict[str, Text]:
    return {row["code"]: text_from(row["name"]) for row in _LISTS[name]}


NAMES: dict[str, Text] = {row["id"]: text_from(row["name"]) for row in _ROWS}
ALLOWED: dict[str, tuple[str, ...]] = {row["id"]: tuple(row["to"]) for row in _ROWS}
COLUMN: dict[str, str] = {row["id"]: row["column"] for row in _ROWS}
DISPOSED = tuple(row["id"] for row in _ROWS if row.get("disposed"))
"""A clue in one of these has a disposition; a case can be closed when all of its clues have."""

OPEN = tuple(row["id"] for row in _ROWS if row["to"])
DISPOSITIONS = ("linked", "produced_case", "invalid")
COLUMNS, KINDS, SOURCES, VALUES = _list("columns"), _list("kinds"), _list("sources"), _list("values")
LIMITS: dict[str, str] = {row["code"]: row["limit"] for row in _LISTS["values"]}
