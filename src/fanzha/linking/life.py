"""Who has a life of their own in the signals: people call them, and they buy bread. Fraud's numbers and bought accounts do not."""

from __future__ import annotations

import polars as pl

from fanzha.linking.strengths import SUSPICION

_RULE = SUSPICION["life"]
_SHOPPING = ["qr", "pos"]


def alive(calls: pl.LazyFrame, payments: pl.LazyFrame) -> pl.Series:
    """Numbers and accounts with a life of their own, by `life` of suspicion.yaml."""
    return pl.concat([_numbers(calls), _accounts(payments)]).rename("identifier")


def _numbers(calls: pl.LazyFrame) -> pl.Series:
    pairs = calls.select("caller", "callee").unique().collect(engine="streaming")
    back = pairs.join(pairs.select(caller="callee", callee="caller"), on=["caller", "callee"], how="semi")
    mutual = back.group_by(number="caller").len().filter(pl.col("len") >= _RULE["contacts"])["number"]
    called = pairs.group_by(number="callee").len().filter(pl.col("len") >= _RULE["called_by"])["number"]
    return pl.concat([mutual, called]).unique().sort()


def _accounts(payments: pl.LazyFrame) -> pl.Series:
    bought = _bought(payments)
    return bought.group_by("payer").len().filter(pl.col("len") >= _RULE["shops"])["payer"].sort()


def shops(payments: pl.LazyFrame) -> pl.Series:
    """Accounts that `customers` people or more pay by code or card."""
    counted = _bought(payments).group_by("payee").len()
    return counted.filter(pl.col("len") >= SUSPICION["customers"])["payee"].rename("identifier")


def _bought(payments: pl.LazyFrame) -> pl.DataFrame:
    """`payer, payee`: who buys at what."""
    rows = payments.filter(pl.col("channel").is_in(_SHOPPING))
    return rows.select("payer", "payee").unique().collect(engine="streaming")
