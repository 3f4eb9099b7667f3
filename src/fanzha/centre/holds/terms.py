"""The data of terms.yaml: what a hold leaves, why one may be asked for, which outcomes end it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fanzha.vocabulary import Text, load_data, text_from

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_DATA: dict[str, Any] = load_data("fanzha.centre.holds", "terms.yaml")

KINDS: dict[str, str] = {"account": "bank_hold", "line": "operator_help"}
"""What can be held -> the channel by which its bank or operator is asked."""
HOLDING = {"account": "account", "line": "number"}
"""What can be held -> the kind of identifier (people.Holding.kind)."""
REASONS: dict[str, Text] = {row["code"]: text_from(row["name"]) for row in _DATA["reasons"]}
IDENTITY: dict[str, Text] = {row["code"]: text_from(row["name"]) for row in _DATA["identity"]}
ENDS: dict[str, Text] = {row["code"]: text_from(row["name"]) for row in _DATA["ends"]}
LIFT_AFTER: tuple[str, ...] = tuple(_DATA["lift_after"]["codes"])


def _in_force(name: str, on: datetime) -> dict[str, Any]:
    day = on.astimezone(_SHANGHAI).date()
    values: list[dict[str, Any]] = _DATA[name]
    return ([one for one in values if one["since"] <= day] or values[:1])[-1]


def floor_fen(on: datetime) -> int:
    """Fen that every held account leaves, as in force at an instant."""
    return int(_in_force("floor", on)["fen"])


def open_calls(on: datetime) -> list[str]:
    """Numbers that every stopped line still reaches, as in force at an instant."""
    return list(_in_force("calls", on)["numbers"])
