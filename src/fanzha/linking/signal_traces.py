"""What each suspected identifier of a folder was seen with, as traces: its handset, its cell, its server, whom it reached, whom it paid."""

from __future__ import annotations

import polars as pl

from fanzha.linking.folder import OF_SITES, Folder
from fanzha.linking.named import told_in_reports
from fanzha.linking.passing import parts
from fanzha.linking.strengths import KINDS, SUSPICION
from fanzha.linking.traces import TRACES, Cleaned, clean
from fanzha.linking.victims import contacts, payers


def traces_of(folder: Folder, suspects: pl.DataFrame) -> Cleaned:
    """Traces with the columns of `clean`; the subject is the identifier. An identifier is a trace of itself, so that whoever names it,
    is paid by it or stands on it is linked to it."""
    numbers, accounts, domains = (
        suspects.filter(pl.col("kind") == kind)["identifier"] for kind in ("number", "account", "domain")
    )
    rows = [
        *_of_numbers(folder, numbers),
        *_of_accounts(folder, accounts),
        *_of_domains(folder, domains),
        *_of_cases(folder, suspects, accounts),
    ]
    return clean(pl.concat([row.select(pl.col(name).cast(kind) for name, kind in TRACES.items()) for row in rows]))


def _rows(
    table: pl.DataFrame, subject: str, kind: str, value: str, at: str | None = None, level: pl.Expr | int = 0
) -> pl.DataFrame:
    told = pl.lit(level) if isinstance(level, int) else level
    instant = pl.col(at) if at else pl.lit(None, dtype=TRACES["at"])
    return table.select(subject=subject, kind=pl.lit(kind), value=value, level=told, at=instant).drop_nulls("value")


def _first(rows: pl.LazyFrame, subject: str, value: str, at: str) -> pl.DataFrame:
    """The first time that each subject was seen with each value."""
    return rows.drop_nulls(value).group_by(subject, value).agg(pl.col(at).min()).collect(engine="streaming")


def _self(identifiers: pl.Series, kind: str) -> pl.DataFrame:
    return _rows(identifiers.rename("identifier").to_frame(), "identifier", kind, "identifier")


def _of_numbers(folder: Folder, numbers: pl.Series) -> list[pl.DataFrame]:
    calls = folder.events["calls"].filter(pl.col("caller").is_in(numbers.implode()))
    seen = folder.moving.filter(pl.col("number").is_in(numbers.implode()))
    together = seen.with_columns(value=pl.format("{} {} {}", "cell", "first", "last"))
    told = folder.texts.filter(pl.col("sender").is_in(numbers.implode()))
    register = folder["numbers"].filter(pl.col("number").is_in(numbers.implode())).drop_nulls(["outlet", "opened_at"])
    opened = register.with_columns(value=pl.format("{} {}", "outlet", _day("opened_at")))
    handsets = _first(calls, "caller", "caller_imei", "started_at")
    paid = folder.events["payments"].filter(pl.col("device").is_in(handsets["caller_imei"].unique().implode()))
    paying = paid.select(pl.col("device").unique()).collect(engine="streaming")
    return [
        _self(numbers, "phone"),
        _rows(handsets, "caller", "imei", "caller_imei", "started_at"),
        # the handset that also moves money, under the name it has there
        _rows(handsets.join(paying, left_on="caller_imei", right_on="device", how="semi"), "caller", "device", "caller_imei", "started_at"),
        _rows(together, "number", "cells", "value", level=3 - pl.col("ends")),
        *(_rows(told.filter(pl.col("kind") == kind), "sender", kind, "value", "at") for kind in ("domain", "phone")),
        _rows(opened, "number", "opened_together", "value"),
    ]  # fmt: skip


def _of_accounts(folder: Folder, accounts: pl.Series) -> list[pl.DataFrame]:
    onward = parts(folder.events["payments"], accounts).filter(pl.col("payee").is_in(accounts.implode()))
    onward = onward.group_by("account", "payee").agg(pl.col("paid_at").min())
    moved = folder.events["payments"].filter(pl.col("payer").is_in(accounts.implode()))
    devices, addresses = (_first(moved, "payer", one, "paid_at") for one in ("device", "ip"))
    register = (
        folder["accounts"]
        .filter(pl.col("account").is_in(accounts.implode()))
        .drop_nulls(["opening_branch", "opened_at"])
    )
    opened = register.with_columns(value=pl.format("{} {}", "opening_branch", _day("opened_at")))
    second = pl.lit(KINDS["lower_account"].first_level)
    return [
        _rows(accounts.rename("account").to_frame(), "account", "lower_account", "account", level=second),
        _rows(onward, "payee", "lower_account", "account", "paid_at", level=second),
        _rows(devices, "payer", "device", "device", "paid_at"),
        _rows(addresses, "payer", "ip", "ip", "paid_at"),
        _rows(opened, "account", "opened_together", "value"),
    ]  # fmt: skip


def _of_domains(folder: Folder, domains: pl.Series) -> list[pl.DataFrame]:
    visits = folder.events["visits"].filter(pl.col("domain").is_in(domains.implode()))
    # behind a content network stand sites of strangers
    hosts = folder.events["visits"].drop_nulls("ip").select("ip", "domain").unique().group_by("ip").len()
    few = hosts.filter(pl.col("len") <= SUSPICION["server_sites"]).select("ip").collect(engine="streaming")
    servers = _first(visits, "domain", "ip", "visited_at").join(few, on="ip", how="semi")
    # what a probe of the operator saw of a site comes in extra columns of visits, where there are any
    seen = [_rows(_first(visits, "domain", one, "visited_at"), "domain", one, one, "visited_at") for one in OF_SITES]
    apps = _first(visits, "domain", "app", "visited_at")
    return [
        _self(domains, "domain"),
        _rows(servers, "domain", "server", "ip", "visited_at"),
        _rows(apps, "domain", "app", "app", "visited_at"),
        *seen,
    ]


def _of_cases(folder: Folder, suspects: pl.DataFrame, accounts: pl.Series) -> list[pl.DataFrame]:
    told = told_in_reports(folder).join(suspects.select("identifier", "kind"), on=["identifier", "kind"], how="semi")
    met = contacts(folder, accounts).rename({"other": "identifier"})
    met = met.join(suspects.select("identifier", "kind"), on=["identifier", "kind"], how="semi")
    met = met.group_by("identifier", "account").agg(pl.col("at").min())
    paid = payers(folder, accounts)
    return [
        _rows(told, "identifier", "same_case", "report_id"),
        _rows(met, "identifier", "same_victim", "account", "at"),
        _rows(paid, "payee", "same_victim", "account", "paid_at"),
    ]


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.convert_time_zone("Asia/Shanghai").dt.date()
