"""Which cell a number is heard in, from which day to which: numbers of one hand come and go together (domain page 7.2, C9)."""

from __future__ import annotations

import polars as pl

from fanzha.linking.strengths import SUSPICION


def appearances(calls: pl.LazyFrame) -> pl.DataFrame:
    """`number, cell, first, last` (Shanghai days) of numbers that call `comovement.outreach` people a day or more on average.

    Numbers that are there on the folder's first and on its last day are left out, and those of a single day: that tells nothing of
    coming and going together.
    """
    day = pl.col("started_at").dt.convert_time_zone("Asia/Shanghai").dt.date()
    heard = calls.drop_nulls("caller_cell")
    days = heard.group_by(number="caller", cell="caller_cell", day=day).len().collect(engine="streaming")
    if days.is_empty():
        return pl.DataFrame(schema={"number": pl.String, "cell": pl.String, "first": pl.Date, "last": pl.Date})
    begin, end = days["day"].min(), days["day"].max()
    cells = days.group_by("number", "cell").agg(pl.col("len").sum()).sort("len", "cell", descending=[True, False])
    mostly = cells.unique("number", keep="first", maintain_order=True).select("number", "cell")
    spans = days.group_by("number").agg(
        first=pl.col("day").min(), last=pl.col("day").max(), days=pl.col("day").n_unique()
    )
    reached = heard.select("caller", "callee").unique().group_by(number="caller").agg(callees=pl.len())
    seen = mostly.join(spans, on="number").join(reached.collect(engine="streaming"), on="number")
    busy = pl.col("callees") >= SUSPICION["comovement"]["outreach"] * pl.col("days")
    always = (pl.col("first") == begin) & (pl.col("last") == end)
    moves = (pl.col("last") > pl.col("first")) & ~always
    return seen.filter(busy & moves).select("number", "cell", "first", "last").sort("number")
