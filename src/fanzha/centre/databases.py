"""Where the centre keeps its records: PostgreSQL when DATABASE_URL names one, else SQLite in the home."""

from __future__ import annotations

from typing import Any

import dj_database_url

from fanzha.home import Home
from fanzha.refusal import Refusal

MOST_CONNECTIONS = 20
"""Of one process to PostgreSQL; whoever comes beyond them waits for one to be free."""


def has_records(home: Home, url: str | None) -> bool:
    """Whether a centre was begun here: its file is in the home, or DATABASE_URL (`url`) says that they are elsewhere."""
    return bool(url) or home.centre_database.exists()


def configured(home: Home, url: str | None) -> dict[str, Any]:
    """Django's settings of the database at `url` (postgresql://user:password@host:port/name), or of the home's own.

    Refusal for another kind of database.
    """
    if not url:
        return {
            "ENGINE": "fanzha.centre.one_writer.sqlite3",
            "NAME": home.centre_database,
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    wrong = Refusal("expected postgresql://user:password@host:port/name", code="database.kind", where="DATABASE_URL")
    if not url.startswith(("postgresql://", "postgres://")):
        raise wrong
    try:
        parsed = dj_database_url.parse(url, engine="fanzha.centre.one_writer.postgresql", conn_health_checks=True)
    except ValueError as error:  # such as a port that is no number
        raise wrong from error
    found: dict[str, Any] = dict(parsed)
    found["OPTIONS"] = {**found.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": MOST_CONNECTIONS}}
    return found
