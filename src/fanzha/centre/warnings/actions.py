"""The verbs of a warning: the only writers; one transaction and one audit entry each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from fanzha.centre.access import audit, permissions
from fanzha.centre.warnings import states
from fanzha.centre.warnings.models import Call, Cursor, Rewarning, Warning
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS, OUTCOMES

STORY = timedelta(hours=24)


def _next_change() -> int:
    Cursor.objects.get_or_create(name="changes")
    Cursor.objects.filter(name="changes").update(value=F("value") + 1)
    return Cursor.objects.get(name="changes").value


@transaction.atomic
def import_warnings(rows: Sequence[dict[str, Any]], now: datetime) -> int:
    """Take in rows of the engine's outbox; a known id adds nothing. Returns how many were new.

    A row for a subject whose story of the last 24 hours is still open raises that story; its clocks then run from `now`.
    """
    new = 0
    for row in rows:
        known = Warning.objects.filter(warning_id=row["warning_id"]).exists()
        if known or Rewarning.objects.filter(warning_id=row["warning_id"]).exists():
            continue
        new += 1
        issued = datetime.fromisoformat(row["issued_at"])
        story = Warning.objects.filter(
            subject=row["subject"], kind=row["warning_kind"], issued_at__gt=issued - STORY, state__in=states.OPEN
        ).first()
        if story is not None:
            Rewarning.objects.create(story=story, warning_id=row["warning_id"], issued_at=issued, level=row["level"])
            if row["level"] < story.level:
                story.level, story.clocks_from = row["level"], max(issued, now)
            story.score, story.told, story.changed = row["score"], row, _next_change()
            story.save()
            continue
        Warning.objects.create(
            warning_id=row["warning_id"],
            issued_at=issued,
            received_at=now,
            subject=row["subject"],
            subject_kind=row["subject_kind"],
            kind=row["warning_kind"],
            level=row["level"],
            score=row["score"],
            case_class=row["case_class"],
            told=row,
            clocks_from=max(issued, now),
            changed=_next_change(),
        )
    return new


def advance_cursor(value: int) -> None:
    """Remember how far the outbox has been read; call it in the transaction of the import."""
    Cursor.objects.update_or_create(name="outbox", defaults={"value": value})


def _step(warning_id: str, user: User, to: str) -> Warning:
    if not permissions.may_dissuade(user):
        raise PermissionDenied
    warning = Warning.objects.select_for_update().get(warning_id=warning_id)
    if to not in states.ALLOWED[warning.state]:
        raise Refusal(f"a warning that is {warning.state} cannot become {to}", code="warning.state", where=warning_id)
    if warning.taker is not None and warning.taker != user and permissions.role(user) != "leader":
        raise Refusal("another operator has taken this warning", code="warning.taken", where=warning_id)
    warning.state = to
    warning.changed = _next_change()
    return warning


@transaction.atomic
def take(warning_id: str, user: User, now: datetime) -> Warning:
    """Sign in a warning; Refusal when somebody else was first."""
    warning = _step(warning_id, user, "taken")
    warning.taker, warning.taken_at = user, now
    warning.save()
    audit.write(user, "take", warning_id, now)
    return warning


@transaction.atomic
def record_call(warning_id: str, user: User, now: datetime, contact: str, note: str = "") -> Call:
    """Write down one attempt to reach the person (`contact`: a code of vocabulary.CONTACTS)."""
    if contact not in CONTACTS:
        raise Refusal(f"expected one of {', '.join(CONTACTS)}", code="contact.unknown", where="contact")
    warning = _step(warning_id, user, "contacting")
    warning.save()
    audit.write(user, "call", warning_id, now, contact)
    return Call.objects.create(warning=warning, caller=user, at=now, contact=contact, note=note)


@transaction.atomic
def record_outcome(warning_id: str, user: User, now: datetime, code: str) -> Warning:
    """Write down what came of it (`code`: of vocabulary.OUTCOMES); D08 leaves the warning open."""
    if code not in OUTCOMES:
        raise Refusal(f"expected one of {', '.join(OUTCOMES)}", code="outcome.unknown", where="outcome")
    warning = _step(warning_id, user, "contacting" if code in states.KEEPS_OPEN else "closed")
    warning.outcome = code
    warning.closed_at = None if code in states.KEEPS_OPEN else now
    warning.save()
    audit.write(user, "outcome", warning_id, now, code)
    return warning
