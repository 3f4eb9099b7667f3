"""The audit chain: who did what, when and why; each entry's hash covers the one before."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.db import connection, transaction

from fanzha.centre.access.models import AuditEntry, ChainHead


@transaction.atomic(savepoint=False)
def write(actor: User | None, action: str, subject: str, at: datetime, reason: str = "") -> AuditEntry:
    """Add an entry; call it inside the transaction of the act itself."""
    before = _head()
    entry = AuditEntry(actor=actor, action=action, subject=subject, reason=reason, at=at)
    entry.digest = _digest(before or "", entry)
    entry.save()
    if before is None:
        ChainHead.objects.create(name="audit", digest=entry.digest)
        return entry
    with connection.cursor() as cursor:
        cursor.execute("UPDATE access_chainhead SET digest = %s WHERE name = 'audit'", [entry.digest])
    return entry


def _head() -> str | None:
    """The digest of the newest entry, held until the transaction ends; asked past the ORM, which takes longer than the database."""
    held = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT digest FROM access_chainhead WHERE name = 'audit'{held}")
        row = cursor.fetchone()
    return row[0] if row else None


def broken_at() -> int | None:
    """The id of the first entry that does not fit the one before it; the next id where the newest were taken away; None when the chain is whole.

    It may be asked while entries are added: the head is read first, and those behind it are looked at too.
    """
    head = ChainHead.objects.filter(name="audit").values_list("digest", flat=True).first() or ""
    before, last, met = "", 0, not head
    for entry in AuditEntry.objects.order_by("id").iterator():
        if entry.digest != _digest(before, entry):
            return int(entry.pk)
        before, last = entry.digest, int(entry.pk)
        met = met or before == head
    return None if met else last + 1


def _digest(before: str, entry: AuditEntry) -> str:
    at = entry.at.astimezone(UTC).isoformat()
    said = [before, str(entry.actor_id), entry.action, entry.subject, entry.reason, at]
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()
