"""The tests' own home, set before Django reads its settings."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

_home = Path(tempfile.mkdtemp(prefix="fanzha-test-"))
(_home / "demo").touch()
os.environ["FANZHA_HOME"] = str(_home)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanzha.centre.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's driver runs a loop in the test's own thread

import django  # noqa: E402  (the home is set before Django is imported)

from fanzha.centre.preparing import compile_texts  # noqa: E402

compile_texts()
django.setup()  # so that any file of tests can be run alone and in any order

from django.db import connection  # noqa: E402

settings.register_profile("fanzha", deadline=None)  # how long something takes is for bench/ to say
settings.load_profile("fanzha")
ROOT = Path(__file__).parents[1]
if connection.vendor == "sqlite":
    connection.settings_dict["TEST"]["NAME"] = ":memory:"  # each of several test processes has its own


@pytest.fixture(scope="session")
def migrated() -> Path:
    """Where the tables stand after all migrations: to go through them takes longer than most files of tests, and each has a process."""
    told = hashlib.sha256(django.get_version().encode())
    for path in sorted((ROOT / "src" / "fanzha" / "centre").rglob("migrations/*.py")):
        told.update(path.read_bytes())
    return ROOT / "var" / "tests" / f"{told.hexdigest()[:16]}.sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, migrated: Path) -> None:  # noqa: ARG001  (it goes on from the plugin's)
    """No migrations where somebody went through them already."""
    if connection.vendor == "sqlite" and migrated.exists():
        connection.settings_dict["TEST"]["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, migrated: Path) -> None:  # noqa: ARG001  (it goes on from the plugin's)
    """The tables as all migrations leave them: a copy of what the first process made."""
    if connection.vendor != "sqlite":
        return
    with django_db_blocker.unblock():
        connection.ensure_connection()
    if not connection.settings_dict["TEST"]["MIGRATE"]:
        with closing(sqlite3.connect(migrated)) as kept:
            kept.backup(connection.connection)
        return
    migrated.parent.mkdir(parents=True, exist_ok=True)
    made = migrated.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(made)) as kept:
        connection.connection.backup(kept)
    made.replace(migrated)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """How to have the order again in which something failed."""
    seed = config.getoption("randomly_seed", None)
    if seed is not None and terminalreporter.stats.keys() & {"failed", "error"}:
        terminalreporter.write_line(f"in the same order again: --randomly-seed={seed}")
