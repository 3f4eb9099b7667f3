"""What is done about an order: contacts, a meeting, an outcome with what it needs, its correction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.actions import clocks, tasks
from fanzha.centre.dissuasion.actions.opening import put_on_care
from fanzha.centre.dissuasion.actions.steps import locked, move, next_change
from fanzha.centre.dissuasion.models import Contact, Mark, Order, Result, Review
from fanzha.deadlines import count, days_of, deadline, duration
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS, OUTCOMES, load_data

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEEDS: dict[str, Any] = load_data("fanzha.centre.dissuasion", "outcomes.yaml")
WHO_SAID = {row["code"] for row in NEEDS["who_said"]}
EVIDENCE = {row["code"] for row in NEEDS["evidence"]}
VERDICTS = ("agreed", "wrong_outcome", "wrong_way")
FAILED = ("busy", "rang_out", "switched_off", "hung_up")
after_closing: list[Callable[[Order, datetime], None]] = []
"""What other apps do when an order is over: holds are lifted, addresses are wiped."""


def _mine(order_id: str, user: User) -> Order:
    order = locked(order_id)
    if not permissions.may_dissuade(user) and not permissions.may_visit(user):
        raise PermissionDenied
    holds = order.tasks.filter(holder=user, state="held").exists()
    if order.owner_id != user.pk and not holds and permissions.role(user) != "leader":
        raise Refusal("this order is in other hands", code="order.taken", where=order_id)
    if order.state not in states.WORKED:
        raise Refusal(f"an order that is {order.state} is not worked on", code="order.state", where=order_id)
    return order


@transaction.atomic
def record_contact(
    order_id: str, user: User, now: datetime, contact: str, channel: str = "call", note: str = ""
) -> Contact:
    """Write down one attempt to reach the person (`contact`: a code of CONTACTS). After so many tries the call has failed."""
    if contact not in CONTACTS:
        raise Refusal(f"expected one of {', '.join(CONTACTS)}", code="contact.unknown", where="contact")
    order = _mine(order_id, user)
    made = Contact.objects.create(order=order, by=user, channel=channel, at=now, contact=contact, note=note)
    clocks.meet(order, "first_call", at=now)
    if contact == "answered":
        move(order, order.state if order.state == "met" else "reached")
        order.reached_at = order.reached_at or now
        tasks.finish(order, "call", now, contact)
    elif contact in FAILED and _failed(order):
        move(order, "unreachable" if order.state not in ("reached", "met") else order.state)
        _visit_after_failed_calls(order, now)
    elif order.state == "acknowledged":
        move(order, "contacting")
    order.save()
    audit.write(user, "contact", order_id, now, contact)
    return made


def _failed(order: Order) -> bool:
    tried = order.contacts.filter(channel="call", contact__in=FAILED, at__gte=order.issued_at).count()
    return tried >= count("order.tries", order.level, order.issued_at)


def _visit_after_failed_calls(order: Order, now: datetime) -> None:
    due = deadline("order.in_person_after_failed_call", order.level, now)
    if due is not None:
        clocks.set_one(order, "in_person_after_failed_call", due, now)
        tasks.add(order, "visit", now, due)


@transaction.atomic
def record_meeting(order_id: str, user: User, now: datetime, note: str = "") -> Order:
    """Write down that the person was met."""
    order = _mine(order_id, user)
    move(order, "met")
    order.met_at = order.met_at or now
    order.reached_at = order.reached_at or now
    order.save()
    steps = ("in_person", "in_person_remote", "in_person_after_failed_call", "revisit", "first_call")
    clocks.meet(order, *steps, at=now)
    tasks.finish(order, "visit", now, "met")
    Contact.objects.create(order=order, by=user, channel="visit", at=now, contact="answered", note=note)
    audit.write(user, "met", order_id, now)
    return order


@transaction.atomic
def record_outcome(order_id: str, user: User, now: datetime, code: str, **said: Any) -> Result:
    """Write down what came of an order. `said`: who_said, evidence, amount_fen, exception, note, as the outcome needs them.

    Refusal names what is missing. D05 and D08 leave the order open; after any other it is fed back, and closed unless
    it is drawn for review.
    """
    order = _mine(order_id, user)
    return _conclude(order, user, now, code, said)


def _conclude(order: Order, user: User | None, now: datetime, code: str, said: dict[str, Any]) -> Result:
    lacks = missing(order, code, said)
    if lacks:
        raise Refusal(f"{code} needs: {', '.join(lacks)}", code="outcome.needs", where=lacks[0])
    result = Result.objects.create(order=order, code=code, by=user, at=now, **said)
    need = NEEDS[code]
    clocks.meet(order, "feedback", at=now)
    order.outcome, order.fed_back_at = code, now
    if need.get("then") == "revisit":
        due = now + duration("order.revisit", now)
        clocks.set_one(order, "revisit", due, now)
        tasks.add(order, "visit", now, due)
    if need.get("keeps_open"):
        order.changed = next_change()
        order.save()
        return _said(result, user)
    move(order, "feedback_submitted")
    tasks.finish(order, "call", now, code)
    clocks.stop_all(order, now)
    _look_after(order, code, now)
    if _drawn(order):
        Review.objects.create(order=order, kind="clue" if need.get("then") == "clue" else "sample", drawn_at=now)
    elif need.get("then") == "clue":
        Review.objects.create(order=order, kind="clue", drawn_at=now)
    move(order, "closed")
    order.closed_at = now
    order.save()
    tasks.drop_all(order, now)
    for act in after_closing:
        act(order, now)
    return _said(result, user)


def _said(result: Result, user: User | None) -> Result:
    audit.write(user, "outcome", result.order.order_id, result.at, result.code)
    return result


@transaction.atomic
def conclude_automatically(order_id: str, now: datetime, code: str, note: str) -> Result:
    """The outcome of an order that nobody works on by hand: told by automatic voice or message (D00), or repeated (D07)."""
    order = locked(order_id)
    if order.state in states.WAITING:
        order.state = "acknowledged"
    clocks.meet(order, "sign_in", "first_call", at=now)
    tasks.finish(order, "voice", now, code)
    return _conclude(order, None, now, code, {"note": note})


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
    if need.get("who_said") and said.get("who_said") not in WHO_SAID:
        lacks.append("who_said")
    amount, proof = said.get("amount_fen"), said.get("evidence")
    if (order.level in need.get("evidence_at", ()) or amount) and proof not in EVIDENCE:
        lacks.append("evidence")
    rule = NEEDS["met_at_levels"]
    unmet = code in rule["codes"] and order.level in rule["levels"] and order.met_at is None
    if unmet and not str(said.get("exception") or "").strip():
        lacks.append("exception")
    return lacks


def _look_after(order: Order, code: str, now: datetime) -> None:
    if OUTCOMES[code].counts_as not in ("effective", "late", "reached"):
        return
    put_on_care(order, "after_outcome", "care.short", now)
    for due in days_of("order.follow_up", order.level, now):
        tasks.add(order, "follow_up", due - timedelta(days=1), due)


def _drawn(order: Order) -> bool:
    """Drawn, not chosen: by a hash of the order that nobody can bend."""
    share = NEEDS["review"][order.level]
    lot = int(hashlib.sha256(f"review\x1f{order.order_id}\x1f{order.again}".encode()).hexdigest()[:8], 16)
    return lot < share * 0xFFFFFFFF


@transaction.atomic
def review(review_id: int, user: User, verdict: str, note: str, now: datetime) -> Review:
    """Say whether an order was worked well (one of VERDICTS); nobody reviews their own work."""
    if verdict not in VERDICTS:
        raise Refusal(f"expected one of {', '.join(VERDICTS)}", code="review.verdict", where="verdict")
    drawn = Review.objects.select_for_update().select_related("order").get(pk=review_id)
    worked = {drawn.order.owner_id, *drawn.order.results.values_list("by", flat=True)}
    worked |= set(drawn.order.contacts.values_list("by", flat=True))
    if user.pk in worked:
        raise Refusal(
            "somebody who did not work on the order reviews it", code="review.own", where=drawn.order.order_id
        )
    if drawn.at is not None:
        raise Refusal("this review is done", code="review.done", where=drawn.order.order_id)
    drawn.by, drawn.at, drawn.verdict, drawn.note = user, now, verdict, note
    drawn.save()
    audit.write(user, "review", drawn.order.order_id, now, verdict)
    return drawn


@transaction.atomic
def correct_outcome(order_id: str, user: User, now: datetime, code: str, reason: str, **said: Any) -> Result:
    """Put a right outcome beside a wrong one; both stay on record, figures follow, and a closed day is marked."""
    order = locked(order_id)
    if not permissions.may_dissuade(user):
        raise PermissionDenied
    wrong = order.results.filter(corrected_by=None).order_by("-id").first()
    if wrong is None or not order.outcome:
        raise Refusal("there is no outcome to correct", code="outcome.none", where=order_id)
    if not reason.strip() or code == wrong.code:
        raise Refusal("say what is right, and why", code="outcome.correction", where="reason")
    lacks = missing(order, code, said)
    if lacks:
        raise Refusal(f"{code} needs: {', '.join(lacks)}", code="outcome.needs", where=lacks[0])
    right = Result.objects.create(order=order, code=code, by=user, at=now, note=reason, corrects=wrong, **said)
    order.outcome, order.changed = code, next_change()
    order.save()
    day = order.opened_at.astimezone(SHANGHAI).date()
    if day != now.astimezone(SHANGHAI).date():
        Mark.objects.create(day=day, result=right, at=now)
    audit.write(user, "correct", order_id, now, f"{wrong.code} -> {code}: {reason}")
    return right
