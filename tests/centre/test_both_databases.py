"""What is promised of orders and networks holds on PostgreSQL as on SQLite, for many people at once, and when processes are killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from postgresql import cluster, programs

from fanzha.centre.databases import configured
from fanzha.home import Home
from fanzha.refusal import Refusal

ROOT = Path(__file__).parents[2]
WITH_POSTGRESQL = pytest.mark.skipif(
    programs() is None, reason="left out: PostgreSQL is not installed here (Debian: apt install postgresql)"
)
BOTH = ["sqlite", pytest.param("postgresql", marks=WITH_POSTGRESQL)]


def ran(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    named = {"PYTHONPATH": str(ROOT / "src"), **environment}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env={**os.environ, **named}, capture_output=True, text=True, check=False
    )


def figures(*words: str) -> dict[str, Any]:
    """What a bench found, run for a short while; it fails by itself when an order was lost, stuck or taken twice."""
    done = ran(*words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("database", BOTH)
def test_of_many_who_take_at_once_each_order_has_one_owner_and_nothing_is_lost(database: str) -> None:
    words = ("--database", database, "--people", "8", "--takes", "6", "--pause", "0")
    found = figures("bench/taking.py", *words)
    assert (found["takes"], found["taken"] + found["refused"]) == (48, 48)
    assert found["refused"] >= 7


def test_an_hour_with_web_worker_and_engine_killed_loses_nothing() -> None:
    words = ("--hours", "1", "--from-hour", "10", "--per-day", "1200", "--speed", "240", "--kill-every", "3")
    found = figures("bench/dissuasion.py", "day", *words, "--operators", "8", "--cars", "10", "--workers", "1")
    assert sum(found["killed"].values()) > 1
    assert found["warnings"] > 50


@pytest.mark.django_db
def test_the_tables_are_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True)  # SystemExit where a migration is missing


@WITH_POSTGRESQL
def test_orders_and_networks_behave_on_postgresql_as_on_sqlite() -> None:
    names = [f"tests/centre/test_{one}.py" for one in ("dissuasion", "networks", "network_search")]
    with cluster() as url:
        done = ran("-m", "pytest", "-p", "no:cacheprovider", *names, DATABASE_URL=url)
    assert done.returncode == 0, done.stdout + done.stderr


def test_another_kind_of_database_is_refused_and_without_a_name_the_home_has_its_own(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="expected postgresql"):
        configured(Home(tmp_path), "mysql://root@localhost/x")
    assert configured(Home(tmp_path), None)["NAME"] == tmp_path / "centre.sqlite"
    named = configured(Home(tmp_path), "postgresql://li:secret@db:5433/fanzha")
    assert (named["HOST"], named["PORT"], named["USER"], named["NAME"]) == ("db", 5433, "li", "fanzha")
