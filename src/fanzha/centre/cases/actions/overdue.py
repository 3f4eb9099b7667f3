"""What nobody worked on for 15 days, and limits that passed: found by the worker, handed up until somebody says why."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from fanzha.centre.access import audit, permissions
from fanzha.centre.cases import states
from fanzha.centre.cases.actions.steps import may, told
from fanzha.centre.cases.models import Case, FilingNotice, Overdue
from fanzha.deadlines import duration
from fanzha.refusal import Refusal

BATCH = 100
_UP = {"county": ("city", "case.to_leader"), "city": ("leader", None)}


def fall(about: str, case: Case | None, kind: str, since: datetime, now: datetime) -> bool:
    """Note that `about` is overdue, once while it is; whether it is new. Call it inside a transaction."""
    made = {"case": case, "since": since, "next_stage_at": now + duration("case.to_city", now)}
    new = Overdue.objects.get_or_create(about=about, kind=kind, ended_at=None, defaults=made)[1]
    if new:
        audit.write(None, "case_overdue", about, now, kind)
    return new


@transaction.atomic
def find_overdue(now: datetime) -> int:
    """Cases without any work for `case.idle`, examinations, notices of not filing and reviews past their limit; how many were new.

    Then hand up what nobody explained.
    """
    running = Overdue.objects.filter(ended_at=None)
    known = running.filter(about=OuterRef("number"))
    idle_since = now - duration("case.idle", now)
    idle = Case.objects.filter(state__in=states.OPEN, acted_at__lte=idle_since)
    idle = idle.exclude(Exists(known.filter(kind="idle"))).order_by("acted_at")[:BATCH]
    late = Case.objects.filter(due_at__lt=now).exclude(Exists(known.filter(kind="limit"))).order_by("due_at")[:BATCH]
    found = sum(fall(one.number, one, "idle", one.acted_at + duration("case.idle", now), now) for one in idle)
    found += sum(fall(one.number, one, "limit", one.due_at, now) for one in late)
    untold = Q(told_at=None, asked_at=None, tell_by__lt=now)
    notices = FilingNotice.objects.filter(untold | Q(answer_by__lt=now), answered_at=None, case__state="not_filed")
    notices = notices.exclude(Exists(running.filter(about=OuterRef("case__number"), kind="limit"))).select_related(
        "case"
    )
    for one in notices.order_by("tell_by")[:BATCH]:
        found += fall(one.case.number, one.case, "limit", one.answer_by or one.tell_by, now)
    hand_up(now)
    return found


def hand_up(now: datetime) -> None:
    """From the county to the city, from the city to the leader, until somebody says why."""
    waiting = Overdue.objects.select_for_update().filter(ended_at=None, reason="", next_stage_at__lte=now)
    for one in waiting.order_by("next_stage_at")[:BATCH]:
        one.stage, limit = _UP[one.stage]
        one.next_stage_at = now + duration(limit, now) if limit else None
        one.save()
        audit.write(None, "case_overdue", one.about, now, one.stage)


@transaction.atomic
def explain(overdue_id: int, user: User, reason: str, now: datetime) -> Overdue:
    """Say why; it is not handed up any further, and stays until work is done."""
    may(permissions.may_work_cases(user))
    one = Overdue.objects.select_for_update().filter(pk=overdue_id, ended_at=None).first()
    if one is None:
        raise Refusal("this is over", code="overdue.over", where=str(overdue_id))
    one.reason, one.reasoned_by, one.next_stage_at = told(reason, "reason"), user, None
    one.save()
    audit.write(user, "case_explained", one.about, now, one.reason)
    return one
