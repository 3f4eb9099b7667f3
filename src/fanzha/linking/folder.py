"""A signal folder made ready for linking: one spelling for each number and site, one row for each call, instants where they are needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from fanzha.linking.life import alive
from fanzha.linking.moving import appearances
from fanzha.linking.texts import contacts_in
from fanzha.linking.traces import site_or_host
from fanzha.signals import TABLES, declared_empty
from fanzha.vocabulary import normal_number

OF_SITES = ("favicon", "icp", "tls_certificate")
"""Extra columns of `visits` that tell what a site was seen with; each is a kind of trace."""
EVENTS: dict[str, tuple[str, ...]] = {
    "calls": ("call_id", "started_at", "caller", "callee", "duration_s", "caller_imei", "caller_cell", "caller_place"),
    "messages": ("sent_at", "sender", "receiver", "text"),
    "visits": ("visited_at", "number", "domain", "ip", "app", *OF_SITES),
    "payments": (
        "payment_id", "paid_at", "payer", "payee", "amount_fen", "channel", "device", "ip", "payer_place",
    ),
}  # fmt: skip
"""Tables of many rows, with the columns that linking reads of them."""
WHOLE = ("reports", "listed", "numbers", "accounts")
_MOBILE = r"^(?:\+?86|0086)?(1\d{10})$"
NUMBER_COLUMNS = {
    "calls": ("caller", "callee"),
    "messages": ("sender", "receiver"),
    "visits": ("number",),
    "reports": ("number",),
    "numbers": ("number",),
    "accounts": ("phone",),
}


@dataclass(frozen=True)
class Folder:
    """The tables of the contract, those that are missing being empty. Numbers are in normal form; `spelled`: normal form -> as written. Sites
    are named by their registrable domain, whichever host of theirs was seen.

    `events`: the tables of EVENTS, to be narrowed before they are collected: all rows of a city's month are more than memory holds.
    `alive`: numbers and accounts with a life of their own (life.py); `moving`: `appearances`; `texts`: `contacts_in`, of all rows.
    """

    tables: Mapping[str, pl.DataFrame]
    events: Mapping[str, pl.LazyFrame]
    spelled: Mapping[str, str]
    alive: pl.Series
    moving: pl.DataFrame
    texts: pl.DataFrame

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.tables[name]


def ready(tables: Mapping[str, pl.DataFrame]) -> Folder:
    """The tables as `fanzha.signals.read_folder` gives them, made ready."""
    found = {name: plain(name, tables.get(name, declared_empty(TABLES[name]))) for name in (*EVENTS, *WHOLE)}
    events = {name: found[name][0].lazy() for name in EVENTS}
    calls = found["calls"][0]
    events["calls"] = pl.concat(each_once(calls.lazy(), calls.height + 1)).lazy()
    return made_of({name: found[name][0] for name in WHOLE}, events, [words for _, words in found.values()])


def made_of(
    tables: Mapping[str, pl.DataFrame], events: Mapping[str, pl.LazyFrame], words: Iterable[pl.DataFrame]
) -> Folder:
    """A folder of tables that are `plain` and calls that are there once. `words`: `spelled, normal`, of which the first spelling stays."""
    back = pl.concat(words).sort("spelled").unique("normal", keep="first", maintain_order=True)
    return Folder(
        tables,
        events,
        dict(zip(back["normal"], back["spelled"], strict=True)),
        alive(events["calls"], events["payments"]),
        appearances(events["calls"]),
        contacts_in(events["messages"]),
    )


def plain(name: str, table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of a table with the columns that linking reads, numbers and sites in normal form; and how these were written (`spelled, normal`)."""
    if name in EVENTS:
        missing = [pl.lit(None, dtype=pl.String).alias(one) for one in EVENTS[name] if one not in table.columns]
        extra = [pl.col(one).cast(pl.String) for one in EVENTS[name] if one in OF_SITES]
        table = table.with_columns(missing).select(EVENTS[name]).with_columns(extra)
    if name == "listed":
        number, site, account = (pl.col("kind") == one for one in ("number", "domain", "account"))
        numbers, words = _normal(table.filter(number), "identifier")
        sites, _ = _normal(table.filter(site), "identifier", _sites)
        accounts, _ = _normal(table.filter(account), "identifier", _accounts)
        return pl.concat([numbers, sites, accounts, table.filter(~(number | site | account).fill_null(False))]), words
    if name == "reports":
        table, _ = _normal(table, "payee", _accounts)
    if name == "visits":
        table, _ = _normal(table, "domain", _sites)
    said = [pl.DataFrame(schema={"spelled": pl.String, "normal": pl.String})]
    for column in NUMBER_COLUMNS.get(name, ()):
        table, words = _normal(table, column)
        said.append(words)
    return table, pl.concat(said)


def each_once(calls: pl.LazyFrame, rows: int) -> Iterator[pl.DataFrame]:
    """Calls with one row for each `call_id`, its longest (a call is told while it lasts and when it ends), about `rows` at a time."""
    parts = 1 + calls.select(pl.len()).collect(engine="streaming").item() // rows
    for part in range(parts):
        of_part = calls.filter(pl.col("call_id").hash() % parts == part).collect(engine="streaming")
        yield of_part.sort("duration_s").unique("call_id", keep="last")


def _sites(spelled: pl.Series) -> pl.DataFrame:
    """`spelled, normal` of hosts or addresses of sites."""
    return pl.DataFrame({"spelled": spelled, "normal": pl.Series(map(site_or_host, spelled), dtype=pl.String)})


def _accounts(spelled: pl.Series) -> pl.DataFrame:
    """`spelled, normal` of accounts that people wrote down in groups of digits; payments tell them in one."""
    return pl.DataFrame({"spelled": spelled, "normal": spelled.str.replace_all(r"\s", "")})


def _normal(
    table: pl.DataFrame, column: str, words_of: Callable[[pl.Series], pl.DataFrame] | None = None
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A table with a column of numbers (or lists of them; or of what `words_of` knows) in normal form, and how they were written."""
    lists = table.schema[column] == pl.List(pl.String)
    written = table[column].explode() if lists else table[column]
    words = (words_of or _words)(written.cast(pl.String).drop_nulls().unique())
    if not lists:
        joined = table.join(words, left_on=column, right_on="spelled", how="left", maintain_order="left")
        return joined.with_columns(pl.col("normal").alias(column)).select(table.columns), words
    new = dict(words.iter_rows())
    return table.with_columns(pl.col(column).list.eval(pl.element().replace(new))), words


def _words(spelled: pl.Series) -> pl.DataFrame:
    """`spelled, normal`. Mainland mobiles in one step; the few others one by one. Equal spellings and only those become equal.

    What shows itself as +00 stays so: what follows is a number that fraud wears, and not the caller's.
    """
    compact = spelled.str.replace_all("[\\s\\-().\u2010-\u2015]", "")
    mobile = compact.str.extract(_MOBILE)
    rest = spelled.filter(mobile.is_null())
    others = {one: one if one.startswith("+00") else normal_number(one) or one for one in rest}
    normal = [f"+86{digits}" if digits else others[one] for digits, one in zip(mobile, spelled, strict=True)]
    return pl.DataFrame({"spelled": spelled, "normal": pl.Series(normal, dtype=pl.String)})
