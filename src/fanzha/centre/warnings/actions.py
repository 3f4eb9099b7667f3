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
from fanzha.centre.warnings.models import Cursor, Rewarning, Warning
from fanzha.refusal import Refusal

STORY = timedelta(hours=24)
JUDGEMENTS = ("right", "wrong")


def _next_change() -> int:
    Cursor.objects.get_or_create(name="changes")
    Cursor.objects.filter(name="changes").update(value=F("value") + 1)
    return Cursor.objects.get(name="changes").value


@transaction.atomic
def import_warnings(rows: Sequence[dict[str, Any]], now: datetime) -> int:
    """Take in rows of the engine's outbox; a known id adds nothing. Returns how many were new.

    A row for a subject whose story began within 24 hours raises that story; whoever judged it wrong is asked again.
    """
    new = 0
    for row in rows:
        known = Warning.objects.filter(warning_id=row["warning_id"]).exists()
        if known or Rewarning.objects.filter(warning_id=row["warning_id"]).exists():
            continue
        new += 1
        issued = datetime.fromisoformat(row["issued_at"])
        story = Warning.objects.filter(
            subject=row["subject"], kind=row["warning_kind"], issued_at__gt=issued - STORY
        ).first()
        if story is not None:
            Rewarning.objects.create(story=story, warning_id=row["warning_id"], issued_at=issued, level=row["level"])
            story.level = min(story.level, row["level"])
            story.score, story.told, story.changed = row["score"], row, _next_change()
            if story.judged == "wrong":  # said before these signs, which somebody has to look at
                story.judged, story.judged_by, story.judged_at = "", None, None
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
            changed=_next_change(),
        )
    return new


def advance_cursor(value: int) -> None:
    """Remember how far the outbox has been read; call it in the transaction of the import."""
    Cursor.objects.update_or_create(name="outbox", defaults={"value": value})


@transaction.atomic
def judge(warning_id: str, user: User, now: datetime, verdict: str) -> Warning:
    """Say whether a warning of a number or an account is right (one of JUDGEMENTS): a label for detection, no restriction."""
    if not permissions.may_judge(user):
        raise PermissionDenied
    warning = Warning.objects.select_for_update().get(warning_id=warning_id)
    if warning.kind == "victim" or verdict not in JUDGEMENTS:
        raise Refusal("expected right or wrong, for a number or an account", code="warning.judge", where=warning_id)
    warning.judged, warning.judged_by, warning.judged_at, warning.changed = verdict, user, now, _next_change()
    warning.save()
    audit.write(user, "judge", warning_id, now, verdict)
    return warning
