"""Outcomes as the order's page offers them: which, by which key, and the fields that each needs for this order."""

from __future__ import annotations

from dataclasses import dataclass

from fanzha.centre.access.words import word
from fanzha.centre.dissuasion.actions.concluding import NEEDS
from fanzha.centre.dissuasion.models import Order
from fanzha.vocabulary import CONTACTS, OUTCOMES, Contact, Outcome, Text, text_from

_KEYS = NEEDS["keys"]
_WITH_AMOUNT = ("effective", "late")
"""What these count as is told with the amount that was about to be paid, or was."""


@dataclass(frozen=True)
class Choice:
    """One option of a field, with the digit that chooses it."""

    code: str
    name: Text
    key: str


@dataclass(frozen=True)
class Form:
    """What an outcome needs for one order; empty lists: not asked for. `lacks`: what must be recorded first.

    `evidence` with `amount` alone is asked for only when an amount is told."""

    outcome: Outcome
    lacks: list[Text]
    who_said: list[Choice]
    evidence: list[Choice]
    evidence_needed: bool
    exception: list[Choice]
    amount: bool


def contact_keys() -> list[tuple[Contact, str]]:
    """Contact results with their keys."""
    return [(one, _KEYS["contacts"].get(one.code, "")) for one in CONTACTS.values()]


def offered(order: Order) -> list[tuple[Outcome, str]]:
    """The outcomes that the order's level allows, with their keys."""
    allowed = [one for one in OUTCOMES.values() if order.level in NEEDS[one.code].get("levels", (order.level,))]
    return [(one, _KEYS["outcomes"].get(one.code, "")) for one in allowed]


def form(order: Order, code: str) -> Form | None:
    """The fields that an outcome needs for this order; None for no such outcome."""
    if code not in OUTCOMES:
        return None
    need, rule = NEEDS[code], NEEDS["met_at_levels"]
    lacks = ["the person reached"] if need.get("reached") and order.reached_at is None else []
    lacks += ["the person met"] if need.get("met") and order.met_at is None else []
    unmet = code in rule["codes"] and order.level in rule["levels"] and order.met_at is None
    needed = order.level in need.get("evidence_at", ())
    amount = OUTCOMES[code].counts_as in _WITH_AMOUNT
    return Form(
        outcome=OUTCOMES[code],
        lacks=[word("needs", one) for one in lacks],
        who_said=choices("who_said") if need.get("who_said") else [],
        evidence=choices("evidence") if needed or amount else [],
        evidence_needed=needed,
        exception=choices("exceptions") if unmet else [],
        amount=amount,
    )


def exception_words(exception: str) -> Text | None:
    """Why the person was not met: the words of a listed reason, or what was written."""
    listed = {row["code"]: text_from(row["name"]) for row in NEEDS["exceptions"]}
    return listed.get(exception) or (Text(exception, exception) if exception else None)


def choices(field: str) -> list[Choice]:
    """The options of a field of outcomes.yaml, with the digits that choose them."""
    return [Choice(row["code"], text_from(row["name"]), str(place)) for place, row in enumerate(NEEDS[field], start=1)]
