"""The audit chain: who did what, when and why; each entry's hash covers the one before."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access.models import AuditEntry, ChainHead


@transaction.atomic(savepoint=False)
def write(actor: User | None, action: str, subject: str, at: datetime, reason: str = "") -> AuditEntry:
    """Add an entry; call it inside the transaction of the act itself."""
    head = ChainHead.objects.select_for_update().filter(name="audit")
    before = head.values_list("digest", flat=True).first()
    entry = AuditEntry(actor=actor, action=action, subject=subject, reason=reason, at=at)
    entry.digest = _digest(before or "", entry)
    entry.save()
    if before is None:
        ChainHead.objects.create(name="audit", digest=entry.digest)
    else:
        head.update(digest=entry.digest)
    return entry


def broken_at() -> int | None:
    """The id of the first entry that does not fit the one before it, or None when the chain is whole."""
    before = ""
    for entry in AuditEntry.objects.order_by("id").iterator():
        if entry.digest != _digest(before, entry):
            return int(entry.pk)
        before = entry.digest
    return None


def _digest(before: str, entry: AuditEntry) -> str:
    at = entry.at.astimezone(UTC).isoformat()
    said = [before, str(entry.actor_id), entry.action, entry.subject, entry.reason, at]
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()
