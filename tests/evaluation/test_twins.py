"""Twin cities: the same people's losses with and without dissuasion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fanzha.cli.twins import page
from fanzha.detection import Models
from fanzha.evaluation import twins
from fanzha.evaluation.desk import Told
from fanzha.evaluation.twin_figures import figures, losers
from fanzha.evaluation.twins import Setting, Twins, replayed, with_dissuasion, without_dissuasion
from fanzha.simulation.reactions import Reacting

SMALL = Setting(people=250, days=1, seed=7, operators=6, cars=6, models=Models(), inflation=9000)


@pytest.fixture(scope="module")
def lived() -> Twins:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(twins, "SLICE_MINUTES", 60)
        return Twins(SMALL, with_dissuasion(SMALL, Reacting()), without_dissuasion(SMALL))


def test_nobody_loses_more_with_dissuasion_and_somebody_less(lived: Twins) -> None:
    found = losers(lived, lived.lived)
    assert found
    assert all(0 <= one.with_it <= one.without for one in found)
    assert sum(one.with_it for one in found) < sum(one.without for one in found)
    assert lived.lived.stopped


def test_the_losses_without_dissuasion_are_what_the_city_paid(lived: Twins) -> None:
    city = SMALL.city()
    city.registers()
    days = [city.day(0)]
    truth = city.truth()
    end = SMALL.ends.timestamp() * 1e6
    for plan in city.plans.values():
        moved = [
            day.payments_truth.filter(scam_id=plan.scam_id).join(day.tables["payments"], on="payment_id")
            for day in days
        ]
        paid = sum(int(one.filter(layer=1)["amount_fen"].sum()) for one in moved)
        back = sum(int(one.filter(layer=0)["amount_fen"].sum()) for one in moved)
        assert plan.loss(round(end)) == paid - back
    yielding = {one.scam_id for one in city.plans.values() if one.yields and one.payments[0] < end}
    assert yielding <= set(truth["truth_victims"]["scam_id"])
    assert any(one.yields for one in losers(lived, lived.lived)) == bool(yielding)
    assert city.plans.keys() == lived.lived.plans.keys(), "the same stories in both lives"


def test_better_rates_keep_more_and_without_warnings_nothing_is_kept(lived: Twins) -> None:
    kept = [
        sum(one.without - one.with_it for one in losers(lived, replayed(lived, Reacting.all(case))))
        for case in ("low", "expected", "high")
    ]
    assert kept[0] < kept[2]
    silent = replayed(replace(lived, told=[]), Reacting())
    assert (dict(silent.stopped), silent.contacts) == ({}, [])


def test_a_warning_of_a_story_that_is_over_is_left_out_and_replays_repeat(lived: Twins) -> None:
    plan = next(one for one in lived.lived.plans.values() if one.touches)
    early = Told(plan.person, 1, plan.begins + 1)
    many = [early, *(replace(early, issued_at=plan.begins + n * 60_000_000) for n in range(1, 3000, 30))]
    once, again = (replayed(replace(lived, told=many), Reacting.all("high")) for _ in range(2))
    assert once.contacts == again.contacts
    assert once.warnings < len(many) or not once.stopped


def test_the_page_says_synthetic_and_every_line_has_its_interval(lived: Twins) -> None:
    told = figures([lived])
    assert told["synthetic"] is True
    share = told["kept_share"]
    assert 0 <= share["low"] <= share["value"] <= share["high"] <= 1
    assert told["kept_fen"]["value"] == told["lost_without_fen"] - told["lost_with_fen"]
    assert sum(row["losers"] for row in told["by_class"].values()) == told["losers"]
    names = [row["rates"] for row in told["sensitivity"]]
    assert names[:3] == ["low", "expected", "high"]
    assert "half the people at work" in names
    text = page(told, "indicators alone")
    assert text.startswith("SYNTHETIC")
    assert " to " in text
