"""A listing counts from when it begins until it ends, and like a suspicion not for whoever got the number or account after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from fanzha.detection import Following, Models
from fanzha.signals import SignalLog
from tests.worlds import CARD, FRAUD, MULE, TEACHER, at, call, listed, payment, registers, table

CALL = call(1, 0, FRAUD, TEACHER, 1800)
LATER = call(2, 3000, FRAUD, TEACHER, 1800)


def listings(*rows: dict[str, Any]) -> dict[str, pl.DataFrame]:
    return {"listed": table("listed", *(listed(FRAUD, "number", **row) for row in rows))}


def warned(
    folder: Path, *batches: dict[str, pl.DataFrame], kill: bool = False, indicator: str = "W01"
) -> list[tuple[str, str]]:
    """Which events an indicator warned of, and whom; `kill`: after every batch another engine goes on from the checkpoint."""
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
        if any(reason["indicator"] == indicator for reason in one["reasons"])
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


@pytest.mark.parametrize("kill", [False, True])
def test_a_register_that_does_not_know_since_when_a_number_is_held_makes_nobody_forget_it(
    tmp_path: Path, kill: bool
) -> None:
    given = {"numbers": table("numbers", {"number": FRAUD, "holder": "son", "opened_at": at(-100)})}
    again = {"numbers": table("numbers", {"number": FRAUD, "holder": "son", "operator": "another"})}
    assert warned(tmp_path, listings({}), given, again, {"calls": table("calls", CALL)}, kill=kill) == []


def laundered(minutes: float, of: int) -> list[dict[str, Any]]:
    """Five strangers pay in, and most of it goes on to another at once; `of`: tells these from others."""
    paid_in = [payment(of + n, minutes + n, f"99999900000000{of + n:05d}", MULE, 2000) for n in range(5)]
    return [*paid_in, payment(of + 5, minutes + 6, MULE, f"99999900000000{of + 5:05d}", 9000)]


@pytest.mark.parametrize("kill", [False, True])
@pytest.mark.parametrize("told", ["before", "between", "together"])
@pytest.mark.parametrize(("opened", "paid"), [(-900, 40), (20, 10), (20, 40), (20, 20)])
def test_whoever_gets_a_suspected_account_later_is_not_taken_for_who_had_it(
    tmp_path: Path, opened: float, paid: float, told: str, kill: bool
) -> None:
    given = {"accounts": table("accounts", {"account": MULE, "holder": "son", "opened_at": at(opened)})}
    before, after = table("payments", *laundered(0, 1000)), table("payments", payment(20, paid, CARD, MULE, 20_000))
    batches = {
        "before": [given, {"payments": before}, {"payments": after}],
        "between": [{"payments": before}, given, {"payments": after}],
        "together": [{**given, "payments": pl.concat([before, after])}],
    }
    suspected = opened <= 6 or paid < opened
    expected = [("t20", "teacher")] if suspected else []
    assert warned(tmp_path, *batches[told], kill=kill, indicator="V01") == expected


def test_who_launders_with_an_account_that_another_was_suspected_for_is_suspected_again(tmp_path: Path) -> None:
    given = {"accounts": table("accounts", {"account": MULE, "holder": "son", "opened_at": at(100_000)})}
    payments = [*laundered(0, 1000), *laundered(100_100, 2000), payment(20, 100_200, CARD, MULE, 20_000)]
    batch = {**given, "payments": table("payments", *payments)}
    assert warned(tmp_path, batch, indicator="V01") == [("t20", "teacher")]


def test_a_site_is_listed_however_its_name_is_written(tmp_path: Path) -> None:
    visits = [
        {"visit_id": f"v{n}", "visited_at": at(n * 2000), "number": TEACHER, "domain": domain, "form_posted": True}
        for n, domain in enumerate(("Pay.A-B.top", "pay.a-b.top.", "a-b.top"))
    ]
    known = {"listed": table("listed", listed("pay.a-b.TOP", "domain"))}
    found = warned(tmp_path, known, {"visits": table("visits", *visits)}, indicator="W05")
    assert found == [("v0", "teacher"), ("v1", "teacher")]
