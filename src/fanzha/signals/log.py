"""The durable log: a batch is acknowledged only when it is on disk.

One SQLite file in WAL mode with `synchronous=FULL`, whose crash safety is proven by others. A batch holds rows of one or
several tables as Arrow IPC bytes; its id makes sending it twice harmless.
"""

from __future__ import annotations

import hashlib
import io
import sqlite3
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from fanzha.refusal import Refusal

_SCHEMA = """
CREATE TABLE IF NOT EXISTS batch (
    position INTEGER PRIMARY KEY AUTOINCREMENT, batch_id TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, rows INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS batch_table (
    position INTEGER NOT NULL REFERENCES batch(position), table_name TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (position, table_name));
"""

_TURN = threading.Lock()
"""Threads of one process wait for each other here: SQLite's own waiting sleeps, up to a tenth of a second after the way is free."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was acknowledged together: table name -> rows."""

    position: int
    batch_id: str
    tables: dict[str, pl.DataFrame]


def connect(path: Path) -> sqlite3.Connection:
    """A connection to a log file (made when it is not there): WAL, synchronous=FULL, explicit transactions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    return connection


class SignalLog:
    """The log in one file; one writer at a time, any number of readers in any process."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path)
        self._connection.executescript(_SCHEMA)

    def append(self, tables: Mapping[str, pl.DataFrame], batch_id: str, refused: Iterable[str] = ()) -> int:
        """Put the rows on disk and return their position (1, 2, ...). `refused`: the other rows that came with them, as texts.

        The same id with the same rows returns the first position; with other rows it is a Refusal (`batch.changed`).
        """
        digest = hashlib.sha256()
        for row in refused:
            digest.update(hashlib.sha256(row.encode()).digest())
        bodies = []
        for name in sorted(tables):
            body = _to_bytes(tables[name])
            digest.update(name.encode() + b"\0" + hashlib.sha256(body).digest())
            bodies.append((name, body))
        rows = sum(frame.height for frame in tables.values())
        with _TURN:
            return self._write(bodies, batch_id, digest.hexdigest(), rows)

    def _write(self, bodies: list[tuple[str, bytes]], batch_id: str, digest: str, rows: int) -> int:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            position = self._known(batch_id, digest)
            if position is None:
                cursor = connection.execute(
                    "INSERT INTO batch (batch_id, digest, rows) VALUES (?, ?, ?)", (batch_id, digest, rows)
                )
                position = int(cursor.lastrowid or 0)
                connection.executemany(
                    "INSERT INTO batch_table (position, table_name, body) VALUES (?, ?, ?)",
                    [(position, name, body) for name, body in bodies],
                )
        except BaseException:
            if connection.in_transaction:  # on a full disk SQLite took it back itself
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return position

    def _known(self, batch_id: str, digest: str) -> int | None:
        row = self._connection.execute("SELECT position, digest FROM batch WHERE batch_id = ?", (batch_id,)).fetchone()
        if row is None:
            return None
        if row[1] != digest:
            raise Refusal("this batch id was used before for other rows", code="batch.changed", where=batch_id)
        return int(row[0])

    def read(self, after: int, limit: int = 64) -> list[Batch]:
        """Up to `limit` batches whose position is greater than `after`, in order."""
        heads = self._connection.execute(
            "SELECT position, batch_id FROM batch WHERE position > ? ORDER BY position LIMIT ?",
            (after, limit),
        ).fetchall()
        return [Batch(position, batch_id, self._tables(position)) for position, batch_id in heads]

    def _tables(self, position: int) -> dict[str, pl.DataFrame]:
        rows = self._connection.execute(
            "SELECT table_name, body FROM batch_table WHERE position = ? ORDER BY table_name", (position,)
        )
        return {name: pl.read_ipc_stream(io.BytesIO(body)) for name, body in rows}

    def last_position(self) -> int:
        """The position of the newest batch; 0 when there is none."""
        return int(self._connection.execute("SELECT coalesce(max(position), 0) FROM batch").fetchone()[0])

    def rows_after(self, position: int) -> int:
        """How many rows came after `position`: what a reader that stands there has still before it."""
        query = "SELECT coalesce(sum(rows), 0) FROM batch WHERE position > ?"
        return int(self._connection.execute(query, (position,)).fetchone()[0])

    def close(self) -> None:
        """Let go of the file; what was acknowledged is in it."""
        self._connection.close()


def _to_bytes(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.rechunk().write_ipc_stream(buffer, compression="zstd")
    return buffer.getvalue()
