"""Every declared feature against a third reading of features.yaml: plain Python, slow and obvious, over all events from the beginning."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest
import sqlglot
import yaml
from numpy.typing import NDArray

from fanzha.features import (
    COLUMNS,
    FEATURE_INDEX,
    FEATURES,
    FLAGS,
    LISTED_FROM,
    LISTED_UNTIL,
    VIEWS,
    State,
    sql,
    take,
    vectors,
    vectors_by_sql,
)
from fanzha.features.touches import as_frame

TOLD: dict[str, Any] = yaml.safe_load(
    resources.files("fanzha.features").joinpath("features.yaml").read_text(encoding="utf-8")
)
NAMES, SECONDS = list(TOLD["views"]), {"m": 60, "h": 3600, "d": 86_400}
KIND = {name: next(iter(row["subject"])) for name, row in TOLD["views"].items()}
DAY, SIX_HOURS, RANKS = 86_400_000, 6 * 3_600_000, 1 << 20
PLACE = {name: place for place, name in enumerate(COLUMNS)}


def events(touches: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Touches with what nobody has to tell: flags by name, first meetings, what is rare, the gap since the event before."""
    found: list[dict[str, Any]] = []
    began = int(touches[0, PLACE["key"]])
    for row in touches:
        one: dict[str, Any] = {name: int(row[place]) for name, place in PLACE.items()}
        one["ms"], one["view"] = one["key"] // RANKS, NAMES[one["view"]]
        one["kind"] = KIND[one["view"]]
        one["names"] = {name for name, bit in FLAGS.items() if one["flags"] & bit}
        so_far = [*found, one]
        met = [
            e["key"]
            for e in so_far
            if (e["kind"], e["subject"], e["other"]) == (one["kind"], one["subject"], one["other"])
        ]
        if one["subject"] != one["other"] and one["key"] - met[0] < DAY * RANKS:
            one["names"].add("first")
        dealt = sum(e["once"] for e in so_far if e["other"] == one["other"] and e["kind"] == "person")
        if dealt < 5 and one["key"] - began > SIX_HOURS * RANKS:
            one["names"].add("rare")
        before = [e["ms"] for e in found if (e["view"], e["subject"]) == (one["view"], one["subject"])]
        one["gap"] = (one["ms"] - (before[-1] if before else began // RANKS)) // 1000
        found.append(one)
    return found


def told(feature: dict[str, Any], past: list[dict[str, Any]]) -> float:
    """A windowed feature of the last event's subject, as it stands right after that event."""
    now, where = past[-1], feature.get("where", {})
    seconds = int(feature["window"][:-1]) * SECONDS[feature["window"][-1]]
    if KIND[feature["view"]] != now["kind"]:
        return seconds if feature["aggregate"] == "recency" else 0
    fits = [
        e for e in past
        if (e["view"], e["subject"]) == (feature["view"], now["subject"])
        and e["key"] > now["key"] - seconds * 1000 * RANKS
        and {*where.get("all", [])} <= e["names"]
        and (not where.get("any") or {*where["any"]} & e["names"])
        and where.get("at_least", e["value"]) <= e["value"] < where.get("below", e["value"] + 1)
    ]  # fmt: skip
    match feature["aggregate"]:
        case "count":
            return sum(e["once"] for e in fits)
        case "sum":
            return sum(e["added"] for e in fits)
        case "max":
            return max([0, *(e[feature.get("measure", "value")] for e in fits)])
        case "distinct":
            return len({e["other"] for e in fits})
        case "recency":
            return (now["ms"] - fits[-1]["ms"]) / 1000 if fits else seconds
    raise AssertionError(feature)


def plain(touches: NDArray[np.int64]) -> list[dict[str, float]]:
    """Every feature of every touch, by name."""
    all_, found = events(touches), []
    for n, now in enumerate(all_, start=1):
        past = all_[:n]
        values: dict[str, float] = {row["id"]: told(row, past) for row in TOLD["features"]}
        of = {
            "subject": [e for e in past if e["subject"] == now["subject"]],
            "counterparty": [e for e in past if e["other"] == now["other"]],
            "pair": [e for e in past if all(e[by] == now[by] for by in ("subject", "other", "kind"))],
        }
        for row in TOLD["memory"]:
            met = of[row["of"]]
            counted = [e for e in met if row["of"] == "pair" or e["kind"] == "person"]
            values[row["id"]] = {
                "age": (now["ms"] - met[0]["ms"]) / 1000,
                "count": sum(e["once"] for e in counted),
                "least": min(e["value"] for e in met),
            }[row["aggregate"]]
        values |= {row["id"]: now[row["column"]] for row in TOLD["event"]}
        for row in TOLD["ratios"]:
            values[row["id"]] = values[row["of"]] / values[row["over"]] if values[row["over"]] > 0 else 0
        found.append(values)
    return found


def stream(seed: int, count: int, of: tuple[str, ...]) -> NDArray[np.int64]:
    """Touches of a few subjects, with ties, versions, and steps that end where windows do."""
    rng = np.random.default_rng(seed)
    steps = [
        0,
        0,
        1,
        999,
        40_000,
        599_999,
        600_000,
        3_599_999,
        3_600_000,
        21_600_000,
        43_200_000,
        86_400_000,
        259_200_000,
    ]
    bits = [0, *(bit for name, bit in FLAGS.items() if name not in ("first", "rare"))]
    touches = np.zeros((count, len(COLUMNS)), np.int64)
    now, rank = 1_772_416_800_000, 0
    for n in range(count):
        step = int(rng.choice(steps))
        now, rank = now + step, 0 if step else rank + 1
        subject, value, once = (
            int(rng.integers(4, 8)),
            int(rng.choice([0, 5, 29, 30, 59, 60, 600, 20_000, 49_999, 50_000, 10_000_000])),
            rng.random() < 0.8,
        )
        touches[n] = (
            now * 1000, now * RANKS + rank, subject, NAMES.index(str(rng.choice(of))), int(rng.integers(6, 12)), value,
            value if once else value // 3, once, int(rng.choice(bits)) | int(rng.choice(bits)), n, subject,
            int(rng.integers(-1, 90)), int(rng.integers(-1, 9_000)), 0,
        )  # fmt: skip
    return touches


def agree(touches: NDArray[np.int64]) -> None:
    """All three readings give every touch the same features."""
    wanted = plain(touches)
    assert {*wanted[0]} == {*FEATURE_INDEX}
    by_sql, state = vectors_by_sql(touches), State()
    began = int(touches[0, PLACE["key"]])
    state.hold(len(touches), began)
    by_kernel = np.zeros((len(touches), len(FEATURES)))
    vectors(state.memory, state.layout, touches.copy(), began, by_kernel)
    for found in (by_sql, by_kernel):
        for n, row in enumerate(wanted):
            assert {name: found[n, place] for name, place in FEATURE_INDEX.items()} == pytest.approx(row, rel=1e-12), n


@pytest.mark.parametrize("kind", [*dict.fromkeys(KIND.values())])
def test_all_three_readings_of_the_declarations_agree(kind: str) -> None:
    agree(stream(7, 160, tuple(view for view in NAMES if KIND[view] == kind)))


@pytest.mark.parametrize("view", ["visits", "calls_in", "payments_out"])
def test_they_agree_at_the_very_ends_of_six_hours_and_of_a_day(view: str) -> None:
    begin, ends = 1_772_416_800_000, (0, SIX_HOURS, SIX_HOURS + 1, DAY - 1, DAY, DAY + 1)
    touches = np.zeros((2 * len(ends), len(COLUMNS)), np.int64)
    for n, (after, other) in enumerate((end, one) for end in ends for one in (7, 20 + end % 9)):
        key = (begin + after) * RANKS + n % 2
        touches[n] = ((begin + after) * 1000, key, 5, NAMES.index(view), other, 60_000, 60_000, 1, 0, n, 5, 9, 9, 0)
    agree(touches)


def test_the_statement_for_spark_says_the_same_when_read_back(tmp_path: Path) -> None:
    touches = stream(11, 80, tuple(NAMES))
    began = int(touches[0, PLACE["key"]])
    statement = sqlglot.transpile(sql(began, dialect="spark"), read="spark", write="duckdb")[0]
    given, found = tmp_path / "touches.parquet", tmp_path / "found.parquet"
    as_frame(touches).write_parquet(given)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW touches AS FROM '{given}'")
        connection.execute(f"COPY ({statement}) TO '{found}'")
    table = pl.read_parquet(found).select(pl.col(one.id).cast(pl.Float64) for one in FEATURES)
    # Spark's COLLECT_LIST of nothing is an empty list and DuckDB's is null
    np.testing.assert_allclose(table.fill_null(0.0).to_numpy(), vectors_by_sql(touches))


def test_views_and_names_are_those_of_the_file() -> None:
    for view in VIEWS:
        row = TOLD["views"][view.name]
        assert (view.table, {view.subject_kind: view.subject}, view.counterparty) == (
            row["table"],
            row["subject"],
            row["counterparty"],
        )
    names = {row["id"]: row["name"] for part in ("features", "memory", "event", "ratios") for row in TOLD[part]}
    assert {one.id: {"zh": one.name.zh, "en": one.name.en} for one in FEATURES} == names
    assert len({*FLAGS.values()}) == len(TOLD["flags"])


def touched(state: State, ms: int, view: str, subject: int, other: int) -> set[str]:
    """The flags that the state itself puts on a touch."""
    touch = np.zeros(len(COLUMNS), np.int64)
    touch[[PLACE[name] for name in ("at_us", "key", "subject", "view", "other", "once")]] = (
        ms * 1000, ms * RANKS, subject, NAMES.index(view), other, 1,
    )  # fmt: skip
    flags = take(state.memory, state.layout, touch, state.began)
    return {name for name, bit in FLAGS.items() if flags & bit}


@pytest.mark.parametrize(("followed", "rare"), [(0, 4), (17_998, 4), (17_999, 5), (29_999, 9), (300_000, 19)])
def test_what_is_rare_depends_on_how_many_are_followed(followed: int, rare: int) -> None:
    state = State()
    state.began = 1 * RANKS
    state.memory.followed[NAMES.index("visits")] = followed
    late = SIX_HOURS + 2
    found = [touched(state, late + n, "visits", 5, 9) for n in range(25)]
    assert ["rare" in flags for flags in found] == [True] * rare + [False] * (25 - rare)


def test_nothing_is_rare_before_six_hours_were_seen_and_other_kinds_count_no_touch_again() -> None:
    state = State()
    state.began = 1 * RANKS
    assert "rare" not in touched(state, SIX_HOURS + 1, "visits", 5, 9)
    for n in range(9):
        touched(state, SIX_HOURS + 2 + n, "number_calls_out", 6, 9)
    assert "rare" in touched(state, SIX_HOURS + 20, "visits", 5, 9)


def test_listed_is_who_is_listed_at_that_moment_and_first_is_the_first_day_with_somebody_else() -> None:
    state = State()
    state.began = 1
    state.memory.about[9, LISTED_FROM : LISTED_UNTIL + 1] = 5_000_000, 7_000_000
    assert [("listed" in touched(state, ms, "calls_in", 5, 9)) for ms in (4_999, 5_000, 6_999, 7_000)] == [
        False,
        True,
        True,
        False,
    ]
    assert [("first" in touched(state, ms, "calls_in", 6, 8)) for ms in (8_000, 8_000 + DAY - 1, 8_000 + DAY)] == [
        True,
        True,
        False,
    ]
    assert "first" not in touched(state, 9_000 + DAY, "pushed", 7, 7)
