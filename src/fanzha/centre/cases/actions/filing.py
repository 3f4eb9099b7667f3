"""A decision not to file: the notice, the right to have it reviewed, and the review by somebody else."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import permissions
from fanzha.centre.cases.actions.moving import in_time, step
from fanzha.centre.cases.actions.steps import locked, may, note, told
from fanzha.centre.cases.models import FilingNotice
from fanzha.deadlines import due
from fanzha.refusal import Refusal


@transaction.atomic
def tell(number: str, user: User, how: str, now: datetime) -> FilingNotice:
    """The notice reached the person (`how`: by which way); from now a review can be asked for. Source: clocks.yaml `case.review_asked`."""
    may(permissions.may_work_cases(user))
    case, notice = locked(number), _standing(number)
    if notice.told_at is not None:
        raise Refusal("the notice was given already", code="notice.told", where=number)
    notice.told_at, notice.told_how = now, told(how, "how", "say how the person was told")[:80]
    notice.review_until = due("case.review_asked", now)
    notice.save()
    if notice.asked_at is None:
        in_time(case, now)
    note(case, user, "told", now, notice.told_how)
    return notice


@transaction.atomic
def ask_for_review(number: str, user: User, said: str, now: datetime) -> FilingNotice:
    """The person objects, through anybody of the centre. Refusal when the time for it is over, or when one was asked for.

    Before the notice reached them they may as well; nobody loses a right by knowing early.
    """
    may(permissions.may_take_reports(user))
    case, notice = locked(number), _standing(number)
    if notice.asked_at is not None:
        raise Refusal("a review was asked for already", code="review.asked", where=number)
    if notice.review_until is not None and now > notice.review_until:
        raise Refusal("the time to ask for a review is over", code="review.over", where=number)
    notice.asked_at, notice.said, notice.answer_by = now, said.strip(), due("case.review", now)
    notice.save()
    in_time(case, now)
    note(case, user, "review_asked", now)
    return notice


@transaction.atomic
def answer_review(number: str, user: User, file: bool, reason: str, now: datetime) -> FilingNotice:
    """Somebody other than who decided files the case after all, or upholds the decision, with the reason."""
    may(permissions.may_file(user))
    case, notice = locked(number), _standing(number)
    if notice.asked_at is None:
        raise Refusal("nobody asked for a review", code="review.none", where=number)
    if notice.decided_by_id == user.pk:
        raise Refusal("somebody else reviews the decision", code="review.own", where=number)
    notice.answered_at, notice.reviewer, notice.upheld = now, user, not file
    notice.answer = told(reason, "reason")
    notice.save()
    in_time(case, now)
    if file:
        step(case, "filed")
        case.filed_at = now
    note(case, user, "review_filed" if file else "review_upheld", now, notice.answer)
    return notice


def _standing(number: str) -> FilingNotice:
    found = FilingNotice.objects.filter(case__number=number, answered_at=None, case__state="not_filed").first()
    if found is None:
        raise Refusal("there is no decision not to file that stands open", code="notice.none", where=number)
    return found
