"""Work looked at again: the review of a closed order, and the correction of a wrong outcome."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.dissuasion.actions import tasks
from fanzha.centre.dissuasion.actions.concluding import NEEDS, after_outcome, asks_for_care, check, draw, look_after
from fanzha.centre.dissuasion.actions.opening import end_care
from fanzha.centre.dissuasion.actions.steps import locked, save
from fanzha.centre.dissuasion.models import Mark, Order, Result, Review
from fanzha.centre.duty import queries as duty
from fanzha.refusal import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")

VERDICTS = ("agreed", "wrong_outcome", "wrong_way")


@transaction.atomic
def review(review_id: int, user: User, verdict: str, note: str, now: datetime) -> Review:
    """Say whether an order was worked well (one of VERDICTS): analysts and leaders do, and nobody reviews their own work."""
    if not permissions.may_judge(user):
        raise PermissionDenied
    if verdict not in VERDICTS:
        raise Refusal(f"expected one of {', '.join(VERDICTS)}", code="review.verdict", where="verdict")
    drawn = Review.objects.select_for_update(of=("self",)).select_related("order").get(pk=review_id)
    worked = {drawn.order.owner_id, *drawn.order.results.values_list("by", flat=True)}
    worked |= set(drawn.order.contacts.values_list("by", flat=True))
    if user.pk in worked:
        raise Refusal(
            "somebody who did not work on the order reviews it", code="review.worked", where=drawn.order.order_id
        )
    if drawn.at is not None:
        raise Refusal("this review is done", code="review.done", where=drawn.order.order_id)
    drawn.by, drawn.at, drawn.verdict, drawn.note = user, now, verdict, note
    drawn.save()
    audit.write(user, "review", drawn.order.order_id, now, verdict)
    return drawn


@transaction.atomic
def correct_outcome(order_id: str, user: User, now: datetime, code: str, reason: str, **said: Any) -> Result:
    """Put a right outcome beside a wrong one; both stay on record, figures follow, and a closed day is marked.

    A correction neither opens nor ends an order: Refusal when the right outcome would. Follow-ups that the right outcome does not
    ask for are dropped, and those it asks for are set; so is the stay on the care list.
    """
    order = locked(order_id)
    if not permissions.may_dissuade(user):
        raise PermissionDenied
    if order.owner_id != user.pk and not duty.works_for(user, order.unit):
        raise Refusal("somebody of the order's unit corrects it", code="order.unit", where=order_id)
    wrong = order.results.filter(corrected_by=None).order_by("-id").first()
    if wrong is None or not order.outcome:
        raise Refusal("there is no outcome to correct", code="outcome.none", where=order_id)
    if not reason.strip() or code == wrong.code:
        raise Refusal("say what is right, and why", code="outcome.correction", where="reason")
    check(order, code, said)
    if bool(NEEDS[code].get("keeps_open")) != bool(NEEDS[wrong.code].get("keeps_open")):
        raise Refusal("a correction neither opens an order nor ends it", code="outcome.correction", where=code)
    told = {"note": reason, **said}
    right = Result.objects.create(order=order, code=code, by=user, at=now, corrects=wrong, **told)
    order.outcome = code
    save(order)
    if order.closed_at is not None:
        _follow(order, wrong.code, code, now)
    day = order.opened_at.astimezone(SHANGHAI).date()
    if day != now.astimezone(SHANGHAI).date():
        Mark.objects.create(day=day, result=right, at=now)
    for act in after_outcome:
        act(right)
    audit.write(user, "correct", order_id, now, f"{wrong.code} -> {code}: {reason}")
    return right


def _follow(order: Order, wrong: str, code: str, now: datetime) -> None:
    if not asks_for_care(code):
        tasks.drop_follow_ups(order, now)
        end_care(order, now)
    elif not asks_for_care(wrong):  # else they were set, and may all be made
        look_after(order, code, now)
    if NEEDS[code].get("then") == "clue" and not order.reviews.filter(kind="clue").exists():
        draw(order, code, now)
