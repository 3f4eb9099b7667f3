"""Which cell a number is heard in, from which day to which: numbers of one hand come and go together (domain page 7.2, C9)."""

from __future__ import annotations

import polars as pl

from fanzha.linking.strengths import SUSPICION

_APPEARANCES = {"number": pl.String, "cell": pl.String, "first": pl.Date, "last": pl.Date, "ends": pl.Int8}


def appearances(calls: pl.LazyFrame) -> pl.DataFrame:
    """`number, cell, first, last, ends` (Shanghai days) of numbers that call `comovement.outreach` people a day or more on average.

    `ends`: how many of its ends were seen: who is there on the folder's first day was not seen coming, who is there on its last was
    not seen going. Numbers of which neither was seen are left out, and those of a single day: that tells nothing of coming and going.
    """
    day = pl.col("started_at").dt.convert_time_zone("Asia/Shanghai").dt.date()
    heard = calls.drop_nulls("caller_cell")
    days = heard.group_by(number="caller", cell="caller_cell", day=day).len().collect(engine="streaming")
    if days.is_empty():
        return pl.DataFrame(schema=_APPEARANCES)
    begin, end = days["day"].min(), days["day"].max()
    cells = days.group_by("number", "cell").agg(pl.col("len").sum()).sort("len", "cell", descending=[True, False])
    mostly = cells.unique("number", keep="first", maintain_order=True).select("number", "cell")
    spans = days.group_by("number").agg(
        first=pl.col("day").min(), last=pl.col("day").max(), days=pl.col("day").n_unique()
    )
    reached = heard.select("caller", "callee").unique().group_by(number="caller").agg(callees=pl.len())
    seen = mostly.join(spans, on="number").join(reached.collect(engine="streaming"), on="number")
    busy = pl.col("callees") >= SUSPICION["comovement"]["outreach"] * pl.col("days")
    ends = (pl.col("first") > begin).cast(pl.Int8) + (pl.col("last") < end).cast(pl.Int8)
    moves = seen.filter(busy & (pl.col("last") > pl.col("first"))).with_columns(ends=ends)
    return moves.filter(pl.col("ends") > 0).select("number", "cell", "first", "last", "ends").sort("number")
