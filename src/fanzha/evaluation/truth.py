"""Warnings, truth and registers brought to one key: the person, however the warning named them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from fanzha.detection import WARNINGS_SCHEMA
from fanzha.refusal import Refusal
from fanzha.signals import EVENT_TABLES, TABLES, read_folder
from fanzha.vocabulary import normal_number

INSTANT = pl.Datetime("us", "UTC")
TRUTH_TABLES = ("truth_victims", "truth_approached", "truth_numbers", "truth_accounts", "truth_unsettled")


@dataclass(frozen=True)
class Measured:
    """What is compared. `warnings` has a column `who`; `victims`, `lured` and `lookalikes` too; `people` counts all, `days` Shanghai
    days. `moved`: payments of scams (payer, payee, paid_at, amount_fen, scam_id, layer), and whatever else the accounts paid."""

    warnings: pl.DataFrame
    victims: pl.DataFrame
    lured: pl.DataFrame
    numbers: pl.DataFrame
    accounts: pl.DataFrame
    people: pl.DataFrame
    moved: pl.DataFrame
    lookalikes: pl.DataFrame
    count: int
    days: int
    city: dict[str, Any]


def load(warnings: Path, truth: Path, signals: Path) -> Measured:
    """Read the three folders (WARNINGS may be the file or its folder). Raises Refusal when the truth has no victims' table."""
    found = warnings / "warnings.parquet" if warnings.is_dir() else warnings
    if not found.exists():
        raise Refusal("no such file of warnings", code="warnings.missing", where=str(found))
    tables = read_folder(signals)
    holder = _holders(tables)
    rows = pl.read_parquet(found).select(*WARNINGS_SCHEMA)
    who = [
        holder.get((kind, _plain(kind, subject)), f"{kind}:{subject}") if kind != "person" else subject
        for kind, subject in rows.select("subject_kind", "subject").iter_rows()
    ]
    people = tables.get("people", pl.DataFrame({"person": []}, schema={"person": pl.String}))
    holders = {person for person in holder.values() if person is not None}
    return Measured(
        rows.with_columns(pl.Series("who", who, dtype=pl.String)),
        _of_people(truth_table(truth, "truth_victims"), holder),
        _of_people(truth_table(truth, "truth_approached"), holder),
        truth_table(truth, "truth_numbers"),
        truth_table(truth, "truth_accounts"),
        people,
        _moved(truth, tables),
        _groups(truth_table(truth, "truth_lookalikes"), holder),
        people.height or len(holders),
        _days(tables),
        _about(truth),
    )


def _plain(kind: str, value: str) -> str:
    return (normal_number(value) or value) if kind == "number" else value


def _holders(tables: dict[str, pl.DataFrame]) -> dict[tuple[str, str], str]:
    held: dict[tuple[str, str], str] = {}
    for kind, name in (("number", "numbers"), ("account", "accounts")):
        if name in tables:
            for one, person in tables[name].select(kind, "holder").drop_nulls().iter_rows():
                held[kind, _plain(kind, one)] = person
    return held


def truth_table(folder: Path, name: str) -> pl.DataFrame:
    """One table of a truth folder, times as UTC instants; empty when it is not there, a Refusal for truth_victims."""
    for ending, read in ((".parquet", pl.read_parquet), (".csv", pl.read_csv), (".ndjson", pl.read_ndjson)):
        path = folder / f"{name}{ending}"
        if path.exists():
            frame = read(path)
            times = [column for column in frame.columns if column.endswith("_at") or column == "since"]
            return frame.with_columns([_instant(frame[column]) for column in times])
    if name == "truth_victims":
        raise Refusal("expected truth_victims.parquet, .csv or .ndjson here", code="truth.missing", where=str(folder))
    return pl.DataFrame()


def _instant(series: pl.Series) -> pl.Series:
    if series.dtype == pl.String:
        return series.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)
    if isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is None:
        return series.dt.replace_time_zone("UTC").cast(INSTANT)
    return series.cast(INSTANT)


def _of_people(frame: pl.DataFrame, holder: dict[tuple[str, str], str]) -> pl.DataFrame:
    if frame.is_empty():
        return frame.with_columns(pl.Series("who", [], dtype=pl.String))
    rows = frame.iter_rows(named=True)
    who = []
    for row in rows:
        number, account = row.get("number"), row.get("account")
        named = row.get("person")
        named = named or (holder.get(("number", _plain("number", number))) if number else None)
        named = named or (holder.get(("account", account)) if account else None)
        who.append(named or (f"account:{account}" if account else f"number:{number}"))
    return frame.with_columns(pl.Series("who", who, dtype=pl.String))


def _moved(truth: Path, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """Payments of scams, and all others that the accounts of the truth made or got; `scam_id` is null for those."""
    told, accounts = truth_table(truth, "truth_payments"), truth_table(truth, "truth_accounts")
    if told.is_empty() or accounts.is_empty() or "payments" not in tables:
        return pl.DataFrame()
    involved = accounts["account"].implode()
    payments = tables["payments"].select("payment_id", "paid_at", "payer", "payee", "amount_fen")
    joined = payments.join(told.select("payment_id", "scam_id", "layer"), on="payment_id", how="left")
    return joined.filter(
        pl.col("scam_id").is_not_null() | pl.col("payer").is_in(involved) | pl.col("payee").is_in(involved)
    ).sort("paid_at", "payment_id")


def _groups(lookalikes: pl.DataFrame, holder: dict[tuple[str, str], str]) -> pl.DataFrame:
    """Look-alikes with the person behind each identifier, or the identifier itself."""
    if lookalikes.is_empty():
        return lookalikes
    who = [
        holder.get(("number", _plain("number", one))) or holder.get(("account", one)) or one
        for one in lookalikes["identifier"]
    ]
    return lookalikes.with_columns(pl.Series("who", who, dtype=pl.String))


def _days(tables: dict[str, pl.DataFrame]) -> int:
    days: set[Any] = set()
    for name in EVENT_TABLES:
        if name in tables and name not in ("reports", "pushed"):
            local = tables[name][TABLES[name].time or ""].dt.convert_time_zone("Asia/Shanghai")
            days |= set(local.dt.date().unique().to_list())
    return max(1, len(days))


def _about(truth: Path) -> dict[str, Any]:
    path = truth / "city.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}
