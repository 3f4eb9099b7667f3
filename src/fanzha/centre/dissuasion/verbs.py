"""What can be sent from the pages: each verb is one action; amounts and keys are read here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.http import QueryDict

from fanzha import reading
from fanzha.centre import clock
from fanzha.centre.dissuasion import actions
from fanzha.centre.duty import actions as duty
from fanzha.vocabulary import LEVELS

_OUTCOME_FIELDS = ("who_said", "evidence", "exception", "note")


def _outcome_fields(said: QueryDict) -> dict[str, Any]:
    told: dict[str, Any] = {name: said[name] for name in _OUTCOME_FIELDS if said.get(name)}
    if not said.get("exception") and said.get("other_exception"):
        told["exception"] = said["other_exception"]
    if said.get("yuan"):
        told["amount_fen"] = reading.typed_fen(said["yuan"], "yuan")
    return told


def _level(order_id: str, user: User, said: QueryDict) -> None:
    level = next((one for one in LEVELS if str(one) == said.get("level")), 0)
    change = actions.raise_level if said.get("to") == "raise" else actions.propose_lower
    change(order_id, user, level, said.get("reason", ""), clock.now())


def _correct(order_id: str, user: User, said: QueryDict) -> None:
    told = _outcome_fields(said)
    told.pop("note", None)  # the reason is the note of a correction
    actions.correct_outcome(order_id, user, clock.now(), said.get("code", ""), said.get("reason", ""), **told)


ON_ORDER: dict[str, Callable[[str, User, QueryDict], Any]] = {
    "take": lambda order, user, _: actions.take(order, user, clock.now()),
    "contact": lambda order, user, said: actions.record_contact(
        order, user, clock.now(), said.get("contact", ""), note=said.get("note", "")
    ),
    "met": lambda order, user, said: actions.record_meeting(order, user, clock.now(), said.get("note", "")),
    "outcome": lambda order, user, said: actions.record_outcome(
        order, user, clock.now(), said.get("code", ""), **_outcome_fields(said)
    ),
    "correct": _correct,
    "language": lambda order, user, said: actions.ask_for_language(order, user, said.get("language", ""), clock.now()),
    "level": _level,
    "transfer": lambda order, user, said: actions.offer_transfer(
        order, user, said.get("target", ""), said.get("reason", ""), clock.now()
    ),
}
"""Verbs of an order's page."""

IN_ROOM: dict[str, Callable[[int, User, QueryDict], Any]] = {
    "on": lambda _, user, __: duty.go_on(user, clock.now()),
    "off": lambda _, user, __: duty.go_off(user, clock.now()),
    "task": lambda record, user, _: actions.take_task(record, user, clock.now()),
    "give_back": lambda record, user, _: actions.give_back(record, user, clock.now()),
    "follow_up": lambda record, user, said: actions.finish_follow_up(
        record, user, clock.now(), said.get("contact", "")
    ),
    "transfer": lambda record, user, said: actions.decide_transfer(
        record, user, said.get("accept") == "1", clock.now()
    ),
    "breach": lambda record, user, said: actions.explain_breach(record, user, said.get("reason", ""), clock.now()),
    "lowering": lambda record, user, said: actions.decide_lower(record, user, said.get("grant") == "1", clock.now()),
}
"""Verbs of what waits besides orders; the number is the record's."""
