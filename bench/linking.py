"""How fast linking is: identifiers with traces into links with evidence, beside a self-join in DuckDB; and one new case against an index.

Run: python bench/linking.py [--subjects 1000000] [--traces 3000000]
Needs: duckdb (a dependency). The self-join gives pairs and the product of strengths, and neither windows, levels nor evidence.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from fanzha.linking import KINDS, TraceIndex, clean, link

_SHARES = {
    "payee_account": 0.2,
    "lower_account": 0.25,
    "phone": 0.15,
    "domain": 0.1,
    "imei": 0.1,
    "device": 0.1,
    "im": 0.05,
    "wallet": 0.05,
}


def drawn(subjects: int, traces: int, seed: int) -> pl.DataFrame:
    """Traces of synthetic cases: most belong to one, some to a few, a few (of a Zipf tail) to hundreds."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(list(_SHARES), traces, p=list(_SHARES.values()))
    values = np.where(
        rng.random(traces) < 0.02, rng.zipf(1.5, traces) % 5000, 5000 + rng.integers(0, 3 * traces, traces)
    )
    at = 1_760_000_000_000_000 + rng.integers(0, 90 * 86_400_000_000, traces)
    return pl.DataFrame(
        {
            "subject": np.char.add("C", rng.integers(0, subjects, traces).astype(str)),
            "kind": kinds,
            "value": np.char.add("v", values.astype(str)),
            "level": np.where(kinds == "lower_account", 2, 0),
            "at": at,
        }
    ).with_columns(pl.col("at").cast(pl.Datetime("us", "UTC")), pl.col("level").cast(pl.Int8))


def self_join(traces: pl.DataFrame) -> int:
    """The same pairs in SQL: groups of 2 to 200, strength by kind, hubs times 0.3."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        given = Path(folder) / "traces.parquet"
        traces.select("subject", "kind", "value").write_parquet(given)
        connection.execute("SET threads=2")
        connection.execute(f"CREATE TABLE traces AS FROM '{given}'")
        rows = [(code, kind.strength) for code, kind in KINDS.items()]
        connection.execute("CREATE TABLE strengths(kind VARCHAR, w DOUBLE)")
        connection.executemany("INSERT INTO strengths VALUES (?, ?)", rows)
        found = connection.execute(
            """
            WITH t AS (SELECT DISTINCT subject, kind, value FROM traces),
                 n AS (SELECT kind, value, count(*) AS n FROM t GROUP BY ALL HAVING count(*) BETWEEN 2 AND 200),
                 k AS (SELECT t.*, n.n, w * CASE WHEN n.n > 50 THEN 0.3 ELSE 1 END AS w
                       FROM t JOIN n USING (kind, value) JOIN strengths USING (kind)),
                 p AS (SELECT a.subject AS a, b.subject AS b, 1 - product(1 - a.w) AS strength
                       FROM k a JOIN k b ON a.kind = b.kind AND a.value = b.value AND a.subject < b.subject
                       GROUP BY ALL)
            SELECT count(*) FROM p
            """
        ).fetchone()
    return int(found[0]) if found else 0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--subjects", type=int, default=1_000_000)
    options.add_argument("--traces", type=int, default=3_000_000)
    told = options.parse_args()
    link(clean(drawn(100, 300, 1)).kept)  # the kernel is compiled once
    traces = drawn(told.subjects, told.traces, 2)
    print(f"{told.subjects} subjects, {told.traces} traces, 2 cores wanted, load {os.getloadavg()[0]:.1f}")
    begin = time.perf_counter()
    kept = clean(traces).kept
    cleaned = time.perf_counter() - begin
    begin = time.perf_counter()
    found = link(kept)
    linked = time.perf_counter() - begin
    print(
        f"ours: cleaned in {cleaned:.1f} s, {found.links.height} links with evidence in {linked:.1f} s, {found.hubs.height} hubs named"
    )
    begin = time.perf_counter()
    pairs = self_join(kept)
    peer = time.perf_counter() - begin
    print(
        f"DuckDB {version('duckdb')} self-join, without evidence: {pairs} pairs in {peer:.1f} s; ratio {peer / linked:.2f}"
    )
    index = TraceIndex(kept)
    times = []
    for n in range(40):
        new = clean(traces.slice(n * 1000, 12).with_columns(subject=pl.lit(f"N{n}"))).kept
        begin = time.perf_counter()
        index.links(new)
        index.add(new)
        times.append(time.perf_counter() - begin)
    print(
        f"one new case of 12 traces: median {np.median(times) * 1000:.1f} ms, worst {max(times) * 1000:.1f} ms; load {os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
