"""Money that goes on within the hour: from an account's incoming payments to the parts that leave it (domain page 4.4)."""

from __future__ import annotations

import polars as pl

from fanzha.linking.strengths import EXCLUSIONS, SUSPICION

_RULE = SUSPICION["passing_on"]
_READ = ("payment_id", "payer", "payee", "amount_fen", "paid_at", "channel", "device")
_DESKS = tuple(EXCLUSIONS["accounts"]["prefixes"])
_BETWEEN_ACCOUNTS = ~pl.col("channel").is_in(["qr", "pos", "atm_cash", "gold", "crypto"]).fill_null(False)


def parts(payments: pl.LazyFrame, accounts: pl.Series) -> pl.DataFrame:
    """`payment_id, account, payee, amount_fen, paid_at, device, parent_id, received_fen`: what went on out of `accounts`, and of which payment.

    Each part left within `minutes` of the last payment before it and is at least `of_received` of it.
    """
    rows = _of(payments, accounts)
    arrived = rows.filter(pl.col("payee").is_in(accounts.implode()))
    left = rows.filter(pl.col("payer").is_in(accounts.implode()) & _BETWEEN_ACCOUNTS)
    left = left.filter(~pl.any_horizontal(pl.col("payee").str.starts_with(prefix) for prefix in _DESKS))
    into = arrived.select(
        account="payee", parent_id="payment_id", received_fen="amount_fen", received_at="paid_at"
    ).sort("received_at", "parent_id")
    out = left.select("payment_id", "payee", "amount_fen", "paid_at", "device", account="payer").sort(
        "paid_at", "payment_id"
    )
    joined = out.join_asof(
        into, left_on="paid_at", right_on="received_at", by="account", strategy="backward",
        tolerance=f"{_RULE['minutes']}m", check_sortedness=False,
    )  # fmt: skip
    kept = (pl.col("amount_fen") >= _RULE["of_received"] * pl.col("received_fen")) & (
        pl.col("payee") != pl.col("account")
    )
    return joined.filter(kept)


def passed_on(payments: pl.LazyFrame, of: pl.DataFrame) -> pl.DataFrame:
    """Those rows of `of` (`payment_id`, `payee`) of which `whole` or more went on, or became cash, within the time."""
    accounts = of["payee"].unique()
    rows = _of(payments, accounts)
    arrived = rows.filter(pl.col("payee").is_in(accounts.implode()))
    left = rows.filter(
        pl.col("payer").is_in(accounts.implode()) & ~pl.col("channel").is_in(["qr", "pos"]).fill_null(False)
    )
    into = arrived.select(account="payee", parent_id="payment_id", received="amount_fen", received_at="paid_at")
    out = left.select(account="payer", left="amount_fen", paid_at="paid_at").sort("paid_at")
    joined = out.join_asof(
        into.sort("received_at", "parent_id"), left_on="paid_at", right_on="received_at", by="account", strategy="backward",
        tolerance=f"{_RULE['minutes']}m", check_sortedness=False,
    ).drop_nulls("received")  # fmt: skip
    whole = joined.group_by("parent_id").agg(pl.col("left").sum(), pl.col("received").first())
    went = whole.filter(pl.col("left") >= _RULE["whole"] * pl.col("received"))["parent_id"]
    return of.filter(pl.col("payment_id").is_in(went.implode()))


def _of(payments: pl.LazyFrame, accounts: pl.Series) -> pl.DataFrame:
    named = accounts.implode()
    rows = payments.filter(pl.col("payee").is_in(named) | pl.col("payer").is_in(named))
    return rows.select(_READ).collect(engine="streaming")
