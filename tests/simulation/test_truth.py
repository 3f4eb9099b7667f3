"""What the truth of a city says is what its signals show, whatever its seed and habits, wherever it is cut off."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from fanzha.signals import read_folder
from fanzha.simulation import simulate
from fanzha.simulation.city import SHANGHAI

MONDAY = date(2026, 3, 2)
DAYS = 3
CITIES = [(1, None), (2, None), (3, 5), (4, 9), (5, 21)]


@pytest.fixture(scope="module", params=CITIES, ids=str)
def city(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    """Signals and truth."""
    seed, habits = request.param
    out = tmp_path_factory.mktemp("city")
    list(simulate(out, people=700, days=DAYS, seed=seed, start=MONDAY, inflation=6000, habits=habits))
    return read_folder(out / "signals"), read_truth(out / "truth")


def read_truth(folder: Path) -> dict[str, pl.DataFrame]:
    return {path.stem: pl.read_parquet(path) for path in folder.glob("truth_*.parquet")}


Both = tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]


def tainted(city: Both) -> pl.DataFrame:
    signals, truth = city
    payments = truth["truth_payments"].join(signals["payments"], on="payment_id", how="left")
    assert payments["paid_at"].null_count() == 0, "every payment of the truth is one of the signals"
    return payments


def test_a_victim_s_first_and_last_payment_and_loss_are_those_of_the_payments(city: Both) -> None:
    victims = city[1]["truth_victims"]
    assert victims.height > 5
    assert victims["person"].is_in(city[0]["people"]["person"].implode()).all()
    assert (victims["first_contact_at"] <= victims["first_payment_at"]).all()
    payments = tainted(city)
    paid = payments.filter(layer=1).group_by("scam_id").agg(
        first=pl.col("paid_at").min(), last=pl.col("paid_at").max(), sent=pl.col("amount_fen").sum()
    )  # fmt: skip
    back = payments.filter(layer=0).group_by("scam_id").agg(back=pl.col("amount_fen").sum())
    both = victims.join(paid, on="scam_id", how="left").join(back, on="scam_id", how="left")
    assert both["first"].to_list() == both["first_payment_at"].to_list()
    assert both["last"].to_list() == both["last_payment_at"].to_list()
    assert (both["sent"] - both["back"].fill_null(0)).to_list() == both["loss_fen"].to_list()
    assert set(paid["scam_id"]) == set(victims["scam_id"])


def test_who_was_lured_has_not_paid(city: Both) -> None:
    lured = city[1]["truth_approached"]
    assert not set(lured["scam_id"]) & set(tainted(city)["scam_id"])
    assert not (lured["would_pay_at"] < lured["first_contact_at"]).any()


def test_accounts_and_numbers_work_for_fraud_since_their_first_use(city: Both) -> None:
    signals, truth = city
    end = datetime(2026, 3, 2 + DAYS, tzinfo=SHANGHAI)
    moved = tainted(city).select("paid_at", account=pl.when(pl.col("layer") > 0).then("payee").otherwise("payer"))
    used = moved.filter(~pl.col("account").str.contains(":")).group_by("account").agg(first=pl.col("paid_at").min())
    known = used.join(truth["truth_accounts"], on="account", how="full", coalesce=True)
    assert known["first"].to_list() == known["since"].to_list()
    contacts = [
        signals[table].select(number=who, at=when)
        for table, who, when in (("calls", "caller", "started_at"), ("messages", "sender", "sent_at"))
    ]
    spoken = pl.concat(contacts).group_by("number").agg(first=pl.col("at").min())
    both = truth["truth_numbers"].join(spoken, on="number", how="left")
    assert not (both["since"] > both["first"]).any()
    for table in ("truth_numbers", "truth_accounts"):
        assert (truth[table]["since"].dt.timestamp("us") < end.timestamp() * 1e6).all()


def test_a_recycled_number_was_listed_before_its_owner_had_it(city: Both) -> None:
    signals, truth = city
    recycled = truth["truth_lookalikes"].filter(group="recycled")
    both = recycled.join(signals["listed"], on="identifier").join(
        signals["numbers"], left_on="identifier", right_on="number"
    )
    assert both.height == recycled.height > 0
    assert (both["listed_at"] < both["opened_at"]).all()


def test_nobody_pays_an_account_from_itself(city: Both) -> None:
    payments = tainted(city)
    assert not (payments["payer"] == payments["payee"]).any()
