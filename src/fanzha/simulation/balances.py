"""What is left in every account after each payment."""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

import numpy as np
import numpy.typing as npt
import polars as pl

from fanzha.simulation.population import RATES

_LEAST_FEN = 100
_OUTSIDE = "^(cash|gold|crypto):"


class Balances:
    """Balances in fen, carried on. At a day's end nobody stands below one yuan: what is missing came from somewhere we do not see.

    Within a day they are carried as they are and only shown as one yuan, so that a day in slices is the same as a whole one.
    """

    def __init__(
        self, accounts: npt.NDArray[np.str_], fen: npt.NDArray[np.int64], unseen: float, strangers: float
    ) -> None:
        """`unseen`: the share of these accounts whose banks tell no balance; `strangers`: of other accounts, those whose banks do."""
        self._now = pl.DataFrame({"account": accounts, "fen": fen})
        if unseen:
            self._now = self._now.filter(pl.Series([_lot(account) >= unseen for account in accounts.tolist()]))
        self._strangers, self._met = strangers, set(accounts.tolist())
        self._moved: list[pl.DataFrame] = []

    def after(self, payments: pl.DataFrame) -> pl.DataFrame:
        """The payments, in order of time, with `payer_balance_fen` and `payee_balance_fen` after each; null where no bank tells."""
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
        if self._strangers:
            self._meet(moves["account"].unique(maintain_order=True).to_list())
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

    def _meet(self, accounts: Iterable[str]) -> None:
        """Begin the balances of strangers' accounts that come up for the first time, as those of people are spread."""
        new = [account for account in accounts if account not in self._met]
        self._met.update(new)
        median, sigma = RATES["balances"]["person"]
        told = [account for account in new if _lot(account) < self._strangers]
        fen = [np.random.default_rng(crc32(one.encode())).lognormal(np.log(median), sigma) * 100 for one in told]
        begun = pl.DataFrame({"account": told, "fen": fen}, schema={"account": pl.String, "fen": pl.Float64})
        self._now = pl.concat([self._now, begun.cast({"fen": self._now.schema["fen"]})])

    def end_day(self) -> None:
        """Nobody whose balance moved begins the next day below one yuan."""
        if self._moved:
            moved = pl.concat(self._moved).unique("account", keep="last", maintain_order=True)
            low = moved.with_columns(pl.col("fen").clip(_LEAST_FEN))
            self._now, self._moved = self._now.update(low, on="account", how="left"), []


def _lot(account: str) -> float:
    """A number in [0, 1), the same for an account however often it is asked."""
    return crc32(account.encode()) / 2**32
