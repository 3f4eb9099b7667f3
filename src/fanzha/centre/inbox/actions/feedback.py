"""What senders are told: each row once in a file of theirs, before their deadline; a correction goes out again."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Min

from fanzha import durable
from fanzha.centre.access import audit
from fanzha.centre.dissuasion.actions import clocks
from fanzha.centre.dissuasion.models import Order, Result
from fanzha.centre.inbox.models import Feedback, FeedbackFile, Pushed
from fanzha.centre.inbox.words import SHANGHAI
from fanzha.deadlines import duration
from fanzha.vocabulary import CONTACTS, OUTCOMES

TIMES = ("signed_in_at", "reached_at", "met_at", "concluded_at")
HEADER = ("source_id", "said", "outcome", "outcome_name", "contact", "contact_name", "received_at", *TIMES)
"""Times are RFC 3339 in Shanghai; `said`: first, further, corrected."""


def note_outcome(result: Result) -> None:
    """An order got an outcome or a corrected one: whatever was handed down for it is handled, and its senders are to be told."""
    for one in Pushed.objects.select_for_update().filter(order=result.order_id):
        _tell(one, result, result.at)
    clocks.meet(result.order, "sender_feedback", at=result.at)


def tell_what_stands(one: Pushed, order: Order, now: datetime) -> None:
    """A warning that joined an order which is over: its sender is told what stands."""
    result = order.results.order_by("-id").first()
    if result is not None:
        _tell(one, result, now)


def _tell(one: Pushed, result: Result, at: datetime) -> None:
    if one.code == result.code and result.corrects_id is None:
        return  # tried again, and still the same
    order, said = result.order, "first"
    if one.code:
        said = "corrected" if result.corrects_id else "further"
    contact = order.contacts.order_by("-id").first()
    Feedback.objects.create(
        pushed=one,
        said=said,
        code=result.code,
        contact=contact.contact if contact else "",
        signed_in_at=order.signed_in_at,
        reached_at=order.reached_at,
        met_at=order.met_at,
        concluded_at=result.at,
    )
    one.code, one.handled_at = result.code, one.handled_at or at
    one.save(update_fields=["code", "handled_at"])


def write_feedback(now: datetime) -> int:
    """Write what is to be told as one CSV a sender to `feedback/<sender>/`; how many files. Safe to be killed in.

    Rows wait for each other as long as `inbox.gather` says, but never beyond a sender's deadline.
    """
    _gather(now)
    waiting = list(FeedbackFile.objects.filter(written_at=None).order_by("id"))
    for file in waiting:
        _write(file, now)
    return len(waiting)


def _gather(now: datetime) -> None:
    pending = Feedback.objects.filter(file=None).values("pushed__source")
    wait = duration("inbox.gather", now)
    for row in pending.annotate(oldest=Min("concluded_at"), due=Min("pushed__feedback_due"), first=Min("id")):
        if row["oldest"] > now - wait and row["due"] > now + wait:
            continue
        sender = row["pushed__source"]
        name = f"{folder_of(sender)}-{now.astimezone(SHANGHAI):%Y%m%dT%H%M%S}-{row['first']}.csv"
        with transaction.atomic():
            file = FeedbackFile.objects.create(sender=sender, name=name, made_at=now)
            Feedback.objects.filter(file=None, pushed__source=sender).update(file=file)


def _write(file: FeedbackFile, now: datetime) -> None:
    rows = list(file.rows.select_related("pushed").order_by("id"))
    folder: Path = settings.HOME.root / "feedback" / folder_of(file.sender)
    folder.mkdir(parents=True, exist_ok=True)
    durable.write(folder / file.name, _csv(rows).encode("utf-8-sig"))
    with transaction.atomic():
        FeedbackFile.objects.filter(pk=file.pk).update(written_at=now)
        told = Pushed.objects.filter(feedback__file=file, fed_back_at=None)
        told.filter(feedback_due__lt=now, late_at=None).update(late_at=now)
        told.update(fed_back_at=now)
        audit.write(None, "feedback", file.name[:80], now, f"{len(rows)}")


def _csv(rows: list[Feedback]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in rows:
        contact = CONTACTS[row.contact].name.zh if row.contact in CONTACTS else ""
        times = [_local(row.pushed.received_at), *(_local(getattr(row, name)) for name in TIMES)]
        named = [row.code, OUTCOMES[row.code].name.zh, row.contact, contact]
        writer.writerow([_plain(row.pushed.source_id), row.said, *named, *times])
    return text.getvalue()


def _local(instant: datetime | None) -> str:
    return instant.astimezone(SHANGHAI).isoformat(timespec="seconds") if instant else ""


def _plain(value: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t") else value


def folder_of(sender: str) -> str:
    """The name of a sender's folder: its code; whatever a path would read differently is replaced, and told apart by a digest."""
    plain = re.sub(r"[^\w-]", "_", sender)[:40]
    return plain if plain == sender else f"{plain}-{hashlib.sha256(sender.encode()).hexdigest()[:8]}"


def find_late(now: datetime) -> int:
    """Mark each row whose sender was not told by its deadline, once; how many."""
    return Pushed.objects.filter(fed_back_at=None, feedback_due__lt=now, late_at=None).update(late_at=now)
