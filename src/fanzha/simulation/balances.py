"""What is left in every account after each payment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

_LEAST_FEN = 100
_OUTSIDE = "^(cash|gold|crypto):"


class Balances:
    """Balances in fen, carried from day to day. Nobody falls below one yuan: what is missing came from somewhere we do not see."""

    def __init__(self, accounts: npt.NDArray[np.str_], fen: npt.NDArray[np.int64]) -> None:
        self._now = pl.DataFrame({"account": accounts, "fen": fen})

    def after(self, payments: pl.DataFrame) -> pl.DataFrame:
        """The payments, in order of time, with `payer_balance_fen` and `payee_balance_fen` after each."""
        sides = [
            payments.select(
                pl.col(side).alias("account"),
                (sign * pl.col("amount_fen")).alias("change"),
                pl.int_range(pl.len()).alias("n"),
                pl.lit(side).alias("side"),
            )
            for side, sign in (("payer", -1), ("payee", 1))
        ]
        moves = (
            pl.concat(sides)
            .filter(~pl.col("account").str.contains(_OUTSIDE))
            .sort("n", "side", descending=[False, True])
        )
        moves = moves.join(self._now, on="account", how="left", maintain_order="left")
        stands = (pl.col("fen").fill_null(0) + pl.col("change").cum_sum().over("account")).clip(_LEAST_FEN)
        moves = moves.with_columns(stands.alias("left"))
        last = moves.group_by("account").agg(pl.col("left").last().alias("fen"))
        self._now = self._now.update(last, on="account", how="left")
        for side in ("payer", "payee"):
            left = moves.filter(pl.col("side") == side).select("n", pl.col("left").alias(f"{side}_balance_fen"))
            payments = (
                payments.with_columns(pl.int_range(pl.len()).alias("n"))
                .join(left, on="n", how="left", maintain_order="left")
                .drop("n")
            )
        return payments
