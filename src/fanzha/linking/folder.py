"""A signal folder made ready for linking: one spelling for each number, one row for each call, instants where they are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from fanzha.linking.life import alive
from fanzha.signals import TABLES, declared_empty
from fanzha.vocabulary import normal_number

_USED = ("calls", "messages", "visits", "payments", "deliveries", "reports", "listed", "numbers", "accounts")
_MOBILE = r"^(?:\+?86|0086)?(1\d{10})$"
NUMBER_COLUMNS = {
    "calls": ("caller", "callee"),
    "messages": ("sender", "receiver"),
    "visits": ("number",),
    "deliveries": ("orderer",),
    "numbers": ("number",),
    "accounts": ("phone",),
}


@dataclass(frozen=True)
class Folder:
    """The tables of the contract, those that are missing being empty. Numbers are in normal form; `spelled`: normal form -> as written.

    `alive`: numbers and accounts with a life of their own (life.py).
    """

    tables: Mapping[str, pl.DataFrame]
    spelled: Mapping[str, str]
    alive: pl.Series

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.tables[name]


def ready(tables: Mapping[str, pl.DataFrame]) -> Folder:
    """The tables as `fanzha.signals.read_folder` gives them, made ready."""
    found = {name: tables.get(name, declared_empty(TABLES[name])) for name in _USED}
    calls = found["calls"]
    found["calls"] = calls.sort("duration_s").unique("call_id", keep="last").sort("started_at")
    number = pl.col("kind") == "number"
    written = [found[name][column] for name, columns in NUMBER_COLUMNS.items() for column in columns]
    written += [found["reports"]["number"].explode(), found["listed"].filter(number)["identifier"]]
    words = pl.concat([one.cast(pl.String).drop_nulls().unique().alias("spelled") for one in written]).unique().sort()
    normal = _normal(words)
    table = pl.DataFrame({"spelled": words, "normal": normal})
    for name, columns in NUMBER_COLUMNS.items():
        for column in columns:
            found[name] = _replaced(found[name], column, table)
    reports = found["reports"].explode("number")
    reports = _replaced(reports, "number", table).group_by("report_id", maintain_order=True).agg("number")
    found["reports"] = found["reports"].drop("number").join(reports, on="report_id", how="left")
    listed = found["listed"]
    found["listed"] = pl.concat(
        [_replaced(listed.filter(number), "identifier", table), listed.filter(~number.fill_null(False))]
    )
    back = table.unique("normal", keep="first", maintain_order=True)
    return Folder(
        found, dict(zip(back["normal"], back["spelled"], strict=True)), alive(found["calls"], found["payments"])
    )


def _normal(spelled: pl.Series) -> pl.Series:
    """Mainland mobiles in one step; the few others one by one. Equal spellings and only those become equal."""
    compact = spelled.str.replace_all(r"[\s\-().]", "")
    mobile = compact.str.extract(_MOBILE)
    rest = spelled.filter(mobile.is_null())
    others = dict(zip(rest, (normal_number(one) or one for one in rest), strict=True))
    return pl.Series(
        [f"+86{digits}" if digits else others[one] for digits, one in zip(mobile, spelled, strict=True)],
        dtype=pl.String,
    )


def _replaced(table: pl.DataFrame, column: str, words: pl.DataFrame) -> pl.DataFrame:
    joined = table.join(words, left_on=column, right_on="spelled", how="left", maintain_order="left")
    return joined.with_columns(pl.col("normal").alias(column)).select(table.columns)
