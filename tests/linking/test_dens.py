"""Dens: where found gangs stand, by cells and addresses, and how sure that is."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from fanzha.linking.dens import locate
from fanzha.linking.folder import ready
from tests.linking.test_gangs import NUMBERS, gang_of
from tests.worlds import call, payment, table


def at_cell(number: str, cell: str | None, place: str | None, count: int, n: int) -> list[dict[str, Any]]:
    return [
        call(n * 100 + k, k * 60, number, NUMBERS[9], 5, caller_cell=cell, caller_place=place) for k in range(count)
    ]


def from_address(
    payer: str, ip: str, place: str, count: int, n: int, device: str | None = None
) -> list[dict[str, Any]]:
    return [payment(n * 100 + k, k, payer, "x", 1, ip=ip, payer_place=place, device=device) for k in range(count)]


def dens(
    calls: list[dict[str, Any]], payments: list[dict[str, Any]], gangs: pl.DataFrame, houses: tuple[str, ...] = ()
) -> list[dict[str, Any]]:
    folder = ready({"calls": table("calls", *calls), "payments": table("payments", *payments)})
    return locate(folder, gangs.select("identifier", "kind"), gangs, pl.Series(houses, dtype=pl.String)).to_dicts()


TWO = gang_of(
    (NUMBERS[0], "number", "G1"), ("m", "account", "G1"), (NUMBERS[1], "number", "G2"), (NUMBERS[2], "number", "G3")
)


def test_gangs_at_one_cell_are_one_den_with_its_place_its_hours_and_how_sure_that_is() -> None:
    calls = [
        *at_cell(NUMBERS[0], "c1", "451002", 8, 1),
        *at_cell(NUMBERS[0], "c2", "451003", 2, 2),
        *at_cell(NUMBERS[0], "c3", "451022", 1, 3),
    ]
    calls += [*at_cell(NUMBERS[1], "c1", "451002", 4, 4), *at_cell(NUMBERS[2], "c9", None, 3, 5)]
    one, other = dens(calls, from_address("m", "198.18.1.1", "451002", 3, 1), TWO)
    assert (one["den"], one["place"], one["identifiers"], one["gangs"]) == ("D001", "451002", NUMBERS[:2], ["G1", "G2"])
    assert one["evidence"] == [
        {"kind": "cells", "value": "c1", "place": "451002", "events": 12}, {"kind": "address", "value": "198.18.1.1", "place": "451002", "events": 3},
        {"kind": "shift", "value": "10:00-16:00 +08:00", "place": None, "events": 15},
    ]  # fmt: skip
    assert one["confidence"] == round(1 - 0.4 * 0.7 * 0.5 * 0.6 * 0.8, 4)
    assert (other["den"], other["place"], other["confidence"], other["gangs"]) == ("D002", None, 0.0, ["G3"])
    assert other["evidence"][0] == {"kind": "cells", "value": "c9", "place": None, "events": 3}


def test_a_shift_may_go_through_midnight() -> None:
    evening = [call(n, 10 * 60 + n * 18, NUMBERS[0], NUMBERS[9], 5, caller_cell="c1") for n in range(20)]
    (one,) = dens(evening, [], TWO)
    assert one["evidence"][-1] == {"kind": "shift", "value": "20:18-01:24 +08:00", "place": None, "events": 20}


def test_a_place_has_one_voice_for_each_kind_of_evidence() -> None:
    calls = [*at_cell(NUMBERS[0], "c1", "451002", 60, 1)]
    (one,) = dens(calls, [*from_address("m", "198.18.1.1", "451003", 3, 1)], TWO)
    assert (one["place"], one["confidence"]) == ("451002", round((1 - 0.4 * 0.7) / 2, 4)), (
        "sixty hours of calls are no shift"
    )


def test_what_is_abroad_tells_more_than_a_gateway_in_the_city() -> None:
    calls = [
        *at_cell(NUMBERS[0], "c1", "451002", 9, 1),
        *at_cell(NUMBERS[0], None, "MM", 3, 2),
        *at_cell(NUMBERS[1], "c1", "451002", 3, 3),
    ]
    found = dens(calls, [], TWO)
    assert [(one["place"], one["gangs"]) for one in found] == [("MM", ["G1"]), ("451002", ["G2"])]
    assert {"kind": "cells", "value": "in MM", "place": "MM", "events": 3} in found[0]["evidence"]


@pytest.mark.parametrize(
    ("payments", "there"),
    [
        (from_address("m", "198.18.1.1", "451002", 3, 1), True),
        (from_address("m", "198.18.1.1", "451002", 2, 1), False),
        (from_address("m", "100.64.1.1", "451002", 9, 1), False),
        ([*from_address("m", "198.18.1.1", "451002", 3, 1), *(row for n in range(2) for row in from_address(f"s{n}", "198.18.1.1", "4", 2, 3 + n))], True),
        ([*from_address("m", "198.18.1.1", "451002", 3, 1), *(row for n in range(3) for row in from_address(f"s{n}", "198.18.1.1", "4", 1, 3 + n))], False),
        ([*from_address("m", "198.18.1.1", "451002", 3, 1), *from_address("m", "198.18.1.1", "451002", 3, 2, device="house")], False),
        ([*from_address("m", "198.18.1.1", "451002", 3, 1), *from_address("m", "198.18.1.1", "451002", 2, 2, device="house")], True),
        ([*from_address("m", "198.18.1.1", "451002", 3, 1), *from_address("m", "198.18.1.2", "451002", 12, 2)], True),
    ],
)  # fmt: skip
def test_an_address_is_a_dens_when_it_is_its_own_and_used_enough(payments: list[dict[str, Any]], there: bool) -> None:
    found = dens([], payments, TWO, ("house",))
    assert ("198.18.1.1" in {one["value"] for den in found for one in den["evidence"]}) is there


def test_a_fifth_of_a_gangs_payments_makes_an_address_its_place_and_less_does_not() -> None:
    less = [*from_address("m", "198.18.1.1", "451002", 3, 1), *from_address("m", "198.19.1.2", "451002", 13, 2)]
    (den,) = dens([], less, TWO)
    assert {one["value"] for one in den["evidence"]} == {"198.19.1.2"}
