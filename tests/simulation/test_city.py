"""The simulated city: the same seed, the same bytes; honest tables; a truth that holds."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fanzha.signals import TABLES, read_folder
from fanzha.simulation import City, message_corpus, simulate
from fanzha.simulation.city import SHANGHAI
from fanzha.vocabulary import COUNTIES, SYNTHETIC_CARD_PREFIX, SYNTHETIC_NUMBER_PREFIX

MONDAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("city")
    list(simulate(out, people=2000, days=3, seed=1, start=MONDAY, inflation=1000))
    return out


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        list(simulate(tmp_path / name, people=300, days=2, seed=seed, start=MONDAY))
    files = {name: {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.parquet")} for name in "abc"}
    assert files["a"] == files["b"]
    assert files["a"] != files["c"]


def test_a_city_that_is_written_over_another_one_keeps_no_day_of_it(tmp_path: Path) -> None:
    for name, inflations in (("over", (6000.0, 0.0)), ("alone", (0.0,))):
        for inflation in inflations:
            list(simulate(tmp_path / name, people=300, days=2, seed=3, start=MONDAY, inflation=inflation))
    files = {
        name: {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.parquet")}
        for name in ("over", "alone")
    }
    assert sorted(files["over"]) == sorted(files["alone"])
    assert files["over"] == files["alone"]


def test_where_people_live_otherwise_only_some_banks_tell_balances_whoever_the_account_belongs_to(
    city: Path, tmp_path: Path
) -> None:
    list(simulate(tmp_path, people=1000, days=2, seed=7, start=MONDAY, inflation=1000, habits=7))
    for folder, some in ((city, False), (tmp_path, True)):
        tables = read_folder(folder / "signals", None, ("payments", "accounts"))
        payments, own = tables["payments"].sort("paid_at"), tables["accounts"]["account"].to_list()
        sides = [
            payments.select(
                "paid_at", account=side, left=f"{side}_balance_fen", change=sign * pl.col("amount_fen")
            ).filter(~pl.col("account").str.contains(":"))
            for side, sign in (("payer", -1), ("payee", 1))
        ]
        moves = pl.concat(sides).sort("paid_at")
        for whose in (pl.col("account").is_in(own), ~pl.col("account").is_in(own)):
            told = moves.filter(whose).group_by("account").agg(pl.col("left").is_not_null().all().alias("told"))
            silent = moves.filter(whose).group_by("account").agg(pl.col("left").is_null().all().alias("silent"))
            assert told["told"].sum() + silent["silent"].sum() == told.height, "a bank tells always or never"
            if some:
                assert 0 < told["told"].sum() < told.height
        carried = moves.with_columns(pl.col("left").shift().over("account").alias("before"))
        carried = carried.filter((pl.col("left") > 100) & (pl.col("before") > 100))
        kept = carried["left"] - carried["before"] == carried["change"]
        assert kept.mean() > 0.99  # type: ignore[operator]


def test_every_row_keeps_the_contract(city: Path, tmp_path: Path) -> None:
    tables = read_folder(city / "signals", tmp_path)
    assert (tmp_path / "summary.json").read_text().count('"rows"') == 0, "nothing is refused"
    assert set(tables) >= {
        "calls",
        "messages",
        "visits",
        "payments",
        "deliveries",
        "people",
        "numbers",
        "accounts",
        "listed",
    }
    assert set(tables["people"]["place"].unique()) <= set(COUNTIES)


def test_numbers_and_cards_belong_to_nobody(city: Path) -> None:
    tables = read_folder(city / "signals")
    assert tables["numbers"]["number"].str.starts_with(SYNTHETIC_NUMBER_PREFIX).all()
    assert tables["accounts"]["account"].str.starts_with(SYNTHETIC_CARD_PREFIX).all()


def test_people_sleep_at_night_and_shops_are_heavy_tailed(city: Path) -> None:
    tables = read_folder(city / "signals")
    hours = tables["calls"]["started_at"].dt.convert_time_zone("Asia/Shanghai").dt.hour()
    assert (hours == 3).sum() * 5 < (hours == 10).sum()
    shops = tables["payments"].filter(pl.col("channel") == "qr")["payee"].value_counts()["count"].sort(descending=True)
    assert shops[0] > 5 * shops[len(shops) // 2]


def test_the_loss_of_a_victim_is_what_was_paid_less_what_came_back(city: Path) -> None:
    victims = pl.read_parquet(city / "truth" / "truth_victims.parquet")
    paid = pl.read_parquet(city / "truth" / "truth_payments.parquet").join(
        read_folder(city / "signals")["payments"], on="payment_id"
    )
    assert victims.height > 5
    finished = victims.filter(pl.col("last_payment_at") < pl.col("first_payment_at").max())
    for row in finished.iter_rows(named=True):
        own = paid.filter(pl.col("scam_id") == row["scam_id"])
        sent = own.filter(pl.col("layer") == 1)["amount_fen"].sum()
        back = own.filter((pl.col("layer") == 0) & (pl.col("payee") == row["account"]))["amount_fen"].sum()
        assert sent - back == row["loss_fen"]


def test_people_who_were_lured_and_did_not_pay_are_in_the_truth(city: Path) -> None:
    approached = pl.read_parquet(city / "truth" / "truth_approached.parquet")
    assert approached.height > 10
    assert set(approached["stage"].unique()) <= {"lure", "trust", "isolation"}


def test_days_must_be_lived_in_order() -> None:
    with pytest.raises(ValueError, match="in order"):
        City(people=200, seed=1, start=MONDAY, inflation=1).day(1)


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000), people=st.integers(100, 400))
def test_events_fall_on_their_day(seed: int, people: int) -> None:
    day = City(people=people, seed=seed, start=MONDAY, inflation=500).day(0)
    for name in ("calls", "payments", "visits"):
        local = day.tables[name][TABLES[name].time or ""].dt.convert_time_zone("Asia/Shanghai")
        assert local.dt.date().unique().to_list() == [MONDAY]


def test_the_corpus_has_everyday_texts_and_every_class() -> None:
    corpus = message_corpus(seed=1, size=600)
    assert corpus["label"].n_unique() > 8
    assert corpus["text"].n_unique() > 400


def test_where_people_live_otherwise_honest_sites_and_accounts_stand_on_the_list_by_mistake(
    city: Path, tmp_path: Path
) -> None:
    list(simulate(tmp_path, people=2000, days=1, seed=7, start=MONDAY, inflation=1000, habits=7))
    before = datetime(2026, 3, 2, tzinfo=SHANGHAI)
    standing = pl.col("until").is_null() & (pl.col("listed_at") < before)
    assert read_folder(city / "signals")["listed"].filter(standing).is_empty(), "where habits are usual there are none"
    signals, truth = read_folder(tmp_path / "signals"), tmp_path / "truth"
    wrong = signals["listed"].filter(standing)
    assert set(wrong["kind"]) >= {"domain", "account"}
    assert signals["visits"]["domain"].is_in(wrong["identifier"].implode()).any(), "people open what is listed"
    for kind in ("number", "account"):
        guilty = pl.read_parquet(truth / f"truth_{kind}s.parquet")[kind]
        assert not guilty.is_in(wrong["identifier"].implode()).any()
