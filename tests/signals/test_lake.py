"""The lake has what the log has, once each, however often and wherever filling it was cut off."""

from __future__ import annotations

import json
import os
from pathlib import Path

import polars as pl
import pytest

from fanzha.signals import SignalLog, append_to_lake, cursor_of, fill_lake, filled_to, lake, read_folder, validate


def calls(*ids: str, at: str = "2026-03-02T10:00:00+08:00") -> pl.DataFrame:
    rows = [
        {"call_id": one, "started_at": at, "caller": "+8615400000001", "callee": "+8615400000002", "duration_s": "9"}
        for one in ids
    ]
    return validate("calls", pl.DataFrame(rows), source="test").good


def ids_in(folder: Path) -> list[str]:
    return sorted(read_folder(folder)["calls"]["call_id"])


@pytest.fixture
def log(tmp_path: Path) -> SignalLog:
    return SignalLog(tmp_path / "log.sqlite")


def test_many_batches_become_one_file_a_day_and_are_filled_once(log: SignalLog, tmp_path: Path) -> None:
    here = tmp_path / "lake"
    for number in range(4):
        log.append({"calls": calls(f"c{number}", at=f"2026-03-0{2 + number % 2}T10:00:00+08:00")}, f"b{number}")
    assert fill_lake(here, log) == 4
    assert [path.parent.name for path in sorted(here.rglob("*.parquet"))] == ["day=2026-03-02", "day=2026-03-03"]
    assert fill_lake(here, log) == 0
    log.append({"calls": calls("c4")}, "b4")
    assert fill_lake(here, log) == 1
    assert ids_in(here) == ["c0", "c1", "c2", "c3", "c4"]


def test_a_long_log_is_filled_a_piece_at_a_time(
    log: SignalLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "lake"
    monkeypatch.setattr(lake, "MOST_BATCHES", 2)
    for number in range(3):
        log.append({"calls": calls(f"c{number}")}, f"b{number}")
    assert [(fill_lake(here, log), filled_to(here)) for _ in range(3)] == [(2, 2), (1, 3), (0, 3)]
    assert ids_in(here) == ["c0", "c1", "c2"]


def test_a_filling_that_was_cut_off_before_its_end_was_noted_is_done_again(
    log: SignalLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "lake"
    log.append({"calls": calls("c0")}, "b0")
    fill_lake(here, log)
    noted = cursor_of(here).read_text()
    log.append({"calls": calls("c1")}, "b1")
    fill_lake(here, log)
    cursor_of(here).write_text(noted)
    log.append({"calls": calls("c2")}, "b2")
    monkeypatch.setattr(lake, "MOST_BATCHES", 5)
    fill_lake(here, log)
    assert ids_in(here) == ["c0", "c1", "c2"]


def test_a_lake_from_before_the_cursor_goes_on_behind_its_newest_file(log: SignalLog, tmp_path: Path) -> None:
    here = tmp_path / "lake"
    for number in range(3):
        position = log.append({"calls": calls(f"c{number}")}, f"b{number}")
        if number < 2:
            append_to_lake(here, "calls", calls(f"c{number}"), f"{position:010d}")
    assert fill_lake(here, log) == 1
    assert ids_in(here) == ["c0", "c1", "c2"]


def test_a_first_filling_that_was_killed_between_two_tables_is_done_again(
    log: SignalLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "lake"
    people = pl.DataFrame([{"person": "p"}])
    for number in range(2):
        log.append(
            {"calls": calls(f"c{number}"), "people": validate("people", people, source="test").good}, f"b{number}"
        )
    written = append_to_lake

    def killed_after_calls(folder: Path, table: str, frame: pl.DataFrame, name: str) -> None:
        if table != "calls":
            raise SystemExit
        written(folder, table, frame, name)

    monkeypatch.setattr(lake, "append_to_lake", killed_after_calls)
    with pytest.raises(SystemExit):
        fill_lake(here, log)
    monkeypatch.setattr(lake, "append_to_lake", written)
    assert (fill_lake(here, log), fill_lake(here, log)) == (2, 0)
    assert ids_in(here) == ["c0", "c1"]
    assert read_folder(here)["people"].height == 2


@pytest.mark.parametrize("other", [7, ["x"], {"a": "x"}])
def test_an_extra_column_that_senders_have_in_different_types_is_kept_as_text(
    log: SignalLog, tmp_path: Path, other: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, apart = tmp_path / "lake", tmp_path / "apart"
    log.append({"calls": calls("c0").with_columns(note=pl.lit("said"))}, "b0")
    log.append({"calls": calls("c1").with_columns(pl.Series("note", [other]))}, "b1")
    assert fill_lake(here, log) == 2
    monkeypatch.setattr(lake, "MOST_BATCHES", 1)
    assert [fill_lake(apart, log) for _ in range(2)] == [1, 1]
    for folder in (here, apart):
        assert read_folder(folder)["calls"].sort("call_id")["note"].to_list() == ["said", json.dumps(other)]


def test_a_file_of_the_lake_is_on_the_disk_before_it_is_told_to_be_there(
    log: SignalLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced, replaced = set(), []
    sync, replace = os.fsync, os.replace

    def noted(descriptor: int) -> None:
        sync(descriptor)
        synced.add(os.fstat(descriptor).st_ino)

    def checked(part: Path, path: Path) -> None:
        replaced.append((path.name, part.stat().st_ino in synced))
        replace(part, path)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(os, "replace", checked)
    log.append({"calls": calls("c0")}, "b0")
    fill_lake(tmp_path / "lake", log)
    assert replaced == [("lake.filled", True), ("0000000001.parquet", True), ("lake.filled", True)]
    assert (tmp_path / "lake" / "calls" / "day=2026-03-02").stat().st_ino in synced, "its name too"
