"""Refused rows taken out with a reason, mended, driven in again; and gone when their time is over."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import datetime
from typing import Any

import polars as pl
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.intake.actions.quarantine import box
from fanzha.centre.intake.actions.receiving import receive
from fanzha.centre.intake.models import Mending, Quarantined
from fanzha.refusal import Refusal
from fanzha.signals import rows_to_frame

WHY = "__why__"
"""The first column of a file for mending: what was wrong. It is dropped when the file comes back."""
AS_READ = "__text__"
"""What could not be read as a row stands here."""


@transaction.atomic
def take_out(name: str, user: User, reason: str, now: datetime) -> str:
    """The refused rows as a CSV to mend: what was wrong, then each column as it came. Clear identifiers: a reason is needed."""
    found = _open(name, user)
    if not reason.strip():
        raise Refusal("say why the rows are taken out", code="quarantine.reason", where="reason")
    sealed = (settings.HOME.quarantine / f"{name}.sealed").read_bytes()
    rows = [_mendable(json.loads(line)) for line in box().decrypt(sealed).decode().split("\n") if line]
    audit.write(user, "quarantine_out", found.name, now, reason)
    return rows_to_frame(rows).write_csv()


def _mendable(refused: dict[str, Any]) -> dict[str, Any]:
    why = f"{refused['field'] or ''}: {refused['reason']}".removeprefix(": ")
    try:
        row = json.loads(refused["row"] or "")
    except json.JSONDecodeError:
        row = None
    return {WHY: why, **row} if isinstance(row, dict) else {WHY: why, AS_READ: refused["row"]}


def drive_in(name: str, user: User, rows: pl.DataFrame, broken: pl.DataFrame, now: datetime) -> Mending:
    """Take mended rows in through the same door. The same file again adds nothing; what is still refused is kept anew."""

    found = _open(name, user)
    rows = rows.drop(WHY, AS_READ, strict=False)
    if rows.is_empty() and broken.is_empty():
        raise Refusal("there are no rows in this file", code="file.empty", where="file")
    digest = hashlib.sha256(_bytes(rows)).hexdigest()
    receipt = receive(found.table, rows, f"mended:{name}:{digest}", now, f"mended {name}", broken)
    with transaction.atomic():
        again = Quarantined.objects.filter(name=receipt.quarantine_id).first()
        # of these new: a file for mending may come a second time with rows that are in by now
        made = {"accepted": receipt.new, "refused": receipt.refused, "again": again, "by": user, "at": now}
        mending, new = Mending.objects.get_or_create(quarantined=found, digest=digest, defaults=made)
        if new:
            audit.write(user, "quarantine_in", name, now, f"{receipt.accepted} in, {receipt.refused} refused")
    return mending


def _bytes(rows: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    rows.write_ndjson(buffer)
    return buffer.getvalue()


def _open(name: str, user: User) -> Quarantined:
    if not permissions.may_mend(user):
        raise PermissionDenied
    found = Quarantined.objects.filter(name=name).first()
    if found is None or found.expired_at is not None:
        raise Refusal("these rows are not kept (any more)", code="quarantine.unknown", where=name)
    return found


def expire(now: datetime) -> int:
    """Delete what was kept as long as `quarantine.keeps` allows; the count of it stays on record. How many files."""
    over = list(Quarantined.objects.filter(expired_at=None, expires_at__lte=now)[:100])
    for one in over:
        (settings.HOME.quarantine / f"{one.name}.sealed").unlink(missing_ok=True)
        with transaction.atomic():
            if Quarantined.objects.filter(pk=one.pk, expired_at=None).update(expired_at=now):
                audit.write(None, "quarantine_expired", one.name, now)
    return len(over)
