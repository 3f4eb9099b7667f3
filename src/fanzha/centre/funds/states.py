"""The states of a stop-payment and the steps allowed between them, from states.yaml; the words of answers.yaml."""

from __future__ import annotations

from typing import Any

from fanzha.vocabulary import Text, load_data, text_from

_ROWS: list[dict[str, Any]] = load_data("fanzha.centre.funds", "states.yaml")
_ANSWERS: dict[str, Any] = load_data("fanzha.centre.funds", "answers.yaml")
NAMES: dict[str, Text] = {row["id"]: text_from(row["name"]) for row in _ROWS}
ALLOWED: dict[str, tuple[str, ...]] = {row["id"]: tuple(row["to"]) for row in _ROWS}
ON_ITS_WAY = tuple(row["id"] for row in _ROWS if row.get("open"))
COUNTED = tuple(row["id"] for row in _ROWS if row.get("counts"))
"""A stop in one of these used one of the account's stops."""

REASONS: dict[str, dict[str, Text]] = {
    kind: {row["code"]: text_from(row["name"]) for row in _ANSWERS[kind]} for kind in ("mismatched", "rejected")
}
CALL_NUMBER: str = _ANSWERS["call"]["number"]
CALL_LINE: Text = text_from(_ANSWERS["call"]["line"])
