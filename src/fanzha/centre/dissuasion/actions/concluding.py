"""What came of an order: an outcome with what it needs, by a person or told automatically, and what follows from it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.actions import clocks, tasks
from fanzha.centre.dissuasion.actions.opening import put_on_care, withdraw
from fanzha.centre.dissuasion.actions.steps import locked, move, save
from fanzha.centre.dissuasion.actions.working import mine
from fanzha.centre.dissuasion.models import Order, Result, Review
from fanzha.deadlines import days_of, deadline, duration
from fanzha.refusal import Refusal
from fanzha.vocabulary import OUTCOMES, load_data

NEEDS: dict[str, Any] = load_data("fanzha.centre.dissuasion", "outcomes.yaml")
WHO_SAID = {row["code"] for row in NEEDS["who_said"]}
EVIDENCE = {row["code"] for row in NEEDS["evidence"]}
after_closing: list[Callable[[Order, datetime], None]] = []
"""What other apps do when an order is over: holds are lifted, addresses are wiped."""
after_outcome: list[Callable[[Result], None]] = []
"""What other apps do when an outcome is written down or corrected: senders are told."""


@transaction.atomic
def record_outcome(order_id: str, user: User, now: datetime, code: str, **said: Any) -> Result:
    """Write down what came of an order. `said`: who_said, evidence, amount_fen, exception, note, as the outcome needs them.

    Refusal names what is missing. D05 and D08 leave the order open, with a visit due and the feedback of what comes of that;
    after any other it is fed back and closed.
    """
    return _conclude(mine(order_id, user, now), user, now, code, said)


@transaction.atomic
def conclude_automatically(order_id: str, now: datetime, code: str, note: str) -> Result:
    """The outcome of an order that nobody works on by hand: told by automatic voice or message (D00), or repeated (D07).

    Refusal when somebody has signed it in, or for an outcome after which the work goes on.
    """
    order = locked(order_id)
    if order.state not in states.WAITING:
        raise Refusal(f"an order that is {order.state} is not told automatically", code="order.state", where=order_id)
    if NEEDS.get(code, {}).get("keeps_open"):
        raise Refusal("expected an outcome that ends the order", code="outcome.automatic", where=code)
    order.owner, order.give_back_at = None, None
    move(order, "acknowledged")
    return _conclude(order, None, now, code, {"note": note})


def conclude_transferred(order: Order, user: User, now: datetime, reason: str) -> Result:
    """The end of an order that others work on from now on (D10); call it in the transaction of the transfer."""
    if order.state in states.WAITING:
        order.owner, order.give_back_at = None, None
        move(order, "acknowledged")
    return _conclude(order, user, now, "D10", {"note": reason})


def _conclude(order: Order, user: User | None, now: datetime, code: str, said: dict[str, Any]) -> Result:
    check(order, code, said)
    result = Result.objects.create(order=order, code=code, by=user, at=now, **said)
    need = NEEDS[code]
    order.outcome, order.fed_back_at = code, now
    if need.get("keeps_open"):
        clocks.meet(order, "feedback", at=now)
        _visit_again(order, now)
        save(order)
    else:
        _close(order, code, now)
    for act in after_outcome:
        act(result)
    audit.write(user, "outcome", order.order_id, now, code)
    return result


def _visit_again(order: Order, now: datetime) -> None:
    due = now + duration("order.revisit", now)
    clocks.set_one(order, "revisit", due, now)
    clocks.set_one(order, "feedback", deadline("order.feedback", order.level, due) or due, now)
    tasks.add(order, "visit", now, due)


def _close(order: Order, code: str, now: datetime) -> None:
    move(order, "feedback_submitted")
    tasks.end_all(order, now, code)
    clocks.stop_all(order, now)
    look_after(order, code, now)
    if drawn(order) or NEEDS[code].get("then") == "clue":
        draw(order, code, now)
    move(order, "closed")
    order.closed_at = now
    save(order)
    withdraw(order, now)
    order.transfers.filter(accepted=None).update(accepted=False, decided_at=now)
    for act in after_closing:
        act(order, now)


def check(order: Order, code: str, said: dict[str, Any]) -> None:
    """Refusal that names what an outcome still needs."""
    lacks = missing(order, code, said)
    if lacks:
        raise Refusal(f"{code} needs: {', '.join(lacks)}", code="outcome.needs", where=lacks[0])


def missing(order: Order, code: str, said: dict[str, Any]) -> list[str]:
    """What an outcome still needs, by the names of its fields (outcomes.yaml)."""
    if code not in OUTCOMES:
        return ["a code of the list"]
    need, lacks = NEEDS[code], []
    if "levels" in need and order.level not in need["levels"]:
        lacks.append(f"level {' or '.join(map(str, need['levels']))}")
    if need.get("reached") and order.reached_at is None:
        lacks.append("the person reached")
    if need.get("met") and order.met_at is None:
        lacks.append("the person met")
    who = said.get("who_said")
    if (need.get("who_said") or who) and who not in WHO_SAID:
        lacks.append("who_said")
    amount, proof = said.get("amount_fen"), said.get("evidence")
    if amount is not None and amount <= 0:
        lacks.append("amount_fen")
    if (order.level in need.get("evidence_at", ()) or amount or proof) and proof not in EVIDENCE:
        lacks.append("evidence")
    rule = NEEDS["met_at_levels"]
    unmet = code in rule["codes"] and order.level in rule["levels"] and order.met_at is None
    if unmet and not str(said.get("exception") or "").strip():
        lacks.append("exception")
    return lacks


def asks_for_care(code: str) -> bool:
    """Whether an outcome says that a deceived person was spoken with, who is looked after from then on."""
    return OUTCOMES[code].counts_as in ("effective", "late", "reached")


def look_after(order: Order, code: str, now: datetime) -> None:
    """The care list and the follow-ups that an outcome asks for."""
    if not asks_for_care(code):
        return
    put_on_care(order, "after_outcome", "care.short", now)
    for due in days_of("order.follow_up", order.level, now):
        tasks.add(order, "follow_up", due - timedelta(days=1), due)


def draw(order: Order, code: str, now: datetime) -> Review:
    """Put an order before somebody who did not work on it; a clue always."""
    kind = "clue" if NEEDS[code].get("then") == "clue" else "sample"
    return Review.objects.create(order=order, kind=kind, drawn_at=now)


def drawn(order: Order) -> bool:
    """Drawn, not chosen: by a hash of the order that nobody can bend."""
    share = NEEDS["review"][order.level]
    lot = int(hashlib.sha256(f"review\x1f{order.order_id}\x1f{order.again}".encode()).hexdigest()[:8], 16)
    return lot < share * 0xFFFFFFFF
