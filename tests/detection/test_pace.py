"""A budget holds in a city that the model does not know, by what was seen so far and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fanzha.detection.pace import BINS, STEP_US, Pace, begin, bin_of, bring_up, count_story, doubts
from fanzha.detection.scoring import allowed

HOUR_US = 3600 * 1_000_000
MODEL = np.array([np.inf, 6.0, 4.0, 2.0, np.inf])
PEOPLE = 100_000
DOUBTED = np.ones(BINS)
FLOOR = -3.0
Array = NDArray[np.float64]


def lived(
    margins_by_hour: list[list[float]], budget: float = 140.0, doubt: Array = DOUBTED
) -> tuple[Pace, list[list[float]]]:
    """The pace after hours in which stories of these margins came, and the margins that were in force in each hour."""
    pace, in_force = begin(MODEL), []
    for hour, margins in enumerate(margins_by_hour):
        bring_up(pace, 1 + hour * HOUR_US, PEOPLE, allowed(budget), MODEL, budget, doubt, FLOOR)
        in_force.append(pace.margins.tolist())
        for margin in margins:
            count_story(pace, -np.inf, margin)
    return pace, in_force


def told(hours: list[list[float]], in_force: list[list[float]], level: int) -> float:
    """Stories a day, from the third on, that reached the margin of a level."""
    settled = range(48, len(hours))
    return sum(margin >= in_force[hour][level] for hour in settled for margin in hours[hour]) / len(settled) * 24


def test_the_models_margins_stand_while_what_they_let_through_is_near_the_budget() -> None:
    _, in_force = lived([[3.0] * 8] * 72)  # 192 a day for 140
    assert all(margins == MODEL.tolist() for margins in in_force)


def test_in_a_flood_no_more_stories_than_the_budget_come_through() -> None:
    rng = np.random.default_rng(1)
    hours = [rng.normal(5, 2, 2000).tolist() for _ in range(120)]
    _, in_force = lived(hours)
    assert 100 < told(hours, in_force, 3) < 180
    assert told(hours, in_force, 2) < 20


def test_in_a_quiet_city_the_budget_is_spent_on_less_likely_stories() -> None:
    rng = np.random.default_rng(2)
    hours = [rng.normal(-2, 1.5, 40).tolist() for _ in range(150)]
    _, in_force = lived(hours)
    assert told(hours, [MODEL.tolist()] * 150, 3) < 10
    assert 80 < told(hours, in_force, 3) < 140
    assert all(margins[:3] == MODEL.tolist()[:3] for margins in in_force), "urgent levels need what they needed"


def test_no_margin_is_lowered_on_the_first_day_or_beyond_the_floor() -> None:
    _, in_force = lived([[]] * 100)
    assert all(margins[3] == MODEL[3] for margins in in_force[:24])
    assert in_force[-1][3] == FLOOR


def test_what_is_surely_true_does_not_use_up_the_budget_of_false_warnings() -> None:
    rng = np.random.default_rng(3)
    hours = [[*rng.normal(-2, 1.5, 40).tolist(), *[9.0] * 4] for _ in range(150)]
    _, sure = lived(hours, doubt=doubts(1.5, 0.0))
    _, unsure = lived(hours)
    assert told(hours, unsure, 3) < 125 < told(hours, sure, 3) < 145, (
        "never beyond the budget, whatever the calibration says"
    )


def test_an_urgent_level_needs_more_where_its_stories_are_doubtful() -> None:
    rng = np.random.default_rng(4)
    hours = [rng.uniform(4, 8, 2).tolist() for _ in range(150)]
    _, in_force = lived(hours)
    assert told(hours, in_force, 2) < 16 < told(hours, [MODEL.tolist()] * 150, 2)
    _, sure = lived(hours, doubt=np.zeros(BINS))
    assert all(margins[:3] == MODEL.tolist()[:3] for margins in sure)


def test_a_story_as_likely_false_as_true_is_doubted_wholly() -> None:
    doubt = doubts(2.0, -4.0)
    assert doubt[bin_of(1.9)] == 1 == doubt[bin_of(-14.9)]
    assert doubt[bin_of(3.01)] == pytest.approx(2 / (1 + np.exp(2)), rel=0.05)


@settings(max_examples=25)
@given(st.lists(st.lists(st.floats(-20, 20), max_size=60), min_size=2, max_size=30), st.data())
def test_a_margin_never_depends_on_what_comes_later(hours: list[list[float]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(hours)))
    assert lived(hours)[1][:cut] == lived(hours[:cut])[1]


def test_a_story_that_rises_is_counted_once() -> None:
    pace = begin(MODEL)
    bring_up(pace, 1, PEOPLE, allowed(140), MODEL, 140.0, DOUBTED, FLOOR)
    count_story(pace, -np.inf, 1.0)
    count_story(pace, 1.0, 7.5)
    assert pace.stories.sum() == 1
    bring_up(pace, 1 + STEP_US, PEOPLE, allowed(140), MODEL, 140.0, DOUBTED, FLOOR)
    assert 0.99 < pace.stories.sum() < 1


def test_days_in_which_nothing_came_count_alike_however_they_were_looked_at() -> None:
    hours = 20 * 24
    looked, _ = lived([[]] * (hours + 1))
    gap = begin(MODEL)
    for hour in (0, hours):
        bring_up(gap, 1 + hour * HOUR_US, PEOPLE, allowed(140), MODEL, 140.0, DOUBTED, FLOOR)
    assert gap.exposure[0] == pytest.approx(looked.exposure[0])
    for pace in (looked, gap):
        for _ in range(1500):
            count_story(pace, -np.inf, 5.0)
        bring_up(pace, 1 + (hours + 1) * HOUR_US, PEOPLE, allowed(140), MODEL, 140.0, DOUBTED, FLOOR)
    assert gap.margins.tolist() == looked.margins.tolist(), "a flood after it is met as any other"


def test_more_urgent_levels_never_need_less() -> None:
    hours = [np.random.default_rng(hour).normal(6, 3, 3000).tolist() for hour in range(30)]
    _, in_force = lived(hours)
    assert all(first >= second >= third for _, first, second, third, _ in in_force)
