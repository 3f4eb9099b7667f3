"""The sites and numbers that message texts lead to."""

from __future__ import annotations

import polars as pl

_SITE = r"((?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,})"
_PHONE = r"(?:^|\D)(1[3-9]\d{9}|1[3-9]\d-\d{4}-\d{4})(?:\D|$)"


def contacts_in(messages: pl.DataFrame) -> pl.DataFrame:
    """`sender, kind (domain, phone), value, at`: what each sender's texts name; numbers in normal form."""
    told = messages.drop_nulls("text").select("sender", "text", at="sent_at")
    told = told.group_by("sender", "text").agg(pl.col("at").min())
    sites = told.with_columns(value=pl.col("text").str.extract(_SITE).str.to_lowercase(), kind=pl.lit("domain"))
    phones = told.with_columns(
        value=pl.format("+86{}", pl.col("text").str.extract(_PHONE).str.replace_all("-", "")), kind=pl.lit("phone")
    )
    named = pl.concat([sites, phones]).drop_nulls("value").select("sender", "kind", "value", "at")
    return named.group_by("sender", "kind", "value").agg(pl.col("at").min()).sort("sender", "kind", "value")
