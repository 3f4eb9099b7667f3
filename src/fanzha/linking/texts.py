"""The sites and numbers that message texts lead to."""

from __future__ import annotations

import polars as pl

from fanzha.linking.traces import site_or_host

_SITE = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}"
_DIGITS = r"\d+(?:-\d+)*"
_PHONE = r"(?:^|-)(1[3-9]\d{9}|1[3-9]\d-\d{4}-\d{4})(?:-|$)"
"""What stands in a run of digits, so that a number right behind another is found too."""


def contacts_in(messages: pl.LazyFrame) -> pl.DataFrame:
    """`sender, kind (domain, phone), value, at`: what each sender's texts name; numbers and sites in normal form."""
    site, digits = (pl.col("text").str.extract_all(one) for one in (_SITE, _DIGITS))
    phone = pl.format("+86{}", pl.col("value").str.extract(_PHONE).str.replace_all("-", ""))
    named = [
        messages.select("sender", value=found, at="sent_at")
        .explode("value")
        .select("sender", kind=pl.lit(kind), value=value, at="at")
        .drop_nulls("value")
        for kind, found, value in (("domain", site, pl.col("value").str.to_lowercase()), ("phone", digits, phone))
    ]
    first = pl.concat(named).group_by("sender", "kind", "value").agg(pl.col("at").min())
    found = first.collect(engine="streaming")
    sites = {one: site_or_host(one) for one in found.filter(pl.col("kind") == "domain")["value"].unique()}
    of_sites = found.with_columns(
        pl.when(pl.col("kind") == "domain").then(pl.col("value").replace(sites)).otherwise("value")
    )
    return of_sites.group_by("sender", "kind", "value").agg(pl.col("at").min()).sort("sender", "kind", "value")
