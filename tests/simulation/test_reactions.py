"""Reactions: rates with their pedigree, and chances that go the way they should."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fanzha.simulation.plans import STAGES
from fanzha.simulation.reactions import CASES, CHANNELS, GROUPS, RATES, Reacting, belief, contact, reach
from fanzha.vocabulary import CASE_CLASSES, CONTACTS, of_classes


def leaves(told: Any) -> Iterator[dict[str, Any]]:
    if isinstance(told, dict) and "expected" in told:
        yield told
    else:
        for one in told.values() if isinstance(told, dict) else told:
            yield from leaves(one)


def test_every_rate_has_three_values_in_order_and_says_where_it_is_from() -> None:
    of_class = {code: told["belief"] for code, told in of_classes("simulated").items() if "belief" in told}
    found = [*leaves(RATES), *leaves(of_class)]
    assert len(found) > 20
    for rate in found:
        assert rate["low"] <= rate["expected"] <= rate["high"]
        assert "ours" in rate["source"] or "domain page" in rate["source"]
    assert set(RATES) == set(GROUPS)


@given(
    st.sampled_from(STAGES[:-1]),
    st.sampled_from(sorted(CASE_CLASSES)),
    st.integers(0, 110),
    st.sampled_from(CHANNELS),
    st.integers(0, 5),
)
def test_belief_is_a_probability_that_falls_with_the_stage_and_with_every_vain_contact(
    stage: str, case_class: str, age: int, channel: str, earlier: int
) -> None:
    said = [belief(Reacting.all(case), stage, case_class, age, channel, earlier) for case in CASES]
    assert 0 < said[0] <= said[1] <= said[2] < 1
    here = said[1]
    assert belief(Reacting(), stage, case_class, age, channel, earlier + 1) < here
    if stage != "lure":
        assert here < belief(Reacting(), STAGES[STAGES.index(stage) - 1], case_class, age, channel, earlier)
    assert belief(Reacting(), stage, case_class, age, "visit", earlier) >= belief(
        Reacting(), stage, case_class, age, "call", earlier
    )


def test_who_speaks_with_the_fraudster_is_mostly_busy_and_a_visit_finds_them_all_the_same() -> None:
    assert reach(Reacting(), "call", True) < 0.2 < reach(Reacting(), "call", False)
    assert reach(Reacting(), "visit", True) == reach(Reacting(), "visit", False)
    said = [contact(Reacting(), "call", True, np.random.default_rng(n)) for n in range(400)]
    assert set(said) <= set(CONTACTS)
    assert said.count("busy") > 320


def test_flash_sms_comes_near_the_sixty_percent_of_the_field_where_a_story_has_just_begun() -> None:
    effective = reach(Reacting(), "sms", False) * belief(Reacting(), "lure", "AC", 70, "sms")
    assert 0.4 < effective < 0.65
