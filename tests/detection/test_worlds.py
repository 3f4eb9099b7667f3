"""Small worlds through the whole of `detect`: who is warned, why, how urgently, and who is left in peace."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import polars as pl
import pytest

from fanzha.detection import detect
from fanzha.signals import write_table

_spec = importlib.util.spec_from_file_location("worlds", Path(__file__).parents[1] / "worlds.py")
assert _spec is not None
assert _spec.loader is not None
worlds = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(worlds)


def warned(tmp_path: Path, world: dict[str, pl.DataFrame]) -> pl.DataFrame:
    folder = tmp_path / "signals"
    folder.mkdir(exist_ok=True)
    for name, frame in world.items():
        write_table(frame, folder / f"{name}.ndjson")
    return detect(folder, tmp_path / "found", None)


def indicators(row: dict[str, object]) -> set[str]:
    return {reason["indicator"] for reason in row["reasons"]}  # type: ignore[attr-defined]


def test_a_teacher_about_to_pay_is_warned_during_the_story_and_again_when_she_pays(tmp_path: Path) -> None:
    rows = warned(tmp_path, worlds.a_teacher_about_to_pay()).rows(named=True)
    assert [(row["subject"], row["warning_kind"], row["level"]) for row in rows] == [
        ("teacher", "victim", 2),
        ("teacher", "victim", 1),
    ]
    assert rows[0]["issued_at"] == worlds.at(30), "a call is known when it ends"
    assert indicators(rows[1]) >= {"W01", "V01", "V08"}
    assert all(reason["text_zh"] and reason["text_en"] for reason in rows[1]["reasons"])
    assert worlds.FRAUD in rows[0]["related"]


def test_a_call_that_still_lasts_is_known_from_its_versions_and_counts_once(tmp_path: Path) -> None:
    world = worlds.a_teacher_about_to_pay()
    versions = [
        worlds.call(1, 0, worlds.FRAUD, worlds.TEACHER, seconds, known_at=worlds.at(seconds / 60))
        for seconds in (600, 1500)
    ]
    world["calls"] = worlds.table("calls", *versions, worlds.call(1, 0, worlds.FRAUD, worlds.TEACHER, 1800))
    rows = warned(tmp_path, world).rows(named=True)
    assert [row["issued_at"] for row in rows[:2]] == [worlds.at(10), worlds.at(25)]
    assert [row["level"] for row in rows] == [3, 2, 1]


@pytest.mark.parametrize("world", ["a_grandmother_on_the_phone", "a_recycled_number", "a_courier_at_work"])
def test_honest_people_are_left_in_peace(tmp_path: Path, world: str) -> None:
    assert warned(tmp_path, getattr(worlds, world)()).is_empty()


def test_a_modem_pool_is_found_and_who_talks_long_with_it_is_warned(tmp_path: Path) -> None:
    rows = warned(tmp_path, worlds.a_modem_pool()).rows(named=True)
    assert {(row["subject"], row["warning_kind"]) for row in rows} == {(worlds.FRAUD, "number"), ("teacher", "victim")}
    number = next(row for row in rows if row["warning_kind"] == "number")
    assert len(indicators(number)) >= 3, "never one feature alone"


def test_a_mule_account_is_found_by_money_in_and_out(tmp_path: Path) -> None:
    rows = warned(tmp_path, worlds.a_mule_account()).rows(named=True)
    assert {(row["subject"], row["warning_kind"]) for row in rows} == {(worlds.MULE, "account")}


def test_what_comes_twice_counts_once(tmp_path: Path) -> None:
    world = worlds.a_modem_pool()
    world["calls"] = pl.concat([world["calls"].head(19)] * 5)
    assert warned(tmp_path, world).is_empty()


def test_nothing_is_known_before_its_time(tmp_path: Path) -> None:
    folder = tmp_path / "signals"
    folder.mkdir()
    for name, frame in worlds.a_teacher_about_to_pay().items():
        write_table(frame, folder / f"{name}.parquet")
    rows = detect(folder, tmp_path / "found", None, until=worlds.at(35))
    assert rows["level"].to_list() == [2]


def test_a_spoofed_bank_number_is_not_held_against_the_bank(tmp_path: Path) -> None:
    assert warned(tmp_path, worlds.a_modem_pool(caller="95588")).is_empty()
