"""A row of `pushed` becomes a record, once, and then an order, merged with our own."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction

from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion import queries as orders
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.actions import clocks
from fanzha.centre.inbox import words
from fanzha.centre.inbox.actions import feedback
from fanzha.centre.inbox.models import Pushed
from fanzha.deadlines import deadline
from fanzha.vocabulary import CASE_CLASSES, Text

MOST = 200
"""How many orders are opened in one go; the worker's next round opens the rest."""
_TOGETHER = 50
_PLACE = re.compile(r"\d{6}(\d{3})?|[A-Z]{2}")


def claim(rows: pl.DataFrame, key: str, now: datetime) -> pl.DataFrame:
    """Keep a record of each row that no batch brought before; returns the rows that are this batch's, also when it comes again.

    Rows are validated and hold tokens. Call it in the transaction that puts them on disk.
    """
    rows = rows.unique(["source", "source_id"], keep="first", maintain_order=True)
    told = rows.to_dicts()
    Pushed.objects.bulk_create([_record(row, key, now) for row in told], batch_size=500, ignore_conflicts=True)
    mine: set[tuple[str, str]] = set()
    for begin in range(0, len(told), 500):
        ids = [row["source_id"] for row in told[begin : begin + 500]]
        found = Pushed.objects.filter(batch=key, source_id__in=ids)
        mine |= set(found.values_list("source", "source_id"))
    return rows.filter(pl.Series([(row["source"], row["source_id"]) in mine for row in told], dtype=pl.Boolean))


def _record(row: dict[str, Any], key: str, now: datetime) -> Pushed:
    kind = (row["kind"] or "").strip()
    level = row["level"] or words.level_of_kind(kind, now)
    place = str(row.get("place") or "").strip()[:9]
    return Pushed(
        source=row["source"],
        source_id=row["source_id"],
        batch=key,
        taken_in_at=now,
        received_at=row["received_at"],
        subject=row["subject"],
        subject_kind=row["subject_kind"],
        kind=kind,
        level=row["level"],
        case_class=row["case_class"] if row["case_class"] in CASE_CLASSES else "",
        text=words.hidden_numbers(row["text"] or ""),
        place=place if _PLACE.fullmatch(place) else "",
        feedback_due=row["feedback_due"] or deadline("order.sender_feedback", level, now),
    )


def open_waiting(now: datetime) -> int:
    """Open or join the orders of what was taken in, the most urgent first; how many rows. Safe to be killed in."""
    waiting = Pushed.objects.filter(order=None).order_by("level", "id")
    done = 0
    while done < MOST:
        with transaction.atomic():
            found = list(waiting.select_for_update()[:_TOGETHER])
            for one in found:
                _join(one, now)
        done += len(found)
        if len(found) < _TOGETHER:
            break
    return done


def _join(one: Pushed, now: datetime) -> None:
    incoming = _incoming(one)
    opened = dissuasion.open_orders([incoming], now)
    order = opened[0] if opened else orders.of_warning(incoming.source, incoming.warning_id)
    one.order = order
    one.save(update_fields=["order"])
    if order is not None and order.state in states.ENDED:
        feedback.tell_what_stands(one, order, now)
    elif order is not None:
        clocks.set_one(order, "sender_feedback", one.feedback_due, now)


def _incoming(one: Pushed) -> dissuasion.Incoming:
    reason = reason_of(one)
    told = {"indicator": "pushed", "value": 1.0, "threshold": 1.0, "text_zh": reason.zh, "text_en": reason.en}
    return dissuasion.Incoming(
        source=_short(one.source, 40),
        warning_id=_short(one.source_id, 80),
        subject=one.subject,
        subject_kind=one.subject_kind,
        level=one.level or words.level_of_kind(one.kind, one.taken_in_at),
        issued_at=one.received_at,
        told={"reasons": [told], "events": [], "related": [], "kind": one.kind},
        case_class=one.case_class,
        kind=one.kind,
        place=one.place,
    )


def reason_of(one: Pushed) -> Text:
    """What a sender said, in one line: who, what kind, and its own words as they came."""
    name = words.sender(one.source)
    kind = words.KINDS.get(one.kind) or Text(one.kind or "预警", one.kind or "warning")
    text = f": {one.text}" if one.text else ""
    return Text(f"{name.zh} · {kind.zh}{text}", f"{name.en} · {kind.en}{text}")


def _short(value: str, longest: int) -> str:
    """A sender's own code where it fits; else its beginning and a digest, so that two never become one."""
    if len(value) <= longest:
        return value
    return value[: longest - 17] + "~" + hashlib.sha256(value.encode()).hexdigest()[:16]
