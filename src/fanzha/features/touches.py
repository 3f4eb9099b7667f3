"""A touch: one event as it concerns one subject. The columns of the table that both executors take."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

COLUMNS = (
    "at_us", "key", "subject", "view", "other", "value", "added", "once", "flags", "event", "actor", "opened_days", "balance_fen", "other_holder",
)  # fmt: skip
"""at_us: when it was known (admitted), microseconds UTC. key: its place in time (declarations.TIE_BITS). subject, other: integers.
value: seconds or fen. added: what it adds to sums. once: 1, and 0 for a later version of a call. event: where its row stands.
actor: the identifier by which the subject acted. opened_days: age of the counterparty, -1 unknown. balance_fen: -1 unknown.
other_holder: who holds the counterparty, itself where nobody is named."""

AT, KEY, SUBJECT, VIEW, OTHER, VALUE, ADDED, ONCE, FLAG, EVENT, ACTOR, OPENED, BALANCE, OTHER_HOLDER = range(
    len(COLUMNS)
)


def as_frame(touches: NDArray[np.int64]) -> pl.DataFrame:
    """Touches (rows of COLUMNS) as a table, for the batch executor."""
    columns: dict[str, Any] = {name: touches[:, place] for place, name in enumerate(COLUMNS)}
    return pl.DataFrame(columns)
