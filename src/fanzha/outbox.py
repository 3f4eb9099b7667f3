"""Where warnings wait for the centre: in the log's own file, committed together with the engine's position."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from fanzha.signals import EVENT_TABLES, TABLES, SignalLog, connect

_SCHEMA = """
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, warning_id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS engine (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


__all__ = ["Outbox", "OutboxWarning"]


@dataclass(frozen=True, slots=True)
class OutboxWarning:
    """A warning as the contract has it, with `events`, `features` and `versions`; `seq` is its place in the outbox."""

    seq: int
    warning: dict[str, Any]


class Outbox:
    """Warnings in the file of a signal log."""

    def __init__(self, path: Path) -> None:
        self._log = SignalLog(path)
        self._connection = connect(path)
        self._connection.executescript(_SCHEMA)
        self._batches: dict[int, dict[str, pl.DataFrame]] = {}

    def commit(self, warnings: Sequence[dict[str, Any]], position: int, counts: dict[str, int]) -> None:
        """Put warnings and the engine's position on disk in one transaction; ids already there stay as they were."""
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany(
                "INSERT OR IGNORE INTO outbox (warning_id, body) VALUES (?, ?)",
                [(one["warning_id"], json.dumps(one, ensure_ascii=False)) for one in warnings],
            )
            connection.executemany(
                "INSERT INTO engine (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                [("position", str(position)), ("counts", json.dumps(counts))],
            )
        except BaseException:
            if connection.in_transaction:  # on a full disk SQLite took it back itself
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def note(self, name: str, value: str | None = None) -> str | None:
        """What the engine wrote under `name`; with a value, write it first if nothing stands there yet."""
        if value is not None:
            self._connection.execute("INSERT OR IGNORE INTO engine (name, value) VALUES (?, ?)", (name, value))
        row = self._connection.execute("SELECT value FROM engine WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def position(self) -> int:
        """The last batch whose warnings are all here; 0 before the first."""
        return int(self.note("position") or 0)

    def counts(self) -> dict[str, int]:
        """How many events, duplicates, versions and late events the engine has met."""
        return dict(json.loads(self.note("counts") or "{}"))

    def newest(self) -> int:
        """The place of the newest warning; 0 before the first."""
        return int(self._connection.execute("SELECT coalesce(max(seq), 0) FROM outbox").fetchone()[0])

    def read(self, after: int, limit: int) -> list[OutboxWarning]:
        """Up to `limit` warnings behind `after`, in order, with the events that each rests on."""
        rows = self._connection.execute(
            "SELECT seq, body FROM outbox WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
        ).fetchall()
        return [OutboxWarning(seq, self._with_events(json.loads(body))) for seq, body in rows]

    def find(self, warning_id: str) -> OutboxWarning | None:
        """One warning with its events, or None."""
        row = self._connection.execute("SELECT seq, body FROM outbox WHERE warning_id = ?", (warning_id,)).fetchone()
        return None if row is None else OutboxWarning(row[0], self._with_events(json.loads(row[1])))

    def all(self) -> list[dict[str, Any]]:
        """Every warning, without events, sorted by `issued_at` and `warning_id`."""
        bodies = [json.loads(body) for (body,) in self._connection.execute("SELECT body FROM outbox")]
        return sorted(bodies, key=lambda one: (one["issued_at"], one["warning_id"]))

    def _with_events(self, warning: dict[str, Any]) -> dict[str, Any]:
        return {**warning, "events": [self.event(reference) for reference in warning["evidence"]]}

    def close(self) -> None:
        """Let go of the log's and the outbox's files."""
        self._connection.close()
        self._log.close()

    def event(self, reference: int) -> dict[str, Any]:
        """The event behind a reference (position, table and row in one integer): `table, id, at` and its columns."""
        position, table, row = reference >> 28, EVENT_TABLES[(reference >> 24) & 0xF], reference & 0xFFFFFF
        if position not in self._batches:
            found = self._log.read(after=position - 1, limit=1)
            if not found or found[0].position != position:
                return {"table": table, "id": None, "at": None}
            self._batches = {**dict(list(self._batches.items())[-15:]), position: found[0].tables}
        values = self._batches[position][table].row(row, named=True)
        return {
            "table": table,
            "id": values[TABLES[table].key[-1]],
            "at": _instant(values[TABLES[table].time or ""]),
            **{name: _instant(value) if hasattr(value, "isoformat") else value for name, value in values.items()},
        }


def _instant(value: Any) -> str:
    return str(value.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
