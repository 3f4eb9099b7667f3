"""Connections to SQLite go from one request to the next, and never with somebody's unfinished work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db.utils import ConnectionHandler

from fanzha.centre.databases import configured
from fanzha.home import Home


@pytest.fixture
def database(db: None, tmp_path: Path) -> Any:  # noqa: ARG001  (the fixture that lets databases be opened)
    found = ConnectionHandler({"default": configured(Home(tmp_path), None)})["default"]
    found.inc_thread_sharing()
    with found.cursor() as cursor:
        cursor.execute("CREATE TABLE told (what TEXT)")
    yield found
    found.close()


def rows(database: Any) -> int:
    with database.cursor() as cursor:
        return int(cursor.execute("SELECT count(*) FROM told").fetchone()[0])


def test_who_comes_next_gets_the_connection_of_who_is_done(database: Any) -> None:
    first = database.connection
    database.close()
    assert rows(database) == 0
    assert database.connection is first


def test_a_file_that_took_the_place_of_another_is_opened_anew(database: Any, tmp_path: Path) -> None:
    first = database.connection
    database.close()
    Home(tmp_path).centre_database.rename(tmp_path / "before")
    database.ensure_connection()
    assert database.connection is not first


def test_a_connection_with_unfinished_work_is_closed_and_its_work_undone(database: Any) -> None:
    first = database.connection
    database.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with database.cursor() as cursor:
        cursor.execute("INSERT INTO told VALUES ('half')")
    database.close()
    assert rows(database) == 0
    assert database.connection is not first
