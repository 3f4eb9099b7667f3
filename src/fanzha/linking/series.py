"""Series of cases: three or more that hang together by two or more kinds of trace (domain page 13.5 L02)."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree

from fanzha.linking.strengths import SERIES


def propose_series(links: pl.DataFrame) -> pl.DataFrame:
    """`series` (a running number, the largest first), `cases` (sorted), `kinds`, `strength` (of its weakest needed link).

    `links` as `link` gives them. Links below `series.strength` do not hold a series together.
    """
    strong = links.filter(pl.col("strength") >= SERIES["strength"])
    names = pl.concat([strong["a"], strong["b"]]).unique().sort()
    schema: dict[str, pl.DataType] = {
        "series": pl.Int64(),
        "cases": pl.List(pl.String),
        "kinds": pl.List(pl.String),
        "strength": pl.Float64(),
    }
    if names.is_empty():
        return pl.DataFrame(schema=schema)
    place = pl.Enum(names)
    a, b = (strong[side].cast(place).to_physical().to_numpy() for side in ("a", "b"))
    # links are needed as far as stronger ones do not hold the same cases together already; 0 would be no link to the matrix
    weakness = coo_matrix((2.0 - strong["strength"].to_numpy(), (a, b)), shape=(len(names), len(names)))
    needed = minimum_spanning_tree(weakness)
    _, member = connected_components(needed, directed=False)
    weakest = needed.tocoo()
    strengths = pl.DataFrame({"part": member[weakest.row], "strength": np.round(2.0 - weakest.data, 6)})
    strengths = strengths.group_by("part").agg(pl.col("strength").min())
    cases = pl.DataFrame({"part": member, "case": names}).group_by("part").agg(pl.col("case").sort().alias("cases"))
    kinds = (
        strong.with_columns(part=pl.Series(member[a]))
        .group_by("part")
        .agg(pl.col("evidence").explode().struct.field("kind").unique().sort().alias("kinds"))
        .join(strengths, on="part")
    )
    found = cases.join(kinds, on="part").filter(
        (pl.col("cases").list.len() >= SERIES["cases"]) & (pl.col("kinds").list.len() >= SERIES["kinds"])
    )
    ordered = found.sort(pl.col("cases").list.len(), pl.col("cases").list.first(), descending=[True, False])
    return ordered.with_row_index("series", offset=1).select(pl.col(name).cast(kind) for name, kind in schema.items())
