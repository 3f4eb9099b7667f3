"""The data files of this app, read once: senders, grading, the desk's words, the known names of columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fanzha.vocabulary import OUTCOMES, Text, load_data, text_from

_HERE = "fanzha.centre.inbox"
_LONG_NUMBER = re.compile(r"\d{7,}")
SHANGHAI = ZoneInfo("Asia/Shanghai")
_GRADING: dict[str, Any] = load_data(_HERE, "grading.yaml")
_DESK: dict[str, Any] = load_data(_HERE, "desk.yaml")
_COLUMNS: dict[str, Any] = load_data(_HERE, "columns.yaml")

SENDERS: dict[str, Text] = {row["code"]: text_from(row["name"]) for row in load_data(_HERE, "senders.yaml")}
KINDS: dict[str, Text] = {row["kind"]: text_from(row["name"]) for row in _GRADING["kinds"]}
REPORTERS: dict[str, Text] = {row["code"]: text_from(row["name"]) for row in _DESK["reporters"]}
REPORTED_AS: dict[str, str] = {row["code"]: row["kind"] for row in _DESK["reporters"]}
ITEMS: dict[str, Text] = {row["code"]: text_from(row["name"]) for row in _DESK["items"]}
RECIPIENT: dict[str, Text] = {row["code"]: text_from(row["name"]) for row in _DESK["recipient"]}
COLUMNS: dict[str, Text] = {name: text_from(row["name"]) for name, row in _COLUMNS.items()}
KNOWN_AS: dict[str, str] = {known: name for name, row in _COLUMNS.items() for known in row["known"]}


def hidden_numbers(text: str) -> str:
    """A text whose long numbers (of phones, accounts, people) are shown by their ends.

    >>> hidden_numbers("来电 15400000001，第3次")
    '来电 154****01，第3次'
    """
    return _LONG_NUMBER.sub(lambda run: f"{run[0][:3]}****{run[0][-2:]}", text)


def sender(code: str) -> Text:
    """The name of a sender; its code where it has none."""
    return SENDERS.get(code) or Text(code, code)


def _in_force(rows: list[dict[str, Any]], on: datetime) -> list[dict[str, Any]]:
    day: date = on.astimezone(SHANGHAI).date()
    return [row for row in rows if row["since"] <= day]


def level_of_kind(kind: str, on: datetime) -> int:
    """How urgent a warning is whose sender gave no level, by grading.yaml as in force at `on`."""
    rows = [row for row in _in_force(_GRADING["kinds"], on) if row["kind"] == kind]
    return int((rows[-1] if rows else _GRADING["otherwise"])["level"])


@dataclass(frozen=True)
class Told:
    """What the desk is told. `amount_fen`: fen; `reporter`, `item`, `recipient`: codes of desk.yaml; `under_way`: it has left."""

    reporter: str
    item: str
    amount_fen: int
    recipient: str
    under_way: bool = False


def level_of_report(told: Told, on: datetime) -> int:
    """How urgent a report of the desk is: the first rule of grading.yaml that fits, as in force at `on`."""
    for rule in _in_force(_GRADING["desk"], on):
        fits = (
            (not rule.get("under_way") or told.under_way)
            and told.recipient in rule.get("recipient", RECIPIENT)
            and told.item in rule.get("item", ITEMS)
            and told.amount_fen >= rule.get("amount_at_least_fen", 0)
        )
        if fits:
            return int(rule["level"])
    raise ValueError("grading.yaml: the last rule of `desk` must fit every report")


def answers(reporter: str, number_known: bool) -> list[Text]:
    """What the reporter is told at once."""
    keys = [reporter, *([] if number_known else ["unknown_number"]), "always"]
    return [text_from(row) for key in keys for row in _DESK["answers"][key]]


def closing(code: str) -> Text:
    """What the reporter hears when the order ends with an outcome (a code of OUTCOMES)."""
    told = _DESK["closing"]
    return text_from(told.get(OUTCOMES[code].counts_as) or told["otherwise"])
