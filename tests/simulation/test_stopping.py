"""A city in slices, and stories that are stopped in it: nothing else in the city is another than it would have been."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fanzha.simulation import City, Day, Plan
from fanzha.simulation.city import SHANGHAI

MONDAY = date(2026, 3, 2)
MIDNIGHT = datetime(2026, 3, 2, tzinfo=SHANGHAI)
DAYS = 3
BALANCES = ["payer_balance_fen", "payee_balance_fen"]


def a_city(seed: int = 5) -> City:
    city = City(people=500, seed=seed, start=MONDAY, inflation=4000, yields=0.7)
    city.registers()
    return city


def joined(parts: list[Day]) -> dict[str, pl.DataFrame]:
    names = sorted({name for part in parts for name in part.tables})
    return {name: pl.concat([part.tables[name] for part in parts if name in part.tables]) for name in names}


def instant(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / 1e6, UTC)


@settings(max_examples=4)
@given(seed=st.integers(0, 999), minutes=st.integers(37, 700))
@example(seed=614, minutes=37)
def test_a_day_in_slices_is_the_day_when_nobody_is_stopped(seed: int, minutes: int) -> None:
    whole, sliced = a_city(seed), a_city(seed)
    end, parts, now = MIDNIGHT + timedelta(days=2), list[Day](), MIDNIGHT
    while now < end:
        now = min(now + timedelta(minutes=minutes), end)
        parts.append(sliced.step(now))
    days = joined([whole.day(0), whole.day(1)])
    for name, table in joined(parts).items():
        assert table.equals(days[name]), name
    assert all(table.equals(whole.truth()[name]) for name, table in sliced.truth().items())


def planned(seed: int) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, dict[str, Plan]]:
    city = a_city(seed)
    days = [city.day(n) for n in range(DAYS)]
    return joined(days), pl.concat([day.payments_truth for day in days]), city.plans


@settings(max_examples=4)
@given(seed=st.integers(0, 99), which=st.integers(0, 10_000), hours=st.floats(0.1, 8))
def test_stopping_a_story_takes_away_its_later_events_and_nothing_else(seed: int, which: int, hours: float) -> None:
    without, truth, plans = planned(seed)
    plan = list(plans.values())[which % len(plans)]
    city, now, days = a_city(seed), MIDNIGHT, list[Day]()
    at = city.stop(plan.scam_id, instant(plan.begins) + timedelta(hours=hours))
    while now < MIDNIGHT + timedelta(days=DAYS):
        now += timedelta(hours=2)
        days.append(city.step(now))
    stopped = joined(days)
    kept = pl.concat([day.payments_truth for day in days])
    for name, table in without.items():
        if name == "listed":
            assert table.equals(stopped[name])
            continue
        key = table.columns[1] if name == "pushed" else table.columns[0]
        gone = table.join(stopped[name], on=key, how="anti")
        here = table.join(stopped[name], on=key, how="semi").drop(BALANCES, strict=False)
        assert here.equals(stopped[name].drop(BALANCES, strict=False)), "the others are as they were"
        if name == "payments":
            of_story = truth.filter(pl.col("scam_id") == plan.scam_id)
            assert set(gone["payment_id"]) <= set(of_story["payment_id"])
            assert set(kept["payment_id"]) == set(truth["payment_id"]) - set(gone["payment_id"])
            assert (gone["paid_at"] >= at).all()
            paid = of_story.filter(layer=1)["payment_id"]
            late = without["payments"].filter(pl.col("payment_id").is_in(paid.implode()) & (pl.col("paid_at") >= at))
            assert set(late["payment_id"]) <= set(gone["payment_id"])
        elif name in ("calls", "visits"):
            column = "callee" if name == "calls" else "number"
            assert gone.height == 0 or gone[column].n_unique() == 1


def victim_of(plans: dict[str, Plan]) -> Plan:
    """Somebody who pays at least twice."""
    return next(plan for plan in plans.values() if len(plan.payments) > 1 and plan.payments[0] < plan.payments[1])


def test_money_that_was_paid_is_carried_on_and_the_truth_is_what_was_paid() -> None:
    without, moved, plans = planned(5)
    plan = victim_of(plans)
    between = plan.payments[1] - 1
    city = a_city()
    city.step(instant(plan.begins) + timedelta(microseconds=1))
    city.stop(plan.person, instant(between))
    later = [city.step(MIDNIGHT + timedelta(days=DAYS))]
    told = city.truth()["truth_victims"].filter(pl.col("scam_id") == plan.scam_id)
    assert told["loss_fen"].to_list() == [plan.loss(between)]
    assert told["last_payment_at"].to_list() == [instant(plan.payments[0])]
    gone = set(moved.filter(pl.col("scam_id") == plan.scam_id)["payment_id"]) - set(
        later[0].payments_truth["payment_id"]
    )
    first = without["payments"].join(moved.filter(scam_id=plan.scam_id, layer=2), on="payment_id")
    carried = first.filter(pl.col("paid_at") < instant(plan.payments[1]))
    assert not gone & set(carried["payment_id"])
    assert len(gone) >= len(plan.payments) - 1


def test_a_person_stopped_before_paying_is_one_who_was_lured_and_balances_add_up() -> None:
    _, _, plans = planned(5)
    plan = victim_of(plans)
    city = a_city()
    start = instant(plan.begins) + timedelta(microseconds=1)
    city.step(start)
    assert city.stop(plan.person, start - timedelta(days=1)) == start, "what was lived is not undone"
    payments = city.step(MIDNIGHT + timedelta(days=DAYS)).tables["payments"]
    truth = city.truth()
    assert plan.scam_id not in truth["truth_victims"]["scam_id"].to_list()
    row = truth["truth_approached"].row(by_predicate=pl.col("scam_id") == plan.scam_id, named=True)
    assert row["would_pay_at"] == instant(plan.payments[0])
    account = truth["truth_approached"].filter(scam_id=plan.scam_id)["account"][0]
    sides = [
        payments.filter(pl.col(side) == account).select(
            "paid_at", left=pl.col(f"{side}_balance_fen"), change=sign * pl.col("amount_fen")
        )
        for side, sign in (("payer", -1), ("payee", 1))
    ]
    own = pl.concat(sides).sort("paid_at")
    shown = own.with_columns(pl.col("left").shift().alias("before")).filter(
        (pl.col("left") > 100) & (pl.col("before") > 100)
    )
    assert shown.height > 0
    assert (shown["left"] - shown["before"] == shown["change"]).all()


def test_a_story_that_begins_after_its_person_was_told_goes_on_and_one_that_is_planned_later_is_heeded() -> None:
    _, _, plans = planned(5)
    later = next(plan for plan in plans.values() if plan.begins > MIDNIGHT.timestamp() * 1e6 + 86_400e6)
    city = a_city()
    city.stop(later.person, MIDNIGHT)
    city.stop(later.person, instant(later.begins) + timedelta(minutes=1))
    city.step(MIDNIGHT + timedelta(days=DAYS))
    assert city.stopped[later.scam_id] == later.begins + 60_000_000


def test_the_lured_pay_only_where_they_yield() -> None:
    city = City(people=500, seed=5, start=MONDAY, inflation=4000)
    yielding = a_city()
    for day in range(3):
        city.day(day)
        yielding.day(day)
    assert not any(plan.yields for plan in city.plans.values())
    assert any(plan.yields and plan.payments for plan in yielding.plans.values())


def test_time_runs_forward() -> None:
    city = a_city()
    city.step(MIDNIGHT + timedelta(hours=5))
    with pytest.raises(ValueError, match="forward"):
        city.step(MIDNIGHT + timedelta(hours=4))
    with pytest.raises(ValueError, match="in order"):
        city.day(0)
