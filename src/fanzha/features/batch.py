"""The batch executor: one SQL statement made from the declarations, for DuckDB or Spark, over a table of touches.

Every window is a RANGE over the key, one unique BIGINT, so ties cannot be peers. Flags `first` and `rare` are computed here as
the online executor computes them; `listed` and `suspected` must stand in the touches already.
"""

from __future__ import annotations

import tempfile

import duckdb
import numpy as np
import polars as pl
import sqlglot
from numpy.typing import NDArray
from sqlglot import exp

from fanzha.features.declarations import (
    FEATURES,
    FIRST_US,
    FLAGS,
    SUBJECT_KINDS,
    TIE_BITS,
    VIEW_INDEX,
    VIEWS,
    WINDOWED,
    Feature,
    in_keys,
)
from fanzha.features.online import RARE_LEAST, RARE_SHARE, RARE_TOUCHES
from fanzha.features.touches import COLUMNS, as_frame

_SETTLED_S = 6 * 3600


def sql(began: int, dialect: str = "duckdb", table: str = "touches") -> str:
    """The statement that gives every touch of `table` (touches.COLUMNS) its features, a column each, in order of the key.

    `began`: key of the first touch of all. `dialect`: "duckdb" or "spark".
    """
    windows = sorted({one.window_s for one in WINDOWED})
    named = ", ".join(
        f"w{seconds} AS (PARTITION BY subject, kind ORDER BY key RANGE BETWEEN {in_keys(seconds) - 1} PRECEDING AND CURRENT ROW)"
        for seconds in windows
    )
    windowed = ", ".join(f"{_windowed(one, dialect)} AS {one.id}" for one in WINDOWED)
    others = ", ".join(f"{_other(one)} AS {one.id}" for one in FEATURES if one.family in ("memory", "event"))
    ratios = ", ".join(
        f"CASE WHEN {one.over} > 0 THEN CAST({one.of} AS DOUBLE) / {one.over} ELSE 0.0 END AS {one.id}"
        for one in FEATURES
        if one.family == "ratio"
    )
    first_keys, settled = in_keys(FIRST_US // 1_000_000), in_keys(_SETTLED_S)
    kinds = " ".join(f"WHEN {place} THEN {SUBJECT_KINDS.index(view.subject_kind)}" for place, view in enumerate(VIEWS))
    statement = f"""
    WITH kinded AS (
        SELECT *, CASE view {kinds} END AS kind FROM {table}
    ), met AS (
        SELECT *,
            key - MIN(key) OVER pair AS together,
            SUM(once) OVER pair AS pair_times, MIN(value) OVER pair AS pair_smallest,
            key - MIN(key) OVER of_subject AS subject_age, key - MIN(key) OVER of_other AS other_age,
            SUM(CASE WHEN kind = {SUBJECT_KINDS.index("person")} THEN once ELSE 0 END) OVER of_other AS touched,
            {_ms("key")} - {_ms(f"COALESCE(LAG(key) OVER of_view, {began})")} AS gap_ms,
            CASE WHEN ROW_NUMBER() OVER of_view = 1 THEN 1 ELSE 0 END AS is_new
        FROM kinded
        WINDOW pair AS (PARTITION BY subject, other, kind ORDER BY key ROWS UNBOUNDED PRECEDING),
            of_subject AS (PARTITION BY subject ORDER BY key ROWS UNBOUNDED PRECEDING),
            of_other AS (PARTITION BY other ORDER BY key ROWS UNBOUNDED PRECEDING),
            of_view AS (PARTITION BY subject, view ORDER BY key)
    ), followed AS (
        SELECT *, SUM(is_new) OVER (PARTITION BY view ORDER BY key ROWS UNBOUNDED PRECEDING) AS met_in_view FROM met
    ), flagged AS (
        SELECT * REPLACE (flags
            | CASE WHEN subject <> other AND together < {first_keys} THEN {FLAGS["first"]} ELSE 0 END
            | CASE WHEN touched < LEAST({RARE_TOUCHES}, GREATEST({RARE_LEAST}, CAST(FLOOR(met_in_view / {RARE_SHARE}) AS BIGINT)))
                AND key - {began} > {settled} THEN {FLAGS["rare"]} ELSE 0 END AS flags),
            CAST(FLOOR(gap_ms / 1000) AS BIGINT) AS gap
        FROM followed
    ), windowed AS (
        SELECT key, {windowed}, {others} FROM flagged WINDOW {named}
    )
    SELECT *, {ratios} FROM windowed ORDER BY key"""
    if dialect == "duckdb":
        return statement
    columns = [*COLUMNS, "kind", "together", "pair_times", "pair_smallest", "subject_age", "other_age", "touched", "gap_ms", "is_new", "met_in_view"]  # fmt: skip
    return _without_replace(statement, columns, dialect)


def _without_replace(statement: str, columns: list[str], dialect: str) -> str:
    """The statement in another dialect; `* REPLACE` is DuckDB's own, so the columns are written out."""
    tree = sqlglot.parse_one(statement, read="duckdb")
    for star in list(tree.find_all(exp.Star)):
        replaced = {one.alias: one for one in star.args.get("replace") or star.args.get("replace_") or []}
        if not replaced:
            continue
        select = star.find_ancestor(exp.Select)
        if select is None:
            raise ValueError("a star outside a SELECT")
        rest = [one for one in select.expressions if one is not star]
        select.set("expressions", [replaced.get(name, exp.column(name)) for name in columns] + rest)
    return tree.sql(dialect=dialect)


def _ms(key: str) -> str:
    return f"(({key}) >> {TIE_BITS})"


def _filter(one: Feature) -> str:
    parts = [f"view = {VIEW_INDEX[str(one.view)]}"]
    if one.all_flags:
        parts.append(f"(flags & {one.all_flags}) = {one.all_flags}")
    if one.any_flags:
        parts.append(f"(flags & {one.any_flags}) <> 0")
    if one.at_least > -(2**62):
        parts.append(f"value >= {one.at_least}")
    if one.below < 2**62:
        parts.append(f"value < {one.below}")
    return " AND ".join(parts)


def _windowed(one: Feature, dialect: str) -> str:
    fits, over = _filter(one), f"OVER w{one.window_s}"
    if one.aggregate == "count":
        return f"COALESCE(SUM(CASE WHEN {fits} THEN once ELSE 0 END) {over}, 0)"
    if one.aggregate == "sum":
        return f"COALESCE(SUM(CASE WHEN {fits} THEN added ELSE 0 END) {over}, 0)"
    if one.aggregate == "max":
        return f"GREATEST(0, COALESCE(MAX(CASE WHEN {fits} THEN {one.measure} END) {over}, 0))"
    if one.aggregate == "recency":
        latest = f"MAX(CASE WHEN {fits} THEN key END) {over}"
        return f"COALESCE({_ms('key')} - {_ms(latest)}, {one.window_s * 1000}) / 1000.0"
    if dialect == "spark":  # Spark has no COUNT(DISTINCT) over a window; ARRAY_AGG becomes its COLLECT_LIST
        return f"ARRAY_LENGTH(LIST_DISTINCT(ARRAY_AGG(CASE WHEN {fits} THEN other END) {over}))"
    return f"COUNT(DISTINCT CASE WHEN {fits} THEN other END) {over}"


_MEMORY = {
    ("subject", "age"): "subject_age",
    ("counterparty", "age"): "other_age",
    ("counterparty", "count"): "touched",
    ("pair", "age"): "together",
    ("pair", "count"): "pair_times",
    ("pair", "least"): "pair_smallest",
}


def _other(one: Feature) -> str:
    if one.family == "event":
        return one.of
    stands = _MEMORY[one.of, one.aggregate]
    if one.aggregate != "age":
        return stands
    return f"({_ms('key')} - {_ms(f'key - {stands}')}) / 1000.0"


def vectors_by_sql(touches: NDArray[np.int64]) -> NDArray[np.float64]:
    """The features of every touch by DuckDB, (touches, FEATURES), rows in the order of the key; as `online.vectors` gives them."""
    began = int(touches[:, 1].min())
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        given, found = f"{folder}/touches.parquet", f"{folder}/vectors.parquet"
        as_frame(touches).write_parquet(given)
        connection.execute(f"CREATE VIEW touches AS FROM '{given}'")
        connection.execute(f"COPY ({sql(began)}) TO '{found}'")
        table = pl.read_parquet(found, memory_map=False)
    return table.select(pl.col(one.id).cast(pl.Float64) for one in FEATURES).to_numpy()
