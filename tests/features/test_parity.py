"""Two executors, one truth: the online kernel and the SQL agree on any stream, ties, versions and long silences included."""

from __future__ import annotations

import numpy as np
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fanzha.features import FEATURE_INDEX, FEATURES, FLAGS, TIE_BITS, VIEWS, State, sql, vectors, vectors_by_sql
from fanzha.features.touches import COLUMNS

SUBJECTS = 12
PER_VIEW = {view.name: number for number, view in enumerate(VIEWS)}
GIVEN = [0, *(bit for name, bit in FLAGS.items() if name not in ("first", "rare"))]

steps = st.sampled_from([0, 0, 1, 40, 59_000, 600_000, 3_599_999, 3_600_000, 86_400_000, 260_000_000, 604_800_001])
touch = st.tuples(
    steps,
    st.integers(0, 3),
    st.integers(0, len(VIEWS) - 1),
    st.integers(4, SUBJECTS - 1),
    st.sampled_from([0, 5, 29, 30, 60, 600, 999, 20_000, 50_000, 99_999, 10_000_000]),
    st.sampled_from(GIVEN),
    st.sampled_from(GIVEN),
    st.booleans(),
)


def table(rows: list[tuple[int, int, int, int, int, int, int, bool]]) -> NDArray[np.int64]:
    """Touches as the encoder makes them: keys in order, versions that add a part of their value; one subject may act in every kind."""
    touches = np.zeros((len(rows), len(COLUMNS)), np.int64)
    now, rank = 1_772_416_800_000, 0
    for n, (step, subject, view, other, value, one, two, once) in enumerate(rows):
        now, rank = now + step, rank + 1 if step == 0 else 0
        touches[n] = (
            now * 1000, now << TIE_BITS | rank, subject, view, other + 400, value, value if once else value // 3, once,
            one | two, n, subject, 7, -1, 0,
        )  # fmt: skip
    return touches


def online(touches: NDArray[np.int64], batches: int = 3) -> NDArray[np.float64]:
    """Every touch's features by the kernel, in several batches on one state."""
    state = State()
    state.began = int(touches[0, 1])
    state.hold_subjects(500)
    out = np.zeros((len(touches), len(FEATURES)))
    for part in np.array_split(np.arange(len(touches)), batches):
        if len(part):
            state.hold(len(part), int(touches[part[0], 1]))
            filled = np.zeros((len(part), len(FEATURES)))
            vectors(state.memory, state.layout, touches[part], state.began, filled)
            out[part] = filled
    return out


def differences(touches: NDArray[np.int64]) -> list[tuple[int, str, float, float]]:
    one, other = online(touches), vectors_by_sql(touches)
    apart = np.argwhere(~np.isclose(one, other, rtol=1e-12, atol=0))
    return [(int(n), FEATURES[f].id, float(one[n, f]), float(other[n, f])) for n, f in apart[:10]]


@settings(max_examples=60)
@given(st.lists(touch, min_size=1, max_size=60))
def test_both_executors_agree_on_any_stream(rows: list[tuple[int, int, int, int, int, int, int, bool]]) -> None:
    assert differences(table(rows)) == []


def test_both_executors_agree_on_a_long_stream_that_overwrites_the_ring() -> None:
    rng = np.random.default_rng(3)
    rows = [
        (int(rng.choice([0, 1, 40_000, 200_000])), int(rng.integers(0, 4)), int(rng.integers(0, len(VIEWS))),
         int(rng.integers(4, SUBJECTS)), int(rng.choice([0, 29, 60, 700, 50_000])), int(rng.choice(GIVEN)), 0, bool(rng.random() < 0.9))
        for _ in range(70_000)
    ]  # fmt: skip
    touches = table(rows)
    assert len(touches) > len(State().memory.entries)
    assert differences(touches) == []


def test_a_window_has_its_declared_length_to_the_millisecond() -> None:
    hour = 3_600_000
    rows = [(9, 0, PER_VIEW["account_in"], 5, 100, 0, 0, True), (hour - 1, 0, PER_VIEW["account_in"], 5, 7, 0, 0, True),
            (1, 0, PER_VIEW["account_in"], 6, 7, 0, 0, True)]  # fmt: skip
    received = online(table(rows))[:, FEATURE_INDEX["in_fen_1h"]]
    assert received.tolist() == [100, 107, 14]


def test_a_version_counts_nothing_and_adds_the_difference() -> None:
    view = PER_VIEW["number_calls_out"]
    rows = [(0, 0, view, 5, 600, 0, 0, True), (900_000, 0, view, 5, 1500, 0, 0, False)]
    touches = table(rows)
    touches[1, COLUMNS.index("added")] = 900
    made = online(touches)[1]
    assert made[FEATURE_INDEX["calls_24h"]] == 1
    assert made[FEATURE_INDEX["talk_s_24h"]] == 1500


def test_the_statement_for_spark_has_nothing_that_spark_lacks() -> None:
    statement = sql(began=1, dialect="spark")
    assert sqlglot.parse_one(statement, read="spark") is not None
    assert "COUNT(DISTINCT" not in statement
    assert "REPLACE" not in statement
