"""Where a bad row goes: one NDJSON file a table, with file, line, field, code, reason and the row; and the counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from fanzha import durable


def write_quarantine(folder: Path, refused: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    """Write what was refused to `folder/<table>.ndjson` and `folder/summary.json`, replacing an earlier run's.

    `refused`: table -> rows of `validation.REFUSED_SCHEMA`. Returns the number of refused rows by table.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.ndjson"):
        old.unlink()
    counts = {}
    causes = []
    for table, rows in sorted(refused.items()):
        counts[table] = rows.height
        durable.write(folder / f"{table}.ndjson", rows.write_ndjson().encode())
        by = rows.group_by("file", "field", "code").len("rows").sort("file", "field", "code")
        causes += [{"table": table, **row} for row in by.iter_rows(named=True)]
    summary = {"refused": counts, "causes": causes}
    durable.write(folder / "summary.json", (json.dumps(summary, ensure_ascii=False, indent=1) + "\n").encode())
    return counts
