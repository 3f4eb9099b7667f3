"""Reports that senders bring as rows of `reports`, over HTTP or as a file: each once, sealed, and without the text in log and lake."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

import polars as pl
from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.cases.actions.reporting import take_sent
from fanzha.centre.cases.actions.steps import may
from fanzha.centre.cases.models import Report
from fanzha.centre.intake.actions import Receipt, receive
from fanzha.refusal import Refusal
from fanzha.signals import csv_table

SEALED = "sealed"
"""Stands in log and lake for what was told: a report without a narrative is refused by who reads them."""
LONGEST_ID = 80


def claim(rows: pl.DataFrame, key: str, now: datetime) -> pl.DataFrame:
    """Open a case for each report that no batch brought before; returns the rows that are this batch's, also when it comes again.

    What goes on to the log tells the narrative no more.
    """
    rows, batch = rows.unique("report_id", keep="first", maintain_order=True), batch_of(key)
    names = [name_of(one) for one in rows["report_id"].to_list()]
    brought = dict(Report.objects.filter(source="signals", source_id__in=names).values_list("source_id", "batch"))
    for name, row in zip(names, rows.iter_rows(named=True), strict=True):
        if name not in brought:
            take_sent(row, name, batch, now)
    mine = rows.filter(pl.Series([brought.get(name, batch) == batch for name in names], dtype=pl.Boolean))
    return mine.with_columns(narrative=pl.lit(SEALED)) if "narrative" in mine.columns else mine


def batch_of(key: str) -> str:
    """What is kept of the key of a batch, which a sender may make as long as it likes."""
    return hashlib.sha256(key.encode()).hexdigest()


def name_of(report_id: str) -> str:
    """What a report is known by: its id, of one too long to be kept a digest, so that two long ones stay two."""
    return report_id if len(report_id) <= LONGEST_ID else hashlib.sha256(report_id.encode()).hexdigest()


def bring_in(data: bytes, name: str, user: User, now: datetime) -> Receipt:
    """Take in the CSV of a sender, with the columns of the table; the same file again brings nothing new.

    What is no row goes to the quarantine. Refusal for a file that cannot be read, or that has nothing under its header.
    """
    may(permissions.may_hand_in(user))
    rows, broken = csv_table(data, name)
    if not any(part.height for part in [*rows, broken]):
        raise Refusal("expected a header and at least one row", code="file.empty", where=name)
    key = hashlib.sha256(data).hexdigest()
    again = Report.objects.filter(source="signals", batch=batch_of(key)).exists()
    receipt = receive("reports", pl.concat(rows) if rows else pl.DataFrame(), key, now, source=name, broken=broken)
    told = replace(receipt, new=0) if again else receipt
    with transaction.atomic():
        audit.write(user, "reports_brought_in", f"reports {key[:12]}", now, f"{told.new} new")
    return told


def nothing_more(now: datetime) -> None:
    """Cases were opened with the claim."""
