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

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

settings.register_profile("fanzha", deadline=None)  # how long something takes is for bench/ to say
settings.load_profile("fanzha")
ROOT = Path(__file__).parents[1]


if connection.vendor == "sqlite":

    @pytest.fixture(scope="session")
    def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> None:  # noqa: ARG001  (before any table)
        """Tables in memory, each process its own: a copy of what the first process made, since all migrations last longer than most files of tests."""
        told = hashlib.sha256(django.get_version().encode())
        for path in sorted((ROOT / "src" / "fanzha" / "centre").rglob("migrations/*.py")):
            told.update(path.read_bytes())
        kept = ROOT / "var" / "tests" / f"{told.hexdigest()[:16]}.sqlite"
        with django_db_blocker.unblock():
            connection.close()
            connection.settings_dict["NAME"] = "file:tables?mode=memory&cache=shared"
            connection.ensure_connection()
            if kept.exists():
                with closing(sqlite3.connect(kept)) as tables:
                    tables.backup(connection.connection)
                return
            call_command("migrate", verbosity=0)
            kept.parent.mkdir(parents=True, exist_ok=True)
            made = kept.with_suffix(f".{os.getpid()}")
            with closing(sqlite3.connect(made)) as tables:
                connection.connection.backup(tables)
            made.replace(kept)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """How to have the order again in which something failed."""
    seed = config.getoption("randomly_seed", None)
    if seed is not None and terminalreporter.stats.keys() & {"failed", "error"}:
        terminalreporter.write_line(f"in the same order again: --randomly-seed={seed}")
