"""What the number model sees of a feature table: the columns, their ratios, and the place in the call graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from fanzha.refusal import Refusal
from fanzha.vocabulary import load_data

Table = NDArray[np.float64]
Ratios = tuple[tuple[str, str], ...]
"""Pairs of columns: over, under."""

_HERE = "fanzha.detection"


def ratios_of(columns: Sequence[str]) -> Ratios:
    """The ratios of number_ratios.yaml both columns of which are among `columns`."""
    here = set(columns)
    told = load_data(_HERE, "number_ratios.yaml")
    return tuple((one["over"], one["under"]) for one in told if {one["over"], one["under"]} <= here)


def inputs_of(columns: Sequence[str], ratios: Ratios, table: Table, calls: sparse.spmatrix | None = None) -> Table:
    """(rows, columns and more): `table`, `ratios` of its columns, and with `calls` the rows' places in that graph.

    Unknown is NaN, and so is what is infinite: a ratio over nothing. Raises Refusal for a graph of another size.
    """
    table = np.where(np.isfinite(table), table, np.nan)
    place = {name: at for at, name in enumerate(columns)}
    divided = np.full((len(table), len(ratios)), np.nan)
    for at, (over, under) in enumerate(ratios):
        below = table[:, place[under]]
        np.divide(table[:, place[over]], below, out=divided[:, at], where=below != 0)
    return np.hstack([table, divided, *([] if calls is None else [places_in(calls, len(table))])])


def places_in(calls: sparse.spmatrix, rows: int) -> Table:
    """(rows, 3): neighbours of each row, their share weighed by how few others they have, and how many others they have."""
    if calls.shape != (rows, rows):
        raise Refusal(f"the call graph has {calls.shape[0]} rows, the table {rows}", code="calls.size")
    graph = sparse.csr_matrix(calls, dtype=np.float64)
    graph = ((graph + graph.T) > 0).astype(np.float64)
    graph.setdiag(0)
    graph.eliminate_zeros()
    degree = np.asarray(graph.sum(axis=1)).ravel()
    owed = graph @ (1 / np.maximum(degree, 1))
    theirs = np.where(degree > 0, graph @ degree / np.maximum(degree, 1), np.nan)
    return np.column_stack([degree, owed, theirs])
