"""Communities of the bipartite graph of subjects and traces: Leiden at the resolution where the answer depends least on it."""

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


def communities(traces: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """`subject, community, resolution` of every subject that shares a trace with another.

    `traces` as `clean` keeps them, `standing`: identifier, standing. An edge weighs its kind's strength, times the standing, less
    for hubs. The resolution is that of `grouping.yaml` whose partition agrees best (mean adjusted Rand index) with those at the
    next lower and the next higher one; of equals the lowest. Chance is seeded: the same traces give the same communities.
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
    partitions = [_leiden(graph, one)[: len(names)] for one in GROUPING["resolutions"]]
    best = _most_stable(partitions)
    return pl.DataFrame({"subject": names, "community": partitions[best]}).with_columns(
        resolution=pl.lit(float(GROUPING["resolutions"][best]))
    )


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

    agree = [adjusted_rand_score(one, other) for one, other in pairwise(partitions)]
    scores = [(agree[n - 1] + agree[n]) / 2 for n in range(1, len(partitions) - 1)]
    return int(np.argmax(np.round(scores, 6))) + 1
