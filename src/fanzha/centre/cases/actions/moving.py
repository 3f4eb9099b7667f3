"""The next step of a case, as states.yaml allows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from fanzha.centre.access import permissions
from fanzha.centre.cases import states
from fanzha.centre.cases.actions.steps import locked, may, note, told
from fanzha.centre.cases.models import Case, FilingNotice, Overdue
from fanzha.deadlines import due
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

obstacles: list[Callable[[Case], list[Text]]] = []
"""What other apps still have open when a case is to be closed: clues without a disposition, stops that run."""
_MAY = {"work": permissions.may_work_cases, "file": permissions.may_file}
EXAMINATIONS = ("case.examine_checked", "case.examine_complex")


@transaction.atomic
def move(number: str, user: User, to: str, reason: str, now: datetime, handed_to: str = "", document: str = "") -> Case:
    """Bring a case into the state `to`. `handed_to`, `document`: where it is handed over to, and the paper of the decision.

    Refusal for a step that is not allowed, without a reason where one is needed, and for closing what still has something open.
    """
    may(_MAY.get(states.BY.get(to, ""), lambda _: False)(user))
    case = locked(number)
    if case.state == "not_filed" and to == "filed":
        raise Refusal("a review decides that", code="case.state", where=number)
    step(case, to)
    if to in states.NEEDS_REASON:
        reason = told(reason, "reason")
    if to == "transferred":
        case.handed_to = told(handed_to, "handed_to", "say which unit takes it")[:80]
    if to == "closed":
        _nothing_open(case, now)
    case.document = document.strip()[:80] or case.document
    _stamp(case, to, now)
    note(case, user, to, now, reason)
    if to == "not_filed":
        FilingNotice.objects.create(
            case=case, decided_by=user, decided_at=now, reason=reason, tell_by=due("case.notice", now)
        )
    return case


def step(case: Case, to: str) -> None:
    """Change the state; the caller saves. Refusal when the step is not allowed."""
    if to not in states.ALLOWED[case.state]:
        raise Refusal(f"a case that is {case.state} cannot become {to}", code="case.state", where=case.number)
    case.state = to


def _stamp(case: Case, to: str, now: datetime) -> None:
    if to == "accepted":
        case.accepted_at = now
    elif to == "filed":
        case.filed_at = now
    elif to == "cleared":
        case.cleared_at = now
    elif to == "closed":
        case.closed_at = now
    if to not in states.EXAMINED:
        examined(case, now)


def examined(case: Case, now: datetime) -> None:
    """The examination is over: its clock stops."""
    case.due_at = None
    in_time(case, now)


def in_time(case: Case, now: datetime) -> None:
    """What was past its limit is done, or the limit runs no more."""
    Overdue.objects.filter(about=case.number, kind="limit", ended_at=None).update(ended_at=now)


def _nothing_open(case: Case, now: datetime) -> None:
    found = [Text("基本工作项", "the basic work list")] if case.work.filter(state="open").exists() else []
    notices = case.notices.filter(upheld=None)
    waits = Q(told_at=None) | Q(asked_at__isnull=False) | Q(review_until__gt=now)
    found += (
        [Text("不予立案通知或复议", "the notice of not filing or its review")] if notices.filter(waits).exists() else []
    )
    for ask in obstacles:
        found += ask(case)
    if found:
        said = "; ".join(one.en for one in found)
        raise Refusal(f"still open: {said}", code="case.open", where=case.number)


@transaction.atomic
def examine_longer(number: str, user: User, limit: str, reason: str, now: datetime) -> Case:
    """Grant a longer examination (one of EXAMINATIONS) with its reason; it still runs from the report. Refusal for a shorter one."""
    may(permissions.may_file(user))
    case = locked(number)
    if limit not in EXAMINATIONS or case.due_at is None:
        raise Refusal("expected a longer limit of the list, while the examination runs", code="case.limit")
    until = due(limit, case.reported_at)
    if until <= case.due_at:
        raise Refusal("that is no longer than what runs", code="case.limit", where=number)
    case.examination, case.due_at = limit, until
    if until > now:
        Overdue.objects.filter(about=number, kind="limit", ended_at=None).update(ended_at=now)
    note(case, user, "longer", now, f"{limit}: {told(reason, 'reason')}")
    return case


@transaction.atomic
def give_to(number: str, user: User, handler: User, now: datetime) -> Case:
    """Name who works on a case. Refusal for somebody who may not."""
    may(permissions.may_work_cases(user))
    if not permissions.may_work_cases(handler):
        raise Refusal("expected an officer, an analyst or a leader", code="case.handler", where=handler.get_username())
    case = locked(number)
    case.handler = handler
    note(case, user, "handler", now, handler.get_username())
    return case
