"""The tests' own home, set before Django reads its settings."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

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

if connection.vendor == "sqlite":
    connection.settings_dict["TEST"]["NAME"] = ":memory:"  # each of several test processes has its own


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """How to have the order again in which something failed."""
    seed = config.getoption("randomly_seed", None)
    if seed is not None and terminalreporter.stats.keys() & {"failed", "error"}:
        terminalreporter.write_line(f"in the same order again: --randomly-seed={seed}")
