"""Communities of the bipartite graph of subjects and traces: Leiden at the resolution where the answer depends least on it (a plateau)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
from graspologic_native import leiden_csr
from scipy.sparse import coo_matrix, csr_matrix

from fanzha.linking.pairs import Floats, Ints
from fanzha.linking.strengths import GROUPING, HUBS, KINDS

_MENTIONS = ("domain", "phone", "same_victim")
"""Kinds of which one subject may have many values; who names ten sites is tied to each by a tenth."""
_ITERATIONS = 10


def communities(traces: pl.DataFrame, standing: pl.DataFrame, resolution: float | None = None) -> pl.DataFrame:
    """`subject, community, resolution` of every subject that shares a trace with another.

    `traces` as `clean` keeps them, `standing`: identifier, standing. An edge weighs its kind's strength, times the standing, less
    for hubs. The resolution is the middle of the widest plateau: of the widest range (as a ratio) of those in `grouping.yaml` in which
    each two neighbours' partitions agree by `agree` (adjusted Rand index); of equals the lowest. Chance is seeded: the same traces
    give the same communities. `resolution`: this one instead.
    """
    shared = traces.join(traces.group_by("kind", "value").len("size").filter(pl.col("size") > 1), on=["kind", "value"])
    shared = shared.sort("kind", "value", "subject")
    if shared.is_empty():
        return pl.DataFrame(schema={"subject": pl.String, "community": pl.Int64, "resolution": pl.Float64})
    strength = pl.col("kind").replace_strict(
        {code: kind.strength for code, kind in KINDS.items()}, return_dtype=pl.Float64
    )
    level = pl.col("kind").replace_strict(
        {code: kind.per_level for code, kind in KINDS.items()}, return_dtype=pl.Float64
    )
    first = pl.col("kind").replace_strict(
        {code: kind.first_level for code, kind in KINDS.items()}, return_dtype=pl.Int64
    )
    many = pl.when(pl.col("kind").is_in(_MENTIONS)).then(pl.len().over("subject", "kind")).otherwise(1)
    weighed = shared.join(standing, left_on="subject", right_on="identifier", how="left").with_columns(
        weight=strength
        * level.pow((pl.col("level") - first).clip(0))
        * pl.col("standing").fill_null(1.0)
        * pl.when(pl.col("size") > HUBS["more_than"]).then(float(HUBS["times"])).otherwise(1.0)
        / many
    )
    names = weighed["subject"].unique().sort()
    ends = weighed["subject"].cast(pl.Enum(names)).to_physical().cast(pl.Int64).to_numpy()
    values = weighed.select(pl.struct("kind", "value").rank("dense").cast(pl.Int64)).to_series().to_numpy() - 1
    graph = _both_ways(ends, values + len(names), weighed["weight"].to_numpy())
    if resolution is None:
        partitions = [_leiden(graph, one)[: len(names)] for one in GROUPING["resolutions"]]
        best = _most_stable(partitions)
        resolution, found = float(GROUPING["resolutions"][best]), partitions[best]
    else:
        found = _leiden(graph, resolution)[: len(names)]
    return pl.DataFrame({"subject": names, "community": found}).with_columns(resolution=pl.lit(resolution))


def _both_ways(ends: Ints, others: Ints, weights: Floats) -> csr_matrix:
    """The graph as Leiden reads it: each edge from both of its ends."""
    nodes = int(others.max()) + 1
    there = (np.concatenate([ends, others]), np.concatenate([others, ends]))
    return coo_matrix((np.concatenate([weights, weights]), there), shape=(nodes, nodes)).tocsr()


def _leiden(graph: csr_matrix, resolution: float) -> Ints:
    nodes = graph.shape[0]
    _, community_of = leiden_csr(
        graph.indptr.astype(np.int64),
        graph.indices.astype(np.int32),
        graph.data,
        nodes,
        resolution=resolution,
        iterations=_ITERATIONS,
        seed=7,
    )
    return np.array([community_of[node] for node in range(nodes)], np.int64)


def _most_stable(partitions: list[Ints]) -> int:
    from sklearn.metrics import adjusted_rand_score

    agree = [adjusted_rand_score(one, other) >= GROUPING["agree"] for one, other in pairwise(partitions)]
    at = np.log(GROUPING["resolutions"])
    runs, begin = [], 0
    for end in range(len(partitions)):
        if end == len(agree) or not agree[end]:
            runs.append((begin, end))
            begin = end + 1
    widest, last = max(runs, key=lambda run: (round(at[run[1]] - at[run[0]], 6), -run[0]))
    return (widest + last) // 2
