"""Communities of the bipartite graph of subjects and traces: Leiden at the resolution where the answer depends least on it."""

from __future__ import annotations

import random
from itertools import pairwise

import igraph
import numpy as np
import polars as pl
from sklearn.metrics import adjusted_rand_score

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
    graph = igraph.Graph(
        n=len(names) + int(values.max()) + 1, edges=np.column_stack([ends, values + len(names)]), directed=False
    )
    partitions = [_leiden(graph, weighed["weight"].to_numpy(), one)[: len(names)] for one in GROUPING["resolutions"]]
    best = _most_stable(partitions)
    return pl.DataFrame({"subject": names, "community": partitions[best]}).with_columns(
        resolution=pl.lit(float(GROUPING["resolutions"][best]))
    )


def _leiden(graph: igraph.Graph, weights: Floats, resolution: float) -> Ints:
    igraph.set_random_number_generator(random.Random(7))
    found = graph.community_leiden(
        objective_function="modularity", weights=weights.tolist(), resolution=resolution, n_iterations=_ITERATIONS
    )
    return np.array(found.membership, np.int64)


def _most_stable(partitions: list[Ints]) -> int:
    agree = [adjusted_rand_score(one, other) for one, other in pairwise(partitions)]
    scores = [(agree[n - 1] + agree[n]) / 2 for n in range(1, len(partitions) - 1)]
    return int(np.argmax(np.round(scores, 6))) + 1
