"""Reports that senders bring as rows of `reports`, over HTTP or as a file: each once, sealed, and without the text in log and lake."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from fanzha.centre.cases.actions.reporting import take_sent
from fanzha.centre.cases.models import Report

SEALED = "sealed"
"""Stands in log and lake for what was told: a report without a narrative is refused by who reads them."""


def claim(rows: pl.DataFrame, key: str, now: datetime) -> pl.DataFrame:  # noqa: ARG001  (receivers are handed the key)
    """Open a case for each report that is not known yet; what goes on to the log tells the narrative no more."""
    ids = rows["report_id"].to_list()
    known = set(Report.objects.filter(source="signals", source_id__in=ids).values_list("source_id", flat=True))
    fresh = rows.filter(~pl.col("report_id").is_in(list(known))).unique("report_id", keep="first", maintain_order=True)
    for row in fresh.iter_rows(named=True):
        take_sent(row, now)
    return fresh.with_columns(narrative=pl.lit(SEALED)) if "narrative" in fresh.columns else fresh


def nothing_more(now: datetime) -> None:
    """Cases were opened with the claim."""
