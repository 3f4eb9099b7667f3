"""Warnings, truth and registers brought to one key: the person, however the warning named them."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from fanzha.detection import WARNINGS_SCHEMA
from fanzha.encodings import decoded
from fanzha.refusal import Refusal
from fanzha.signals import EVENT_TABLES, TABLES, Column, read_folder
from fanzha.signals.values import as_declared
from fanzha.vocabulary import normal_number

INSTANT = pl.Datetime("us", "UTC")
TRUTH_TABLES = ("truth_victims", "truth_approached", "truth_numbers", "truth_accounts", "truth_unsettled")
_NEEDED = {
    "truth_victims": ("first_contact_at",),
    "truth_approached": ("first_contact_at",),
    "truth_numbers": ("number", "since"),
    "truth_accounts": ("account", "since"),
    "truth_payments": ("payment_id", "scam_id", "layer"),
    "truth_lookalikes": ("identifier", "group"),
}
"""Columns without which nothing can be told of a table; who a victim is may be said in several ways."""
_NAMES = ("person", "number", "account", "identifier", "payment_id", "scam_id")
"""Columns of texts, which some that write Parquet or JSON take for integers, or for floats where some are missing."""
_MEASURED = ("case_class", "first_payment_at", "last_payment_at")
"""What of victims is needed to measure, though not to learn."""


@dataclass(frozen=True)
class Measured:
    """What is compared. `warnings` has a column `who`; `victims`, `lured` and `lookalikes` too; `people` counts all, `days` Shanghai
    days. `moved`: payments of scams (payer, payee, who paid, paid_at, amount_fen, scam_id, layer), and whatever else the accounts paid."""

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
    registered = _holders(tables)
    victims, lured = truth_table(truth, "truth_victims", _MEASURED), truth_table(truth, "truth_approached")
    holder = _told_of(registered, victims, lured)
    rows = _warnings(found)
    who = [_who(holder, kind, subject) for kind, subject in rows.select("subject_kind", "subject").iter_rows()]
    people = tables.get("people", pl.DataFrame({"person": []}, schema={"person": pl.String}))
    return Measured(
        rows.with_columns(pl.Series("who", who, dtype=pl.String)),
        _of_people(victims, holder),
        _of_people(lured, holder),
        truth_table(truth, "truth_numbers"),
        truth_table(truth, "truth_accounts"),
        people,
        _moved(truth, tables, holder),
        _groups(truth_table(truth, "truth_lookalikes"), holder),
        people["person"].n_unique() or len({*registered.values()}) or _heads(tables),
        _days(tables),
        _about(truth),
    )


def _warnings(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path, glob=False).select(*WARNINGS_SCHEMA)
    except pl.exceptions.PolarsError as error:
        said = f"expected warnings as fanzha detect writes them ({str(error).splitlines()[0]})"
        raise Refusal(said, code="warnings.unreadable", where=str(path)) from error


def _plain(kind: str, value: str) -> str:
    return (normal_number(value) or value) if kind == "number" else value


def _holders(tables: dict[str, pl.DataFrame]) -> dict[tuple[str, str], str]:
    held: dict[tuple[str, str], str] = {}
    for kind, name in (("number", "numbers"), ("account", "accounts")):
        if name in tables:
            for one, person in tables[name].select(kind, "holder").drop_nulls().iter_rows():
                held[kind, _plain(kind, one)] = person
    return held


def _told_of(registered: dict[tuple[str, str], str], *told: pl.DataFrame) -> dict[tuple[str, str], str]:
    """The registers' holders, and those that the truth knows: a bank has no register of numbers, an operator none of accounts."""
    held = dict(registered)
    for frame in told:
        for row in frame.iter_rows(named=True):
            who = _named(row, held)
            for kind in ("number", "account"):
                if row.get(kind):
                    held.setdefault((kind, _plain(kind, row[kind])), who)
    return held


def _named(row: dict[str, Any], holder: dict[tuple[str, str], str]) -> str:
    """Who a row of the truth is about: by name, else by whom its number or account belongs to, else by these themselves."""
    if row.get("person"):
        return str(row["person"])
    here = [(kind, _plain(kind, row[kind])) for kind in ("number", "account") if row.get(kind)]
    return next((holder[one] for one in here if one in holder), ":".join(here[0]) if here else "nobody")


def _who(holder: dict[tuple[str, str], str], kind: str, identifier: str) -> str:
    if kind == "person":
        return identifier
    plain = _plain(kind, identifier)
    return holder.get((kind, plain), f"{kind}:{plain}")


def truth_table(folder: Path, name: str, also: tuple[str, ...] = ()) -> pl.DataFrame:
    """One table of a truth folder, times as UTC instants; empty when it is not there. `also`: further columns that it must have.

    Refusal for truth_victims that is not there, for a file that cannot be read or lacks a column, and for a time that says no offset
    (in Parquet it is UTC).
    """
    for ending, read in _READERS.items():
        path = folder / f"{name}{ending}"
        if path.exists():
            try:
                frame = read(path)
            except (pl.exceptions.PolarsError, UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
                said = f"expected a readable {ending[1:]} file ({str(error).splitlines()[0]})"
                raise Refusal(said, code="truth.unreadable", where=str(path)) from error
            if frame.is_empty() and name != "truth_victims":
                return pl.DataFrame()
            lacking = [column for column in (*_NEEDED.get(name, ()), *also) if column not in frame.columns]
            if lacking:
                raise Refusal(f"expected a column {lacking[0]!r} here", code="truth.column", where=str(path))
            times = [column for column in frame.columns if column.endswith("_at") or column == "since"]
            spelled = [
                as_declared(Column(name, "identifier"), pl.col(name), frame[name].dtype).alias(name)
                for name in _NAMES
                if name in frame.columns and frame[name].dtype.is_numeric()
            ]
            return frame.with_columns(*(_instant(frame[column], path) for column in times), *spelled)
    if name == "truth_victims":
        raise Refusal(
            "expected truth_victims.parquet, .csv or .ndjson here, the latter also as .gz",
            code="truth.missing",
            where=str(folder),
        )
    return pl.DataFrame()


def _read_parquet(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path, glob=False)


def _read_csv(path: Path) -> pl.DataFrame:
    """Numbers and accounts stay the texts that they are."""
    frame = pl.read_csv(io.StringIO(decoded(_bytes(path))), infer_schema=False)
    return frame.with_columns(pl.col(name).cast(pl.Int64) for name in frame.columns if name in ("layer", "loss_fen"))


def _read_ndjson(path: Path) -> pl.DataFrame:
    lines = _bytes(path)
    return pl.read_ndjson(lines) if lines else pl.DataFrame()


def _bytes(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


_READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".parquet": _read_parquet,
    **dict.fromkeys((".csv", ".csv.gz"), _read_csv),
    **dict.fromkeys((".ndjson", ".ndjson.gz"), _read_ndjson),
}


def _instant(series: pl.Series, path: Path) -> pl.Series:
    if series.dtype == pl.String:
        instants = series.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)
        unread = series.filter(instants.is_null() & (series.str.strip_chars() != ""))
        if len(unread):
            said = f"{series.name}: expected an RFC 3339 time with an offset, found {unread[0]!r}"
            raise Refusal(said, code="truth.time", where=str(path))
        return instants
    if isinstance(series.dtype, pl.Datetime) and series.dtype.time_zone is None:
        return series.dt.replace_time_zone("UTC").cast(INSTANT)
    return series.cast(INSTANT)


def _of_people(frame: pl.DataFrame, holder: dict[tuple[str, str], str]) -> pl.DataFrame:
    if frame.is_empty():
        return frame.with_columns(pl.Series("who", [], dtype=pl.String))
    who = [_named(row, holder) for row in frame.iter_rows(named=True)]
    return frame.with_columns(pl.Series("who", who, dtype=pl.String))


def _moved(truth: Path, tables: dict[str, pl.DataFrame], holder: dict[tuple[str, str], str]) -> pl.DataFrame:
    """Payments of scams, and all others that the accounts of the truth made or got; `scam_id` is null for those. `who` paid."""
    told, accounts = truth_table(truth, "truth_payments"), truth_table(truth, "truth_accounts")
    if told.is_empty() or accounts.is_empty() or "payments" not in tables:
        return pl.DataFrame()
    involved = accounts["account"].implode()
    paid = (
        tables["payments"]
        .select("payment_id", "paid_at", "payer", "payee", "amount_fen")
        .sort("paid_at", maintain_order=True)
    )
    payments = paid.unique(
        "payment_id", keep="first", maintain_order=True
    )  # a repeated id counts once, as in detection
    joined = payments.join(told.select("payment_id", "scam_id", "layer"), on="payment_id", how="left")
    moved = joined.filter(
        pl.col("scam_id").is_not_null() | pl.col("payer").is_in(involved) | pl.col("payee").is_in(involved)
    ).sort("paid_at", "payment_id")
    who = [_who(holder, "account", payer) for payer in moved["payer"]]
    return moved.with_columns(pl.Series("who", who, dtype=pl.String))


def _groups(lookalikes: pl.DataFrame, holder: dict[tuple[str, str], str]) -> pl.DataFrame:
    """Look-alikes with the person behind each identifier, or the identifier itself."""
    if lookalikes.is_empty():
        return lookalikes
    who = [
        holder.get(("number", _plain("number", one))) or holder.get(("account", one)) or one
        for one in lookalikes["identifier"]
    ]
    return lookalikes.with_columns(pl.Series("who", who, dtype=pl.String))


def _heads(tables: dict[str, pl.DataFrame]) -> int:
    """Half of the numbers and accounts met: where no register tells, what the engine counts its rates on too."""
    met = {
        (str(column.identifies), _plain(str(column.identifies), one))
        for name in EVENT_TABLES
        if name in tables
        for column in TABLES[name].columns
        if column.identifies in ("number", "account")
        for one in tables[name][column.name].unique().drop_nulls()
    }
    return max(1, len(met) // 2)


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
