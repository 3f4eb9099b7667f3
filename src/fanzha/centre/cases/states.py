"""The states of a case and the steps allowed between them, from states.yaml. Source: domain page 12.3."""

from __future__ import annotations

from fanzha.vocabulary import Text, load_data, text_from

_ROWS = load_data("fanzha.centre.cases", "states.yaml")
NAMES: dict[str, Text] = {row["id"]: text_from(row["name"]) for row in _ROWS}
ALLOWED: dict[str, tuple[str, ...]] = {row["id"]: tuple(row["to"]) for row in _ROWS}
