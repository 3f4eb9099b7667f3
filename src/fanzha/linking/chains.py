"""Whose money an account moved: each suspected payment carries the gang of the payment that it passes on."""

from __future__ import annotations

from collections import Counter, defaultdict

import polars as pl

from fanzha.linking.strengths import SUSPICION

_WITHIN_US = SUSPICION["passing_on"]["minutes"] * 60_000_000
_NEARLY = 0.999
"""A part may exceed what is left by a rounding."""


def money_by_gang(payments: pl.LazyFrame, accounts: set[str], front: dict[str, int]) -> dict[str, Counter[int]]:
    """Account -> gang -> fen that came in for it. `front`: the accounts that victims pay, with their gang.

    A payment out of an account passes on the latest payment of the last `passing_on.minutes` of which enough is left.
    """
    names = pl.Series(sorted(accounts)).implode()
    rows = payments.filter(pl.col("payee").is_in(names) | pl.col("payer").is_in(names)).collect(engine="streaming")
    rows = rows.sort("paid_at", "payment_id")
    lots: dict[str, list[list[int]]] = defaultdict(list)  # instant, gang, what is left
    found: dict[str, Counter[int]] = defaultdict(Counter)
    columns = rows.select("payer", "payee", "amount_fen", pl.col("paid_at").to_physical(), "channel")
    for payer, payee, fen, at, channel in columns.iter_rows():
        gang = front.get(payer, -1) if payer in accounts else -1
        if payer in accounts and channel not in ("qr", "pos"):
            lots[payer] = [lot for lot in lots[payer] if at - lot[0] <= _WITHIN_US]
            enough = [lot for lot in lots[payer] if lot[2] >= fen * _NEARLY]
            if enough:
                enough[-1][2] -= fen
                gang = enough[-1][1]
        if payee in accounts:
            gang = front.get(payee, gang)
            lots[payee].append([at, gang, fen])
            if gang >= 0:
                found[payee][gang] += fen
    return found
