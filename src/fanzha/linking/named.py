"""What people and institutions name: payees, numbers and sites of reports, and what is listed and still counts."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from fanzha.linking.folder import Folder
from fanzha.linking.passing import passed_on
from fanzha.linking.strengths import SUSPICION
from fanzha.linking.traces import clean, is_worn


def named(folder: Folder) -> pl.DataFrame:
    """`identifier, kind, standing, because` of what is listed (standing 1) and what reports name.

    What a report names stands at 1 too, unless it leads a life of its own and did not pass the reported money on.
    """
    doubted = pl.lit(SUSPICION["doubted"])
    told = told_in_reports(folder)
    alive = pl.col("identifier").is_in(folder.alive.implode())
    passed = passed_on(folder.events["payments"], reported_payments(folder))["payee"].unique()
    sure = pl.col("identifier").is_in(passed.implode())
    in_reports = told.with_columns(
        standing=pl.when(alive & ~sure).then(doubted).otherwise(1.0), because=pl.lit("reported")
    ).select("identifier", "kind", "standing", "because")
    both = pl.concat([listed(folder), in_reports]).sort("standing", descending=True, maintain_order=True)
    return both.unique(["identifier", "kind"], keep="first", maintain_order=True)


def told_in_reports(folder: Folder) -> pl.DataFrame:
    """`report_id, person, identifier, kind`: what reports name, without numbers that fraud wears and cash desks."""
    parts = []
    for column, kind, trace in (
        ("number", "number", "phone"),
        ("payee", "account", "lower_account"),
        ("url", "domain", "domain"),
    ):
        rows = folder["reports"].select("report_id", "person", pl.col(column).alias("identifier")).explode("identifier")
        rows = rows.drop_nulls("identifier").with_columns(kind=pl.lit(kind))
        kept = clean(rows.select(subject="report_id", kind=pl.lit(trace), value="identifier")).kept
        if kind == "number":
            service = [one for one in rows["identifier"].unique() if is_worn(one)]
            parts.append(rows.filter(~pl.col("identifier").is_in(service)))
        else:
            people = rows.select("report_id", "person").unique()
            parts.append(
                kept.select(report_id="subject", identifier="value")
                .join(people, on="report_id")
                .select("report_id", "person", "identifier", kind=pl.lit(kind))
            )
    return pl.concat(parts)


def reported_payments(folder: Folder) -> pl.DataFrame:
    """`report_id, payment_id, payee, paid_at`: payments of a reporting person into the payees that the report names."""
    holders = folder["accounts"].select("account", person="holder").drop_nulls()
    told = folder["reports"].select("report_id", "person", "payee").explode("payee").drop_nulls("payee")
    own = told.join(holders, on="person").lazy()
    joined = folder.events["payments"].join(own, left_on=["payer", "payee"], right_on=["account", "payee"])
    return joined.select("report_id", "payment_id", "payee", "paid_at").collect(engine="streaming")


def listed(folder: Folder) -> pl.DataFrame:
    """What is listed at the end of the folder's time; not a number or account that was opened after its listing."""
    end = _end(folder)
    rows = folder["listed"]
    if end is not None:
        rows = rows.filter((pl.col("until").is_null() | (pl.col("until") > end)) & (pl.col("listed_at") <= end))
    opened = pl.concat(
        [
            folder["numbers"].select(identifier="number", opened_at="opened_at", kind=pl.lit("number")),
            folder["accounts"].select(identifier="account", opened_at="opened_at", kind=pl.lit("account")),
        ]
    )
    # a register may know a number under its holders one after the other: the last one counts
    opened = opened.group_by("identifier", "kind").agg(pl.col("opened_at").max())
    rows = rows.join(opened, on=["identifier", "kind"], how="left")
    rows = rows.filter(pl.col("opened_at").is_null() | (pl.col("opened_at") <= pl.col("listed_at")))
    rows = rows.filter(pl.col("kind").is_in(["number", "account", "domain"]))
    return rows.select("identifier", "kind", standing=pl.lit(1.0), because=pl.lit("listed")).unique(maintain_order=True)


def _end(folder: Folder) -> datetime | None:
    columns = (
        ("calls", "started_at"),
        ("messages", "sent_at"),
        ("visits", "visited_at"),
        ("payments", "paid_at"),
        ("reports", "reported_at"),
    )
    tables = {**folder.events, "reports": folder["reports"].lazy()}
    ends = [tables[name].select(pl.col(column).max()).collect(engine="streaming").item() for name, column in columns]
    return max((end for end in ends if isinstance(end, datetime)), default=None)
