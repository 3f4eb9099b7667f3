"""A listing counts from when it begins until it ends, and not for whoever got the number after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from fanzha.detection import Following, Models
from fanzha.signals import SignalLog
from tests.worlds import FRAUD, TEACHER, at, call, listed, registers, table

CALL = call(1, 0, FRAUD, TEACHER, 1800)
LATER = call(2, 3000, FRAUD, TEACHER, 1800)


def listings(*rows: dict[str, Any]) -> dict[str, pl.DataFrame]:
    return {"listed": table("listed", *(listed(FRAUD, "number", **row) for row in rows))}


def warned(folder: Path, *batches: dict[str, pl.DataFrame], kill: bool = False) -> list[tuple[str, str]]:
    """Which calls with the number were warned of, and whom; `kill`: after every batch another engine goes on from the checkpoint."""
    path = folder / "log.sqlite"
    log = SignalLog(path)
    following = Following(path, Models().engine())
    for number, tables in enumerate(({**registers()}, *batches)):
        following.work(log.append(tables, f"b{number}"))
        if kill:
            following.save()
            following = Following(path, Models().engine())
            assert following.position == number + 1
    found = following.outbox.all()
    return [
        (one["event_id"], one["subject"])
        for one in found
        if any(reason["indicator"] == "W01" for reason in one["reasons"])
    ]


@pytest.mark.parametrize("kill", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_between_two_listings_a_number_is_not_listed(tmp_path: Path, together: bool, kill: bool) -> None:
    twice = listings({"until": at(-500)}, {"listed_at": at(2000)})
    events = {"calls": table("calls", CALL, LATER)}
    batches = (
        [{**twice, **events}]
        if together
        else [twice, {"calls": table("calls", CALL)}, {"calls": table("calls", LATER)}]
    )
    assert warned(tmp_path, *batches, kill=kill) == [("c2", "teacher")]


@pytest.mark.parametrize("kill", [False, True])
def test_a_listing_that_comes_again_with_its_end_has_ended(tmp_path: Path, kill: bool) -> None:
    ended = listings({"until": at(-10)})
    assert warned(tmp_path, listings({}), ended, {"calls": table("calls", CALL)}, kill=kill) == []


def test_while_one_of_two_listings_lasts_a_number_is_listed(tmp_path: Path) -> None:
    both = listings({}, {"listed_at": at(-900)})
    assert warned(tmp_path, both, listings({"until": at(-10)}), {"calls": table("calls", CALL)}) == [("c1", "teacher")]


@pytest.mark.parametrize("kill", [False, True])
def test_whoever_gets_a_listed_number_later_is_not_taken_for_who_had_it(tmp_path: Path, kill: bool) -> None:
    given = {"numbers": table("numbers", {"number": FRAUD, "holder": "son", "opened_at": at(-100)})}
    assert warned(tmp_path, listings({}), given, {"calls": table("calls", CALL)}, kill=kill) == []
