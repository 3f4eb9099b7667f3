"""Where a bad row goes: one NDJSON file a table, with file, line, field, code, reason and the row; and the counts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import polars as pl


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
        _replace(folder / f"{table}.ndjson", rows.write_ndjson())
        by = rows.group_by("file", "field", "code").len("rows").sort("file", "field", "code")
        causes += [{"table": table, **row} for row in by.iter_rows(named=True)]
    summary = {"refused": counts, "causes": causes}
    _replace(folder / "summary.json", json.dumps(summary, ensure_ascii=False, indent=1) + "\n")
    return counts


def _replace(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
