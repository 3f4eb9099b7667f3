"""The audit chain: who did what, when and why; each entry's hash covers the one before."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.contrib.auth.models import User

from fanzha.centre.access.models import AuditEntry, ChainHead


def write(actor: User | None, action: str, subject: str, at: datetime, reason: str = "") -> AuditEntry:
    """Add an entry; call it inside the transaction of the act itself."""
    ChainHead.objects.get_or_create(name="audit")
    head = ChainHead.objects.select_for_update().get(name="audit")
    entry = AuditEntry(actor=actor, action=action, subject=subject, reason=reason, at=at)
    entry.digest = head.digest = _digest(head.digest, entry)
    entry.save()
    head.save()
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
    said = [before, str(entry.actor_id), entry.action, entry.subject, entry.reason, entry.at.isoformat()]
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()
