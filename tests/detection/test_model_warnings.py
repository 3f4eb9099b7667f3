"""What a model's warnings are told apart by: a story that grows more urgent is told each time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from fanzha.cli import app
from fanzha.detection import DetectionModel, Models, detect
from fanzha.detection.scoring import COLUMNS
from fanzha.signals import Batch, write_table
from tests.worlds import CARD, FRAUD, MULE, SHOP, TEACHER, at, call, payment, registers, table

STEPS = (0, 600, 1500, 3000)
SETTINGS = {"objective": "binary", "min_data_in_leaf": 1, "verbosity": -1, "num_leaves": 8, "deterministic": True}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of victims that looks at the value of an event alone: 600 (s or fen) is level 3, 1500 level 2, 3000 level 1."""
    rows = np.zeros((4000, len(COLUMNS)), np.float32)
    rows[:, COLUMNS.index("amount")] = np.repeat(STEPS, 1000)
    labels = np.tile(np.arange(1000), 4) < np.repeat([10, 200, 500, 900], 1000)
    booster = lightgbm.train(SETTINGS, lightgbm.Dataset(rows, labels.astype(float)), num_boost_round=20)
    margins = np.asarray(booster.predict(rows[1000::1000], raw_score=True)) - 0.01
    card: dict[str, Any] = {
        "budget": {"victim": {"margin": margins.tolist(), "false_per_100000_and_day": [100.0, 5.0, 1.0]}},
        "calibration": {"victim": [1.0, 0.0]},
        "usual": {"victim": [[0.0, 0.0, 0.0]] * len(COLUMNS)},
        "cut": {},
    }
    path = tmp_path_factory.mktemp("models") / "detection-steps.model"
    DetectionModel({"victim": booster}, card).save(path)
    return path


@pytest.fixture(scope="module")
def model_of_payers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of accounts that looks at one thing alone: that somebody spoke long with a first-time caller within the hour."""
    rows = np.zeros((2000, len(COLUMNS)), np.float32)
    rows[1000:, COLUMNS.index("new_call_s_1h")] = 1800
    booster = lightgbm.train(SETTINGS, lightgbm.Dataset(rows, np.repeat([0.0, 1.0], 1000)), num_boost_round=5)
    card: dict[str, Any] = {
        "budget": {},
        "calibration": {"account": [1.0, 0.0]},
        "usual": {"account": [[0.0, 0.0, 0.0]] * len(COLUMNS)},
        "cut": {"account": {"margin": 0.0, "sure": 99.0, "caution": 0.0}},
    }
    path = tmp_path_factory.mktemp("models") / "detection-payers.model"
    DetectionModel({"account": booster}, card).save(path)
    return path


def told(folder: Path, model: Path, **tables: pl.DataFrame) -> list[tuple[str, int]]:
    folder.mkdir()
    for name, frame in {**registers(), **tables}.items():
        write_table(frame, folder / f"{name}.parquet")
    found = detect(folder, folder.with_name("found"), Models(detection=model))
    assert found["warning_id"].n_unique() == found.height
    return list(found.filter(pl.col("subject") == "teacher").select("event_id", "level").iter_rows())


def test_a_call_that_lasts_on_is_told_again_under_its_one_id(tmp_path: Path, model: Path) -> None:
    versions = [call(1, 0, FRAUD, TEACHER, seconds, known_at=at(seconds / 60)) for seconds in STEPS[1:]]
    assert told(tmp_path / "signals", model, calls=table("calls", *versions)) == [("c1", 3), ("c1", 2), ("c1", 1)]


def test_a_call_and_a_payment_of_the_same_id_on_two_days_are_two(tmp_path: Path, model: Path) -> None:
    calls = table("calls", {**call(1, 0, FRAUD, TEACHER, 600), "call_id": "1"})
    payments = table("payments", {**payment(1, 2000, CARD, SHOP, 10), "payment_id": "1"})
    assert told(tmp_path / "signals", model, calls=calls, payments=payments) == [("1", 3), ("1", 3)]


def test_of_what_the_rules_alone_judge_no_margin_is_told(tmp_path: Path, model: Path) -> None:
    told(tmp_path / "signals", model, calls=table("calls", call(1, 0, FRAUD, TEACHER, 60)))
    near = {}
    for subject in (FRAUD, "teacher"):
        words = ["explain", subject, "--from", str(tmp_path / "found"), "--missed", "--json"]
        near[subject] = json.loads(CliRunner().invoke(app, words).stdout, parse_constant=pytest.fail)
    assert near[FRAUD]["moments"] > 0
    assert near[FRAUD]["margin"] is None, "it is a model of victims"
    assert near["teacher"]["margin"]["needed"] < 0


def test_a_story_that_a_flood_keeps_from_being_told_is_counted_once(model: Path) -> None:
    """The engine counts stories by their highest margin, and raises the margins by them."""
    engine = Models(detection=model).engine()
    many = [call(n, n / 60, FRAUD, f"+86154{n:08d}", 600) for n in range(100, 160)]
    engine.step(Batch(1, "flood", {"calls": table("calls", *many)}))
    engine.step(Batch(2, "pause", {"calls": table("calls", call(1, 30, "+8615400000500", "+8615400000501", 600))}))
    assert engine.pace.margins[3] > engine.trees.margins[0, 3], "the flood raised them"
    counted = engine.pace.stories.sum()
    later = [call(n, 60 + n / 60, f"+86154{n:08d}", TEACHER, 600) for n in range(900, 910)]
    told = engine.step(Batch(3, "teacher", {**registers(), "calls": table("calls", *later)}))
    assert not [one for one in told if one["subject"] == "teacher"]
    assert engine.pace.stories.sum() - counted == pytest.approx(1 + len(later), abs=1), "she, and each who called"


def test_an_account_is_judged_with_what_its_payer_lived_through(tmp_path: Path, model_of_payers: Path) -> None:
    tables = {
        **registers(),
        "calls": table("calls", call(1, 0, FRAUD, TEACHER, 1800)),
        "payments": table(
            "payments", payment(1, 40, CARD, MULE, 20_000), payment(2, 41, "9999990000000000055", SHOP, 20_000)
        ),
    }
    (tmp_path / "signals").mkdir()
    for name, frame in tables.items():
        write_table(frame, tmp_path / f"signals/{name}.parquet")
    found = detect(tmp_path / "signals", tmp_path / "found", Models(detection=model_of_payers))
    of_accounts = found.filter(pl.col("warning_kind") == "account").to_dicts()
    assert [(one["subject"], one["event_id"]) for one in of_accounts] == [(MULE, "t1")]
    (reason,) = of_accounts[0]["reasons"]
    assert (reason["indicator"], reason["value"]) == ("M-new_call_s_1h", 1800)
    assert (reason["text_zh"][:6], reason["text_en"][:20]) == ("模型：付款人", "Model, of the payer:")
