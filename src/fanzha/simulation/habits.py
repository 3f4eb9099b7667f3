"""How a city lives: what differs from place to place, drawn anew for cities that a model must not know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fanzha.simulation.population import RATES


@dataclass(frozen=True)
class Habits:
    """Rates per person and day, and shares; names and ranges in rates.yaml under `habits`."""

    calls: float
    bulk_messages: float
    private_messages: float
    visits: float
    shop_payments: float
    transfers: float
    big_purchases: float
    form_share: float
    small_sites: float
    stranger_calls: float
    stranger_payments: float
    stranger_receipts: float
    dealers: float
    sellers: float
    misread_texts: float
    unseen_calls: float
    unseen_messages: float
    unseen_visits: float
    sessions: float
    one_payee: float
    slower: float
    listing: float
    loss: float
    unseen_balances: float
    strangers_balances: float
    wrong_listings: float

    def unseen(self, table: str) -> float:
        """The share of a fraud's contacts of a table that leave no signal."""
        return {"calls": self.unseen_calls, "messages": self.unseen_messages, "visits": self.unseen_visits}.get(
            table, 0.0
        )


def usual() -> Habits:
    """The habits of a city of which nothing else is said."""
    return Habits(**{name: float(row["usual"]) for name, row in RATES["habits"]["values"].items()})


def drawn(seed: int) -> Habits:
    """Habits drawn from their ranges, evenly on a logarithmic scale; the same seed gives the same."""
    rng = np.random.default_rng([seed, 0x4AB1])
    found = {}
    for name, row in RATES["habits"]["values"].items():
        low, high = row["range"]
        found[name] = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    return Habits(**found)
