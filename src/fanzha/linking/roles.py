"""What part an identifier plays, from what it was seen doing (domain page 7.1): luring, cards, technical, operators, money, cash_out."""

from __future__ import annotations

import polars as pl

from fanzha.linking.folder import Folder
from fanzha.linking.strengths import EXCLUSIONS, GROUPING
from fanzha.linking.victims import contacts
from fanzha.vocabulary import is_nobodys

ROLES = ("luring", "cards", "technical", "operators", "money", "cash_out")


def roles(folder: Folder, suspects: pl.DataFrame) -> pl.DataFrame:
    """`identifier, role`: sites are technical; an account moves money, or cashes it out; a number belongs to a gateway or a pool of
    cards, talks with people who then pay (operators), or lures."""
    accounts = suspects.filter(pl.col("kind") == "account")["identifier"]
    own = suspects.filter(pl.col("kind") == "number")["identifier"].implode()
    calls = folder.events["calls"]
    handsets = calls.drop_nulls("caller_imei").select("caller", "caller_imei").unique().collect(engine="streaming")
    many = handsets.group_by("caller_imei").len().filter(pl.col("len") >= GROUPING["gateway"])["caller_imei"]
    full = pl.DataFrame(
        {"caller_imei": [one for one in many if not is_nobodys(one)]}, schema={"caller_imei": pl.String}
    )
    pooled = handsets.join(full, on="caller_imei")["caller"].unique()
    met = contacts(folder, accounts).filter(pl.col("kind") == "number")
    talked = calls.filter((pl.col("duration_s") >= GROUPING["talked_s"]) & pl.col("caller").is_in(own))
    spoke = talked.select(other="caller", number="callee").unique().collect(engine="streaming")
    operators = met.join(spoke, on=["other", "number"], how="semi")["other"].unique()
    cashing = _cashing(folder.events["payments"], accounts)
    one = pl.col("identifier")
    role = (
        pl.when(pl.col("kind") == "domain").then(pl.lit("technical"))
        .when((pl.col("kind") == "account") & one.is_in(cashing.implode())).then(pl.lit("cash_out"))
        .when(pl.col("kind") == "account").then(pl.lit("money"))
        .when(one.is_in(pooled.implode())).then(pl.lit("cards"))
        .when(one.is_in(operators.implode())).then(pl.lit("operators"))
        .otherwise(pl.lit("luring"))
    )  # fmt: skip
    return suspects.select("identifier", role=role)


def _cashing(payments: pl.LazyFrame, accounts: pl.Series) -> pl.Series:
    prefixes = EXCLUSIONS["accounts"]["prefixes"]
    desk = pl.any_horizontal(pl.col("payee").str.starts_with(prefix) for prefix in prefixes)
    paid = payments.filter(pl.col("payer").is_in(accounts.implode())).with_columns(desk=desk)
    sums = paid.group_by("payer").agg(cash=pl.col("amount_fen").filter("desk").sum(), all=pl.col("amount_fen").sum())
    found = sums.collect(engine="streaming")
    return found.filter(pl.col("cash") >= GROUPING["cash_out"] * pl.col("all"))["payer"]
