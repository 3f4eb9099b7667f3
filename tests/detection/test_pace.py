"""A budget holds in a city that the model does not know, by what was seen so far and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanzha.detection.pace import STEP_US, Pace, begin, bring_up, count_story
from fanzha.detection.scoring import allowed

HOUR_US = 3600 * 1_000_000
MODEL = np.array([np.inf, 6.0, 4.0, 2.0, np.inf])
PEOPLE = 100_000


def lived(margins_by_hour: list[list[float]], budget: float = 140) -> tuple[Pace, list[list[float]]]:
    """The pace after hours in which stories of these margins came, and the margins that were in force in each hour."""
    pace, in_force = begin(MODEL), []
    for hour, margins in enumerate(margins_by_hour):
        bring_up(pace, 1 + hour * HOUR_US, PEOPLE, allowed(budget), MODEL)
        in_force.append(pace.margins.tolist())
        for margin in margins:
            count_story(pace, -np.inf, margin)
    return pace, in_force


def test_the_models_margins_stand_while_what_they_let_through_is_near_the_budget() -> None:
    _, in_force = lived([[3.0] * 8] * 72)  # 192 a day for 140
    assert all(margins == MODEL.tolist() for margins in in_force)


def test_in_a_flood_no_more_stories_than_the_budget_come_through() -> None:
    rng = np.random.default_rng(1)
    hours = [rng.normal(5, 2, 2000).tolist() for _ in range(120)]
    _, in_force = lived(hours)
    settled = range(48, 120)
    told = sum(sum(margin >= in_force[hour][3] for margin in hours[hour]) for hour in settled) / len(settled) * 24
    urgent = sum(sum(margin >= in_force[hour][2] for margin in hours[hour]) for hour in settled) / len(settled) * 24
    assert 100 < told < 180
    assert urgent < 20


@settings(max_examples=25)
@given(st.lists(st.lists(st.floats(-20, 20), max_size=60), min_size=2, max_size=30), st.data())
def test_a_margin_never_depends_on_what_comes_later(hours: list[list[float]], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(hours)))
    assert lived(hours)[1][:cut] == lived(hours[:cut])[1]


def test_a_story_that_rises_is_counted_once() -> None:
    pace = begin(MODEL)
    bring_up(pace, 1, PEOPLE, allowed(140), MODEL)
    count_story(pace, -np.inf, 1.0)
    count_story(pace, 1.0, 7.5)
    assert pace.stories.sum() == 1
    bring_up(pace, 1 + STEP_US, PEOPLE, allowed(140), MODEL)
    assert 0.99 < pace.stories.sum() < 1


def test_days_in_which_nothing_came_count_alike_however_they_were_looked_at() -> None:
    hours = 20 * 24
    looked, _ = lived([[]] * (hours + 1))
    gap = begin(MODEL)
    for hour in (0, hours):
        bring_up(gap, 1 + hour * HOUR_US, PEOPLE, allowed(140), MODEL)
    assert gap.exposure[0] == pytest.approx(looked.exposure[0])
    for pace in (looked, gap):
        for _ in range(1500):
            count_story(pace, -np.inf, 5.0)
        bring_up(pace, 1 + (hours + 1) * HOUR_US, PEOPLE, allowed(140), MODEL)
    assert gap.margins.tolist() == looked.margins.tolist(), "a flood after it is met as any other"


def test_more_urgent_levels_never_need_less() -> None:
    hours = [np.random.default_rng(hour).normal(6, 3, 3000).tolist() for hour in range(30)]
    _, in_force = lived(hours)
    assert all(first >= second >= third for _, first, second, third, _ in in_force)
