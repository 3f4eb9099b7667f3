"""The traces of reported cases: what each report names, and where the reported money went next."""

from __future__ import annotations

import polars as pl

from fanzha.linking.folder import Folder
from fanzha.linking.named import reported_payments
from fanzha.linking.passing import parts
from fanzha.linking.strengths import KINDS
from fanzha.linking.traces import TRACES, Cleaned, clean


def cases_of(folder: Folder) -> Cleaned:
    """Traces with reports as subjects: payees, numbers and sites named, accounts of the second and third layer, handsets of the
    numbers."""
    reports = folder["reports"]
    at = pl.coalesce("occurred_at", "reported_at")
    rows = []
    for column, kind in (("payee", "payee_account"), ("number", "phone"), ("url", "domain")):
        told = reports.select(subject="report_id", value=pl.col(column), at=at).explode("value").drop_nulls("value")
        rows.append(told.with_columns(kind=pl.lit(kind), level=pl.lit(0)))
    paid = reported_payments(folder).select("payment_id", subject="report_id", value="payee", at="paid_at")
    for level in range(KINDS["lower_account"].first_level, KINDS["lower_account"].last_level + 1):
        onward = parts(folder.events["payments"], paid["value"].unique())
        paid = onward.join(paid, left_on=["account", "parent_id"], right_on=["value", "payment_id"]).select(
            "subject", value="payee", payment_id="payment_id", at="paid_at"
        )
        rows.append(paid.with_columns(kind=pl.lit("lower_account"), level=pl.lit(level)))
    named = rows[1]["value"].unique().implode()
    calls = folder.events["calls"].drop_nulls("caller_imei").filter(pl.col("caller").is_in(named))
    handsets = calls.select(value="caller", imei="caller_imei").unique().collect(engine="streaming")
    rows.append(rows[1].join(handsets, on="value").with_columns(value=pl.col("imei"), kind=pl.lit("imei")))
    return clean(pl.concat([row.select(pl.col(name).cast(kind) for name, kind in TRACES.items()) for row in rows]))
