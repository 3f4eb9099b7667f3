"""An index over the traces of many cases, and the links of one new case against it, without linking all again."""

from __future__ import annotations

import numpy as np
import polars as pl

from fanzha.linking.links import link
from fanzha.linking.traces import TRACES


def links_of(new: pl.DataFrame, existing: pl.DataFrame, scripts: pl.DataFrame | None = None) -> pl.DataFrame:
    """The links (a, b, strength, evidence) of the subjects of `new` with others; both tables as `clean` keeps them.

    `existing` must hold every row of a trace that `new` has, since what many share counts less; other rows do no harm.
    A subject that is in both is replaced by what `new` says of it.
    """
    subjects = new["subject"].unique()
    rest = existing.join(new.select("kind", "value").unique(), on=["kind", "value"], how="semi")
    rest = rest.filter(~pl.col("subject").is_in(subjects.implode()))
    found = link(pl.concat([new, rest.select(new.columns)], how="vertical_relaxed"), scripts).links
    return found.filter(pl.col("a").is_in(subjects.implode()) | pl.col("b").is_in(subjects.implode()))


class TraceIndex:
    """Traces sorted by what they are, so that those of one trace are found in a binary search; new ones wait beside them. A case that
    waits stands for what was sorted of it before.

    `add` costs what it adds; when as many wait as a twentieth of what is sorted, all is sorted again.
    """

    def __init__(self, traces: pl.DataFrame) -> None:
        self._waiting = pl.DataFrame(schema=TRACES)
        self._sort(traces.select(*TRACES))

    def __len__(self) -> int:
        return self._standing(self._rows).height + self._waiting.height

    def _standing(self, sorted_rows: pl.DataFrame) -> pl.DataFrame:
        return sorted_rows.filter(~pl.col("subject").is_in(self._waiting["subject"].unique().implode()))

    def _sort(self, traces: pl.DataFrame) -> None:
        hashes = traces.select(_hashed()).to_series().to_numpy()
        order = np.argsort(hashes, kind="stable")
        self._hashes, self._rows = hashes[order], traces[order]

    def sharing(self, new: pl.DataFrame) -> pl.DataFrame:
        """Every row that has a trace of `new`."""
        wanted = np.unique(new.select(_hashed()).to_series().to_numpy())
        begins = np.searchsorted(self._hashes, wanted, side="left")
        ends = np.searchsorted(self._hashes, wanted, side="right")
        places = np.concatenate([np.arange(b, e) for b, e in zip(begins, ends, strict=True)] or [np.array([], int)])
        return pl.concat([self._standing(self._rows[places.astype(np.int64)]), self._waiting])

    def links(self, new: pl.DataFrame) -> pl.DataFrame:
        """The links of `new` (one case, or a few) with everything in the index; `new` is not added."""
        return links_of(new.select(*TRACES), self.sharing(new))

    def add(self, new: pl.DataFrame) -> None:
        """Remember the traces of cases, instead of what was known of them: rows of TRACES, as `clean` keeps them."""
        others = self._waiting.filter(~pl.col("subject").is_in(new["subject"].unique().implode()))
        self._waiting = pl.concat([others, new.select(*TRACES)])
        if self._waiting.height > max(10_000, self._rows.height // 20):
            rows = pl.concat([self._standing(self._rows), self._waiting])
            self._waiting = pl.DataFrame(schema=TRACES)
            self._sort(rows)


def _hashed() -> pl.Expr:
    return pl.struct("kind", "value").hash(7)
