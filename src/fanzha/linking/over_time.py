"""How gangs change from day to day, how large they are, what money went through, and on whom they hang."""

from __future__ import annotations

import polars as pl

from fanzha.linking.folder import Folder
from fanzha.linking.strengths import GROUPING


def seen(folder: Folder, gangs: pl.DataFrame) -> pl.DataFrame:
    """`identifier, first_seen, last_seen, fen` (UTC): of calls, messages, visits and payments; fen: what came in to an account from
    outside the gang."""
    own = gangs.select("identifier", "gang")
    paid, calls = folder.events["payments"], folder.events["calls"]
    parts = [
        calls.select(identifier="caller", at="started_at"),
        folder.events["messages"].select(identifier="sender", at="sent_at"),
        folder.events["visits"].select(identifier="domain", at="visited_at"),
        paid.select(identifier="payer", at="paid_at"),
        paid.select(identifier="payee", at="paid_at"),
    ]
    named = pl.col("identifier").is_in(own["identifier"].implode())
    spans = (
        pl.concat([part.filter(named) for part in parts])
        .group_by("identifier")
        .agg(first_seen=pl.col("at").min(), last_seen=pl.col("at").max())
        .collect(engine="streaming")
    )
    into = paid.filter(pl.col("payee").is_in(own["identifier"].implode())).select("payer", "payee", "amount_fen")
    came = into.collect(engine="streaming").join(own.rename({"identifier": "payee"}), on="payee")
    came = came.join(own.rename({"identifier": "payer", "gang": "from"}), on="payer", how="left")
    outside = came.filter(pl.col("from").is_null() | (pl.col("from") != pl.col("gang")))
    money = outside.group_by(identifier="payee").agg(fen=pl.col("amount_fen").sum())
    return own.select("identifier").join(spans, on="identifier", how="left").join(money, on="identifier", how="left")


def summary(gangs: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """A row a gang: size by kind, fen from outside, first and last seen, and its `key` identifiers: those that hold most of the
    strength of the links inside."""
    inside = _inside(gangs, links)
    weight = (
        pl.concat([inside.select(side, "gang", "strength").rename({side: "identifier"}) for side in ("a", "b")])
        .group_by("gang", "identifier")
        .agg(pl.col("strength").sum().round(6))  # of equals the first, in whatever order they were added up
    )
    key = (
        weight.sort("strength", "identifier", descending=[True, False])
        .group_by("gang", maintain_order=True)
        .agg(key=pl.col("identifier").head(GROUPING["key"]))
    )
    sizes = gangs.group_by("gang").agg(
        pl.len().alias("identifiers"),
        *((pl.col("kind") == kind).sum().alias(f"{kind}s") for kind in ("number", "account", "domain")),
        pl.col("fen").sum().alias("fen"),
        pl.col("first_seen").min(),
        pl.col("last_seen").max(),
    )
    return sizes.join(key, on="gang", how="left").sort("gang")


def changes(gangs: pl.DataFrame) -> pl.DataFrame:
    """`gang, day, appeared, vanished, active`: identifiers by Shanghai day of their first and last signal."""
    local = [
        pl.col(name).dt.convert_time_zone("Asia/Shanghai").dt.date().alias(name) for name in ("first_seen", "last_seen")
    ]
    days = gangs.drop_nulls("first_seen").with_columns(local)
    appeared = days.group_by("gang", day="first_seen").agg(appeared=pl.len().cast(pl.Int64))
    vanished = days.group_by("gang", day="last_seen").agg(vanished=pl.len().cast(pl.Int64))
    both = appeared.join(vanished, on=["gang", "day"], how="full", coalesce=True).sort("gang", "day")
    both = both.with_columns(pl.col("appeared", "vanished").fill_null(0))
    before = pl.col("vanished").shift(1, fill_value=0).cum_sum().over("gang")
    return both.with_columns(active=pl.col("appeared").cum_sum().over("gang") - before)


def _inside(gangs: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    own = gangs.select("identifier", "gang")
    joined = links.join(own, left_on="a", right_on="identifier").join(
        own, left_on="b", right_on="identifier", suffix="_b"
    )
    return joined.filter(pl.col("gang") == pl.col("gang_b")).select("a", "b", "gang", "strength")
