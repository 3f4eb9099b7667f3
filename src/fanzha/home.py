"""Where fanzha keeps its files: `$FANZHA_HOME`, else `var/` beside the virtual environment."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Home:
    """The folder of one centre and the names of what lies in it."""

    root: Path

    @property
    def log(self) -> Path:
        """The durable log of signals and the engine's outbox (SQLite)."""
        return self.root / "log.sqlite"

    @property
    def centre_database(self) -> Path:
        """The centre's own records, when no DATABASE_URL names another place (SQLite)."""
        return self.root / "centre.sqlite"

    @property
    def lake(self) -> Path:
        """Hive-partitioned Parquet of everything that came in."""
        return self.root / "lake"

    @property
    def quarantine(self) -> Path:
        """Rows that were refused, with their reasons."""
        return self.root / "quarantine"

    @property
    def models(self) -> Path:
        """Trained models; the newest of a kind is used where none is named."""
        return self.root / "models"

    @property
    def secrets(self) -> Path:
        """Keys and tokens, readable by the owner alone; made at set-up, never in the repository."""
        return self.root / "secrets"


def find_home() -> Home:
    """The home of this installation, wherever the command is called from."""
    named = os.environ.get("FANZHA_HOME")
    return Home(Path(named).expanduser().resolve() if named else Path(sys.prefix).resolve().parent / "var")
