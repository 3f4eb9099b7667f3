"""A signal folder to warnings: read, put into the log, work through it, write `warnings.parquet`. The steps, in order."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from fanzha import durable
from fanzha.detection.following import CHECKPOINT_S, Following
from fanzha.detection.models import Models, models_from
from fanzha.outbox import Outbox
from fanzha.refusal import Refusal
from fanzha.signals import EVENT_TABLES, REGISTER_TABLES, SignalLog, known_at, read_folder, slices, table_files

SLICE = 200_000
"""Events a batch of the log; a larger one is faster, a smaller one loses less work to a kill."""

_REASON = pl.Struct(
    {"indicator": pl.String, "value": pl.Float64, "threshold": pl.Float64, "text_zh": pl.String, "text_en": pl.String}
)
WARNINGS_SCHEMA: dict[str, Any] = {
    "warning_id": pl.String,
    "issued_at": pl.Datetime("us", "UTC"),
    "event_id": pl.String,
    "subject": pl.String,
    "subject_kind": pl.String,
    "warning_kind": pl.String,
    "level": pl.Int64,
    "score": pl.Float64,
    "case_class": pl.String,
    "reasons": pl.List(_REASON),
    "related": pl.List(pl.String),
}


def detect(
    signals: Path,
    out: Path,
    models: Models | None = None,
    until: datetime | None = None,
    say: Callable[[str], None] = lambda _: None,
    slice_rows: int = SLICE,
    checkpoint_s: float = CHECKPOINT_S,
) -> pl.DataFrame:
    """Write `out/warnings.parquet` and `out/quarantine/` and return the warnings (WARNINGS_SCHEMA, contract 2).

    `models`: None for rules and word cues; a run that is resumed keeps those that it began with. `until`: only what was known before this instant (UTC) is used.
    `slice_rows`: events a batch of the log.
    Resumable: killed at any moment and called again, it ends with the same file; Refusal where `out` holds a run on other signals, or a centre's log.
    """
    asked = _asked(signals, until)
    outbox = Outbox(out / "log.sqlite")
    log = SignalLog(out / "log.sqlite")
    begun_on = outbox.note("asked")
    if begun_on is None and log.last_position():
        raise Refusal("the log of a centre is here; name a folder of its own", code="run.other", where=str(out))
    if begun_on not in (None, asked):
        said = "this folder holds a run on other signals, or until another time; begin in a new folder"
        raise Refusal(said, code="run.other", where=str(out))
    if outbox.note("ingested") is None:
        tables = read_folder(signals, out / "quarantine", (*EVENT_TABLES, *REGISTER_TABLES))
        outbox.note("asked", asked)
        say("read " + ", ".join(f"{frame.height} {name}" for name, frame in tables.items()))
        for number, part in enumerate(slices(_known_before(tables, until), slice_rows)):
            log.append(part, f"slice-{number:06d}")
        outbox.note("ingested", "yes")
    began_with = models_from(outbox.note("models", (models or Models()).to_json()) or "")
    last = log.last_position()
    if outbox.position() < last:
        following = Following(out / "log.sqlite", began_with.engine())
        while following.position < last:
            following.work(min(following.position + 4, last), checkpoint_s)
            say(f"{following.position} of {last} batches, {following.engine.encoder.counts['events']} events")
        say("left out: {late} late, {duplicates} repeated".format_map(following.engine.encoder.counts))
        following.forget()
    warnings = as_frame(outbox.all())
    unfinished = out / "warnings.parquet.part"
    warnings.write_parquet(unfinished, compression="zstd")
    durable.put(unfinished, out / "warnings.parquet")
    return warnings


def begun_with(out: Path) -> Models | None:
    """The models of the run in `out`, which a resumed run keeps; None where none has begun. Refusal where they are gone or changed."""
    if not (out / "log.sqlite").exists():
        return None
    outbox = Outbox(out / "log.sqlite")
    kept = outbox.note("models")
    outbox.close()
    return None if kept is None else models_from(kept)


def _asked(signals: Path, until: datetime | None) -> str:
    """What a run is on, in a line: its files by name and size, and until when."""
    found, _ = table_files(signals)
    files = [[str(path.relative_to(signals)), path.stat().st_size] for paths in found.values() for path, _ in paths]
    return json.dumps({"files": sorted(files), "until": None if until is None else until.isoformat()})


def _known_before(tables: dict[str, pl.DataFrame], until: datetime | None) -> dict[str, pl.DataFrame]:
    if until is None:
        return tables
    timed = (*EVENT_TABLES, "listed")
    return {
        name: frame.filter(known_at(name, frame) < until) if name in timed else frame for name, frame in tables.items()
    }


def as_frame(warnings: list[dict[str, Any]]) -> pl.DataFrame:
    """Warnings of the outbox as the contract's table, in the order given."""
    rows = [
        {**{name: one[name] for name in WARNINGS_SCHEMA}, "issued_at": datetime.fromisoformat(one["issued_at"])}
        for one in warnings
    ]
    return pl.DataFrame(rows, schema=WARNINGS_SCHEMA)
