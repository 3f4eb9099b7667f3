"""The process that reads the signals while the worker goes on: started, asked how it stands, and its folder taken away.

It writes files and no records: an orphan of a killed worker harms nothing, since every attempt has a folder of its own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from django.conf import settings

from fanzha.centre.networks.models import Search

GONE = -1
_RUNNING: dict[tuple[int, int], subprocess.Popen[bytes]] = {}


def folder(search: Search) -> Path:
    """Where the attempt of a search that runs now keeps its files."""
    return Path(settings.HOME.root) / "networks" / f"{search.pk}-{search.attempt}"


def start(search: Search, first_day: date) -> None:
    """Begin to read; the register's table lies in the folder's `register` already. It yields to everything else (nice)."""
    home = folder(search)
    words = [str(settings.HOME.lake), str(home / "found"), first_day.isoformat(), str(home / "register")]
    with (home / "said.log").open("wb") as said:
        _RUNNING[search.pk, search.attempt] = subprocess.Popen(
            ["nice", "-n", "10", sys.executable, "-m", "fanzha.linking", *words], stdout=said, stderr=said
        )


def ended(search: Search) -> int | None:
    """The exit code; None while it runs; GONE when the worker that started it is gone."""
    running = _RUNNING.get((search.pk, search.attempt))
    return GONE if running is None else running.poll()


def last_words(search: Search) -> str:
    """The last line that it said."""
    log = folder(search) / "said.log"
    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines() if log.exists() else []
    return said[-1][:200] if said else ""


def tidy(search: Search) -> None:
    """Take away the folders of all attempts of a search."""
    for attempt in range(1, search.attempt + 1):
        _RUNNING.pop((search.pk, attempt), None)
        shutil.rmtree(Path(settings.HOME.root) / "networks" / f"{search.pk}-{attempt}", ignore_errors=True)
