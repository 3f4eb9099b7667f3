"""People who paid suspected accounts, and who reached them before: most never report, all of them tell something."""

from __future__ import annotations

import polars as pl

from fanzha.linking.folder import Folder
from fanzha.linking.passing import passed_on
from fanzha.linking.strengths import SUSPICION

_RULE = SUSPICION["contact"]


def payers(folder: Folder, accounts: pl.Series) -> pl.DataFrame:
    """`account, number, paid_at, payee`: payments of people with a number on file into suspected accounts, the first to each.

    Into an account whose holder lives with it, only payments that were passed on count: friends pay its holder too.
    """
    into = folder.events["payments"].filter(
        pl.col("payee").is_in(accounts.implode())
        & ~pl.col("payer").is_in(accounts.implode())
        & ~pl.col("channel").is_in(["qr", "pos"]).fill_null(False)
    )
    paid = into.select("payment_id", "payer", "payee", "paid_at").collect(engine="streaming")
    lived = pl.col("payee").is_in(folder.alive.implode())
    went = passed_on(folder.events["payments"], paid.filter(lived).select("payment_id", "payee"))["payment_id"]
    paid = paid.filter(~lived | pl.col("payment_id").is_in(went.implode()))
    holders = (
        folder["accounts"]
        .select("account", "holder")
        .join(folder["numbers"].select("number", "holder").drop_nulls("holder"), on="holder")
    )
    first = paid.group_by(account="payer", payee="payee").agg(paid_at=pl.col("paid_at").min())
    return first.join(holders.select("account", "number"), on="account", how="left").sort("account", "payee")


def contacts(folder: Folder, accounts: pl.Series) -> pl.DataFrame:
    """`number, other, kind, at, account`: who called (for `contact.seconds`) or wrote to a payer, which site they opened, in the
    `contact.days` before they first paid one of the suspected accounts, whichever; each once."""
    victims = payers(folder, accounts).drop_nulls("number").select("number", "account", "paid_at")
    calls = folder.events["calls"].filter(pl.col("duration_s") >= _RULE["seconds"])
    parts = [
        calls.select(number="callee", other="caller", at="started_at", kind=pl.lit("number")),
        folder.events["messages"].select(number="receiver", other="sender", at="sent_at", kind=pl.lit("number")),
        folder.events["visits"].select(number="number", other="domain", at="visited_at", kind=pl.lit("domain")),
    ]
    before = pl.concat([part.join(victims.lazy(), on="number") for part in parts])
    age = pl.col("paid_at") - pl.col("at")
    near = before.filter((age >= pl.duration()) & (age <= pl.duration(days=_RULE["days"])))
    return near.drop("paid_at").unique().collect(engine="streaming")


def reached(folder: Folder, accounts: pl.Series) -> pl.Series:
    """Numbers that reached `contact.victims` payers or more, who are a `visitors` share or more of all whom they talked with or wrote to."""
    calls = folder.events["calls"].filter(pl.col("duration_s") >= _RULE["seconds"])
    everybody = pl.concat(
        [
            calls.select(other="caller", number="callee"),
            folder.events["messages"].select(other="sender", number="receiver"),
        ]
    )
    return _several(contacts(folder, accounts), "number", everybody)


def visited(folder: Folder, accounts: pl.Series) -> pl.Series:
    """Sites that `contact.victims` payers or more opened, who are a `visitors` share or more of all visitors."""
    return _several(
        contacts(folder, accounts), "domain", folder.events["visits"].select(other="domain", number="number")
    )


def _several(found: pl.DataFrame, kind: str, everybody: pl.LazyFrame) -> pl.Series:
    victims = found.filter(pl.col("kind") == kind).group_by("other").agg(victims=pl.col("number").n_unique())
    victims = victims.filter(pl.col("victims") >= _RULE["victims"])
    met = everybody.filter(pl.col("other").is_in(victims["other"].implode())).unique()
    known = met.group_by("other").agg(all=pl.len())
    judged = victims.join(known.collect(engine="streaming"), on="other", how="left")
    return judged.filter(pl.col("victims") >= _RULE["visitors"] * pl.col("all").fill_null(0))["other"]
