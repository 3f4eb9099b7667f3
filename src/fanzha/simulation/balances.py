"""What is left in every account after each payment."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

_LEAST_FEN = 100
_OUTSIDE = "^(cash|gold|crypto):"


class Balances:
    """Balances in fen, carried on. At a day's end nobody stands below one yuan: what is missing came from somewhere we do not see.

    Within a day they are carried as they are and only shown as one yuan, so that a day in slices is the same as a whole one.
    """

    def __init__(self, accounts: npt.NDArray[np.str_], fen: npt.NDArray[np.int64]) -> None:
        self._now = pl.DataFrame({"account": accounts, "fen": fen})
        self._moved: list[pl.DataFrame] = []

    def after(self, payments: pl.DataFrame) -> pl.DataFrame:
        """The payments, in order of time, with `payer_balance_fen` and `payee_balance_fen` after each; null for strangers' accounts."""
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
        stands = pl.col("fen") + pl.col("change").cum_sum().over("account")
        moves = moves.with_columns(stands.alias("left"))
        last = moves.group_by("account").agg(pl.col("left").last().alias("fen"))
        self._now = self._now.update(last, on="account", how="left")
        self._moved.append(last)
        for side in ("payer", "payee"):
            shown = pl.col("left").clip(_LEAST_FEN).alias(f"{side}_balance_fen")
            left = moves.filter(pl.col("side") == side).select("n", shown)
            payments = (
                payments.with_columns(pl.int_range(pl.len()).alias("n"))
                .join(left, on="n", how="left", maintain_order="left")
                .drop("n")
            )
        return payments

    def end_day(self) -> None:
        """Nobody whose balance moved begins the next day below one yuan."""
        if self._moved:
            moved = pl.concat(self._moved).unique("account", keep="last", maintain_order=True)
            low = moved.with_columns(pl.col("fen").clip(_LEAST_FEN))
            self._now, self._moved = self._now.update(low, on="account", how="left"), []
