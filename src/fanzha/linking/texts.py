"""The sites and numbers that message texts lead to."""

from __future__ import annotations

import polars as pl

_SITE = r"((?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,})"
_PHONE = r"(?:^|\D)(1[3-9]\d{9}|1[3-9]\d-\d{4}-\d{4})(?:\D|$)"


def contacts_in(messages: pl.LazyFrame) -> pl.DataFrame:
    """`sender, kind (domain, phone), value, at`: what each sender's texts name; numbers in normal form."""
    site = pl.col("text").str.extract(_SITE).str.to_lowercase()
    phone = pl.format("+86{}", pl.col("text").str.extract(_PHONE).str.replace_all("-", ""))
    named = [
        messages.select("sender", kind=pl.lit(kind), value=value, at="sent_at").drop_nulls("value")
        for kind, value in (("domain", site), ("phone", phone))
    ]
    first = pl.concat(named).group_by("sender", "kind", "value").agg(pl.col("at").min())
    return first.collect(engine="streaming").sort("sender", "kind", "value")
