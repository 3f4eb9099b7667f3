"""How good linking is: gangs, dens and look-alikes against the truth of a city."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from fanzha.refusal import Refusal

STRONG = 0.8
"""From this strength a link to a look-alike is wrong. Source: asked for."""
OVERLAP = 0.5
"""A den is found where one of ours has more than this share of its numbers, and is more than this share its. Ours."""


def evaluate_networks(found: Path, truth: Path) -> dict[str, Any]:
    """Figures of the tables that `fanzha networks` wrote to `found` against `truth`. Refusal when a table is missing.

    `gangs.adjusted_rand_index` is over all identifiers that the truth gives to exactly one gang; one that was not found counts as a
    gang of its own. `gangs.with_shared` is over all identifiers, the shared ones with the first of their gangs.
    """
    ours = {name: _read(found, name) for name in ("links", "gangs", "dens")}
    true = {name: _read(truth, f"truth_{name}") for name in ("gangs", "dens", "lookalikes")}
    return {
        "gangs": gang_figures(ours["gangs"], true["gangs"]),
        "dens": den_figures(ours["dens"], true["dens"]),
        "lookalikes": lookalike_figures(ours["links"], true["lookalikes"]),
    }


def gang_figures(gangs: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Any]:
    """`adjusted_rand_index`, `with_shared`, and how many identifiers and gangs there are and were found."""
    members = dict(gangs.select("identifier", "gang").unique("identifier", maintain_order=True).iter_rows())
    told = truth.group_by("identifier").agg(pl.col("gang").unique().sort()).sort("identifier")
    single = told.filter(pl.col("gang").list.len() == 1)
    return {
        "identifiers": told.height,
        "of_one_gang": single.height,
        "found": sum(one in members for one in told["identifier"]),
        "true_gangs": truth["gang"].n_unique(),
        "our_gangs": gangs["gang"].n_unique(),
        "foreign": sum(one not in set(told["identifier"]) for one in members),
        "adjusted_rand_index": _agreement(single, members),
        "with_shared": _agreement(told, members),
    }


def _agreement(told: pl.DataFrame, members: Mapping[str, str]) -> float | None:
    from sklearn.metrics import adjusted_rand_score

    if told.is_empty():
        return None
    ours = [members.get(one, f"alone-{one}") for one in told["identifier"]]
    return float(adjusted_rand_score(told["gang"].list.first().to_list(), ours))


def den_figures(dens: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Any]:
    """`dens`, `found`, `place_right` and the shares; an identifier that the truth puts in several dens counts in each."""
    rows = list(dens.select("place", "identifiers").iter_rows())
    known = set(truth["identifier"])
    found = right = 0
    for (_, place), part in truth.group_by("den", "place"):
        own = set(part["identifier"])
        for our_place, identifiers in rows:
            both = len(own & set(identifiers))
            if both > OVERLAP * len(own) and both > OVERLAP * len(known & set(identifiers)):
                found += 1
                right += our_place == place
                break
    count = truth.select("den").n_unique()
    return {
        "dens": count,
        "ours": len(rows),
        "found": found,
        "place_right": right,
        "share_found": found / count if count else None,
        "share_right": right / found if found else None,
    }


def lookalike_figures(links: pl.DataFrame, truth: pl.DataFrame) -> dict[str, Any]:
    """`links` at STRONG or more, and how many have a look-alike at either end, by group: one of two groups counts in both."""
    strong = links.filter(pl.col("strength") >= STRONG)
    known = truth["identifier"].unique()
    ends = pl.concat([strong.select(identifier=side) for side in ("a", "b")]).join(truth.unique(), on="identifier")
    wrong = strong.filter(pl.col("a").is_in(known.implode()) | pl.col("b").is_in(known.implode()))
    by_group = dict(ends.group_by("group").len().sort("group").iter_rows())
    return {"strong_links": strong.height, "lookalikes": known.len(), "wrong": wrong.height, "by_group": by_group}


def _read(folder: Path, name: str) -> pl.DataFrame:
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise Refusal(f"expected {name}.parquet here", code="evaluation.missing", where=str(folder))
    return pl.read_parquet(path, glob=False)
