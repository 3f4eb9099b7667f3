"""Which identifiers of a folder to link: those named in reports or listed, and what their behaviour in the signals leads to.

A suspicion here means "worth linking": it is about numbers, accounts and sites, and says nothing of who holds them.
"""

from __future__ import annotations

import polars as pl

from fanzha.linking import leads
from fanzha.linking.folder import Folder
from fanzha.linking.life import shops
from fanzha.linking.named import named
from fanzha.linking.strengths import SUSPICION
from fanzha.linking.traces import is_platform, is_worn

SUSPECTS = {"identifier": pl.String, "kind": pl.String, "standing": pl.Float64, "because": pl.String}


def suspects(folder: Folder) -> pl.DataFrame:
    """`identifier, kind, standing, because`, each identifier once. `standing`: 1, or `doubted` of suspicion.yaml.

    Only what stands at 1 leads to others. Kinds are number, account and domain. Public numbers, which fraud wears, and platforms are none.
    """
    businesses = shops(folder.events["payments"])
    found = _own(named(folder))
    for _ in range(SUSPICION["rounds"]):
        before = found.filter(pl.col("standing") == 1).height
        for lead in leads.ALL:
            more = lead(folder, found.filter(pl.col("standing") == 1))
            alive = pl.col("identifier").is_in(folder.alive.implode())
            # Being alive is no alibi where money was passed on or a device shared; it is where somebody merely was about.
            standing = pl.when(alive & ~pl.col("sure")).then(SUSPICION["doubted"]).otherwise(pl.col("standing"))
            more = more.with_columns(standing=standing).select(*SUSPECTS)
            more = _own(more)
            found = _together(found, more.filter(~pl.col("identifier").is_in(businesses.implode())))
        if found.filter(pl.col("standing") == 1).height == before:
            break
    return found


def _own(found: pl.DataFrame) -> pl.DataFrame:
    """Without what everybody shares: numbers that fraud wears, and the sites of platforms."""
    shared_by_all = {"number": is_worn, "domain": is_platform}
    for kind, shared in shared_by_all.items():
        told = found.filter(pl.col("kind") == kind)["identifier"]
        everybodys = pl.Series([one for one in told if shared(one)], dtype=pl.String)
        found = found.filter((pl.col("kind") != kind) | ~pl.col("identifier").is_in(everybodys.implode()))
    return found


def _together(found: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    both = pl.concat([found, more]).sort("standing", descending=True, maintain_order=True)
    return both.unique(["identifier", "kind"], keep="first", maintain_order=True)
