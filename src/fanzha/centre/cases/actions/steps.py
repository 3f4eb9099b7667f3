"""What every act on a case does: hold it, write it down, and note that somebody worked."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from fanzha.centre.access import audit
from fanzha.centre.cases.models import Case, Overdue
from fanzha.refusal import Refusal


def may(allowed: bool) -> None:
    """PermissionDenied unless it is allowed."""
    if not allowed:
        raise PermissionDenied


def locked(number: str) -> Case:
    """The case, held until the transaction ends. Refusal when there is none, or when it was joined to another."""
    case = Case.objects.select_for_update().filter(number=number).first()
    if case is None:
        raise Refusal("no such case", code="case.unknown", where=number)
    if case.state == "joined":
        raise Refusal("this case was joined to another; work on that one", code="case.joined", where=number)
    return case


def note(case: Case, user: User | None, act: str, now: datetime, reason: str = "") -> None:
    """Save the case after a piece of work, with its audit entry; what was overdue for want of work is over."""
    case.acted_at = now
    case.save()
    Overdue.objects.filter(about=case.number, kind="idle", ended_at=None).update(ended_at=now)
    audit.write(user, f"case_{act}", case.number, now, reason)


def told(text: str, where: str, what: str = "say why") -> str:
    """A text that must be there. Refusal without it."""
    if not text.strip():
        raise Refusal(what, code="case.reason", where=where)
    return text.strip()
