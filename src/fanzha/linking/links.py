"""Traces -> links: every two subjects that share something, how strongly, and the list of what they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from fanzha.linking.pairs import UNKNOWN, Floats, Ints, combine, enumerate_pairs
from fanzha.linking.strengths import HUBS, KINDS, PLACE

EVIDENCE = pl.List(pl.Struct({"kind": pl.String, "value": pl.String, "weight": pl.Float64}))
LINKS: dict[str, pl.DataType] = {"a": pl.String(), "b": pl.String(), "strength": pl.Float64(), "evidence": EVIDENCE}


@dataclass(frozen=True)
class Links:
    """`links`: a, b (a before b), strength 0..1, evidence; the strongest first. `hubs`: kind, value, subjects: shared by so many that
    no pairs were written out."""

    links: pl.DataFrame
    hubs: pl.DataFrame


def link(traces: pl.DataFrame, scripts: pl.DataFrame | None = None) -> Links:
    """Link what shares traces (as `clean` keeps them). `scripts`: a, b of texts that are alike (`similar_scripts`).

    Strength is 1 - prod(1 - w) over the shared traces, w by strengths.yaml: levels, windows, hubs; what another shared trace
    implies does not count, and scripts never count alone.
    """
    if scripts is not None and scripts.height:
        alike = scripts.select(
            pl.concat_list("a", "b").alias("subject"), pl.lit("script").alias("kind"), pl.format("{}~{}", "a", "b").alias("value")
        )  # fmt: skip
        traces = pl.concat([traces, alike.explode("subject")], how="diagonal_relaxed")
    if traces.is_empty():
        return Links(
            pl.DataFrame(schema=LINKS),
            pl.DataFrame(schema={"kind": pl.String, "value": pl.String, "subjects": pl.UInt32}),
        )
    names = traces["subject"].unique().sort()
    subjects = traces["subject"].cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
    groups = traces.select(pl.struct("kind", "value").rank("dense").cast(pl.Int64) - 1).to_series().to_numpy()
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    begins = np.concatenate([[0], np.flatnonzero(np.diff(ordered)) + 1, [len(ordered)]]).astype(np.int64)
    told = traces[order[begins[:-1]]].select("kind", "value")
    kind_of = told["kind"].replace_strict(PLACE, return_dtype=pl.Int64).to_numpy()
    at = traces["at"].to_physical().fill_null(UNKNOWN).to_numpy()[order]
    level = traces["level"].fill_null(0).cast(pl.Int64).to_numpy()[order]
    key, shared, weights = enumerate_pairs(begins, kind_of, subjects[order], at, level)
    by_key = np.argsort(key, kind="stable")
    key, shared, weights = key[by_key], shared[by_key], weights[by_key]
    linked, strength, counted = combine(key, shared, weights, kind_of)
    evidence = _evidence(key[counted], shared[counted], weights[counted], told)
    links = pl.DataFrame({"key": linked, "strength": np.round(strength, 6)}).with_columns(evidence)
    links = links.with_columns(
        names.gather(linked >> 32).alias("a"), names.gather(linked & 0xFFFFFFFF).alias("b")
    ).select(*LINKS)
    sizes = np.diff(begins)
    big = sizes > HUBS["no_pairs_above"]
    hubs = told.filter(pl.Series(big)).with_columns(subjects=pl.Series(sizes[big], dtype=pl.UInt32))
    return Links(
        links.sort("strength", "a", "b", descending=[True, False, False]), hubs.sort("subjects", descending=True)
    )


def _evidence(key: Ints, shared: Ints, weights: Floats, told: pl.DataFrame) -> pl.Series:
    """One list for every key, in the order of keys."""
    begins = np.concatenate([[0], np.flatnonzero(np.diff(key)) + 1]) if len(key) else np.array([], np.int64)
    rows = told[shared.astype(np.int64)].with_columns(weight=pl.Series(weights))
    link_of = np.zeros(len(key), np.int64)
    link_of[begins[1:]] = 1
    rows = rows.with_columns(link=pl.Series(np.cumsum(link_of)))
    return rows.group_by("link", maintain_order=True).agg(pl.struct("kind", "value", "weight").alias("evidence"))[
        "evidence"
    ]


def sentences(evidence: list[dict[str, object]], language: str) -> list[str]:
    """What two share, each in words: the kind and its value."""
    return [f"{KINDS[str(one['kind'])].name.in_language(language)}: {one['value']}" for one in evidence]
