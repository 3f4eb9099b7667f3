"""A sender's file handed in on a page: sealed, mapped, tried, taken in; the mapping is remembered."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import polars as pl
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha import durable
from fanzha.centre.access import audit, permissions
from fanzha.centre.inbox import mapping as mappings
from fanzha.centre.inbox.mapping import Mapping
from fanzha.centre.inbox.models import RememberedMapping, Upload
from fanzha.centre.inbox.sheets import read_sheet
from fanzha.centre.intake.actions import Receipt, box, receive
from fanzha.deadlines import duration
from fanzha.refusal import Refusal

LONGEST_SENDER = 40


def hand_in(user: User, sender: str, name: str, data: bytes, now: datetime) -> Upload:
    """Keep a file sealed until its columns are mapped. Refusal when it cannot be read, or nobody says whose it is."""
    if not permissions.may_hand_in(user):
        raise PermissionDenied
    sender = sender.strip()
    if not sender or len(sender) > LONGEST_SENDER:
        raise Refusal("say who the sender is, in at most 40 characters", code="file.sender", where="sender")
    read_sheet(name, data)
    digest = hashlib.sha256(data).hexdigest()
    path = _sealed(digest)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    durable.write(path, box().encrypt(data))
    with transaction.atomic():
        upload = Upload.objects.create(sender=sender, name=name, digest=digest, by=user, at=now)
        audit.write(user, "file_kept", f"file {upload.pk}", now, sender)
    return upload


def _sealed(digest: str) -> Path:
    return settings.HOME.root / "handed_in" / f"{digest}.sealed"


def sealed_rows(upload: Upload) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of a file that was handed in, and what of it was no row. Refusal when it is gone."""
    path = _sealed(upload.digest)
    if not path.exists():
        raise Refusal("this file is not kept any more; hand it in again", code="file.gone", where=upload.name)
    return read_sheet(upload.name, box().decrypt(path.read_bytes()))


def remembered(sender: str, headers: list[str]) -> Mapping | None:
    """The mapping that was used last for a file of this sender with these columns."""
    found = RememberedMapping.objects.filter(sender=sender, headers=mappings.headers_digest(headers)).first()
    return Mapping(**found.told) if found else None


def take_in(upload_id: int, user: User, mapping: Mapping, now: datetime) -> Receipt:
    """Take the rows of a file in through the one door, and remember its mapping. The same file again adds nothing.

    Refusal when the mapping gives nothing for a required column.
    """
    if not permissions.may_hand_in(user):
        raise PermissionDenied
    upload = Upload.objects.get(pk=upload_id)
    rows, broken = sealed_rows(upload)
    receipt = take_in_rows(rows, broken, mapping, upload.sender, upload.digest, upload.name, upload.at, now)
    with transaction.atomic():
        known = {"told": asdict(mapping), "by": user, "at": now}
        headers = mappings.headers_digest(rows.columns)
        RememberedMapping.objects.update_or_create(sender=upload.sender, headers=headers, defaults=known)
        upload.taken_in_at, upload.accepted, upload.new = now, receipt.accepted, receipt.new
        upload.refused, upload.quarantine, upload.gone_at = receipt.refused, receipt.quarantine_id or "", now
        upload.save()
        audit.write(user, "handed_in", f"file {upload.pk}", now, f"{upload.sender}: {receipt.new} new")
    _forget(upload.digest)
    return receipt


def take_in_rows(
    rows: pl.DataFrame,
    broken: pl.DataFrame,
    mapping: Mapping,
    sender: str,
    digest: str,
    name: str,
    at: datetime,
    now: datetime,
) -> Receipt:
    """Rows of a sender's file through the one door. `digest`: of its content; `at`: the time of receipt where it tells none."""
    lacks = mappings.lacking(mapping)
    if lacks:
        raise Refusal(f"these columns are needed: {', '.join(lacks)}", code="mapping.lacks", where=lacks[0])
    ours = mappings.apply(rows, mapping, sender, at.isoformat())
    return receive("pushed", ours, f"file:{sender}:{digest}:{mapping.digest}", now, name, broken)


def _forget(digest: str) -> None:
    if not Upload.objects.filter(digest=digest, gone_at=None).exists():
        _sealed(digest).unlink(missing_ok=True)


def expire(now: datetime) -> int:
    """Delete files that were handed in and never taken in, after as long as `quarantine.keeps`; how many."""
    over = Upload.objects.filter(gone_at=None, at__lte=now - duration("quarantine.keeps", now))
    digests = list(over.values_list("digest", flat=True)[:100])
    over.filter(digest__in=digests).update(gone_at=now)
    for digest in digests:
        _forget(digest)
    return len(digests)
