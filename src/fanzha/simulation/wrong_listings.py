"""Honest sites, numbers and accounts that somebody listed by mistake, before the first day: no list is without them."""

from __future__ import annotations

import numpy as np
import polars as pl

from fanzha.simulation.everyday import Places
from fanzha.simulation.population import Population

_OF_PEOPLE = 0.1
"""A person's own number or account is listed by mistake so much less often than a site or a shop (ours)."""
_DAYS = 60
_DAY_US = 86_400 * 1_000_000


def wrong_listings(city: Population, at: Places, share: float, midnight: int, rng: np.random.Generator) -> pl.DataFrame:
    """Rows of `listed` for a `share` of sites and shops, the more likely the better known, and of people's numbers and accounts.

    `midnight`: of the first day, microseconds UTC.
    """
    rows: list[tuple[str, str]] = []
    weights = {"domain": at.domain_weights, "account": at.shop_weights}
    known = {"domain": at.domains, "account": city.accounts[city.people : city.people + city.shops]}
    for kind, names in known.items():
        likely = np.sqrt(weights[kind]) / np.sqrt(weights[kind]).sum()
        chosen = rng.choice(len(names), round(share * len(names)), replace=False, p=likely)
        rows += [(str(names[n]), kind) for n in chosen]
    for kind, names in (("number", city.numbers), ("account", city.accounts)):
        chosen = np.flatnonzero(rng.random(city.people) < share * _OF_PEOPLE)
        rows += [(str(names[n]), kind) for n in chosen]
    return pl.DataFrame(
        {
            "identifier": [name for name, _ in rows],
            "kind": [kind for _, kind in rows],
            "listed_at": midnight - (rng.uniform(0, _DAYS, len(rows)) * _DAY_US).astype(np.int64),
            "reason": ["report"] * len(rows),
            "source": ["police"] * len(rows),
            "confidence": [0.9] * len(rows),
        },
        schema_overrides={"identifier": pl.String, "kind": pl.String},
    ).with_columns(pl.col("listed_at").cast(pl.Datetime("us", "UTC")))
