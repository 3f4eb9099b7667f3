"""No record of the centre may take a step that is not written down here too, and every step that is may be taken."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from fanzha.centre.cases.actions.moving import step as step_of_case
from fanzha.centre.cases.models import Case
from fanzha.centre.dissuasion.actions.steps import locked, next_change
from fanzha.centre.dissuasion.actions.steps import move as move_order
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.holds.actions.steps import locked as locked_hold
from fanzha.centre.holds.actions.steps import move as move_hold
from fanzha.centre.holds.models import Hold
from fanzha.centre.networks.actions import steps as of_networks
from fanzha.refusal import Refusal

TOLD: dict[str, str] = yaml.safe_load((Path(__file__).parent / "steps.yaml").read_text(encoding="utf-8"))
NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)


def written(name: str) -> dict[str, list[str]]:
    lines = (line.partition(" >") for line in TOLD[name].splitlines())
    return {state: to.split() for state, _, to in lines}


@pytest.mark.parametrize("name", TOLD)
def test_the_steps_are_those_that_are_written_down(name: str) -> None:
    app, table, *of = name.split(".")
    found: Any = getattr(importlib.import_module(f"fanzha.centre.{app}.states"), table)
    for key in of:
        found = found[key]
    assert {state: sorted(to) for state, to in found.items()} == {
        state: sorted(to) for state, to in written(name).items()
    }


def tried(name: str, act: Callable[[str, str], str], code: str) -> None:
    """Every step of a table, allowed or not, through the function that takes it."""
    table = written(name)
    for state in table:
        for to in table:
            if to in table[state]:
                assert act(state, to) == to
            else:
                with pytest.raises(Refusal, match=rf"{state}.*{to}") as refused:
                    act(state, to)
                assert refused.value.code == code


def test_only_these_steps_are_taken_and_another_is_refused_by_its_record() -> None:
    def order(state: str, to: str) -> str:
        one = Order(order_id="o-1", state=state)
        move_order(one, to)
        return one.state

    def case(state: str, to: str) -> str:
        one = Case(number="A2026", state=state)
        step_of_case(one, to)
        return one.state

    def hold(state: str, to: str) -> str:
        one = Hold(pk=7, state=state)
        move_hold(one, to)
        return one.state

    tried("dissuasion.ALLOWED", order, "order.state")
    tried("cases.ALLOWED", case, "case.state")
    tried("holds.HOLD", hold, "hold.state")
    for of in ("link", "series", "gang", "den"):
        tried(
            f"networks.ALLOWED.{of}",
            lambda state, to, of=of: of_networks.step(of, state, to, "G1") or to,
            "networks.state",
        )
    with pytest.raises(Refusal) as refused:
        move_order(Order(order_id="o-1", state="closed"), "met")
    assert refused.value.where == "o-1"
    with pytest.raises(Refusal) as refused:
        of_networks.step("gang", "dismissed", "cracked", "G7")
    assert refused.value.where == "G7"


@pytest.mark.django_db
def test_a_record_that_is_not_there_is_refused_by_what_was_asked_for() -> None:
    asked: tuple[tuple[Callable[[], object], str, str], ...] = (
        (lambda: locked("o-none"), "order.unknown", "o-none"),
        (lambda: locked_hold(99), "hold.unknown", "99"),
        (lambda: of_networks.held(Order, order_id="o-x"), "networks.unknown", "o-x"),
    )
    for ask, code, where in asked:
        with pytest.raises(Refusal) as refused:
            ask()
        assert (refused.value.code, refused.value.where) == (code, where)


@pytest.mark.django_db
def test_changes_and_records_are_numbered_without_a_gap_and_by_the_shanghai_year() -> None:
    assert [next_change(), next_change()] == [1, 2]
    eve, year = datetime(2026, 12, 31, 15, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC)
    assert [of_networks.next_number("G", at) for at in (eve, eve, year)] == [
        "G2026000001",
        "G2026000002",
        "G2027000001",
    ]
    assert of_networks.next_number("D", eve) == "D2026000001"


def test_a_reason_is_kept_without_the_space_around_it_and_must_be_there() -> None:
    assert of_networks.why("  两案同一收款人 ", "L1") == "两案同一收款人"
    with pytest.raises(Refusal) as refused:
        of_networks.why("  ", "L1")
    assert (refused.value.code, refused.value.where) == ("networks.reason", "L1")
