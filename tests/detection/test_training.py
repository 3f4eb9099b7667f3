"""A model learned on one city warns in another; it says what it was made of, and is refused where it does not fit."""

from __future__ import annotations

import importlib.util
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from fanzha import model_files
from fanzha.cli import app
from fanzha.detection import Lived, Models, choose, detect, load_detection_model, train
from fanzha.detection.lived import spread
from fanzha.detection.samples import Sample
from fanzha.detection.scoring import COLUMNS
from fanzha.evaluation import evaluate, load, page, train_from_folders
from fanzha.model_files import ModelFile
from fanzha.refusal import Refusal
from fanzha.signals import write_table
from fanzha.simulation import simulate

_spec = importlib.util.spec_from_file_location("worlds", Path(__file__).parents[1] / "worlds.py")
assert _spec is not None
assert _spec.loader is not None
worlds = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(worlds)

START = date(2026, 3, 2)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("trained")
    list(simulate(out, people=1000, days=3, seed=7, start=START, inflation=6000))
    path = out / "models" / "detection-small.model"
    train_from_folders(out / "signals", out / "truth", None).save(path)
    return path


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("other")
    list(simulate(out, people=800, days=2, seed=8, start=START, inflation=5000))
    return out


def test_what_was_learned_in_one_city_warns_victims_of_another(trained: Path, other: Path, tmp_path: Path) -> None:
    warnings = detect(other / "signals", tmp_path, Models(detection=trained, budget=5000))
    figures = evaluate(load(tmp_path, other / "truth", other / "signals"))
    assert figures["victims"]["count"] > 5
    assert figures["victims"]["with_last_payment_or_before"]["value"] > 0.7
    told = [reason["text_zh"] for row in warnings["reasons"].to_list() for reason in row]
    assert any(text.startswith("模型：") for text in told)
    html = page(figures)
    assert "合成城市" in html
    assert "http" not in html.replace("http-equiv", ""), "it needs no network"
    missed = CliRunner().invoke(app, ["explain", warnings["subject"][0], "--from", str(tmp_path), "--missed"])
    assert missed.exit_code == 0, missed.output
    assert "highest margin" in missed.output
    verified = CliRunner().invoke(app, ["explain", warnings["warning_id"][0], "--from", str(tmp_path), "--verify"])
    assert verified.output.rstrip().endswith("bit for bit the same")


def test_a_smaller_budget_warns_fewer_and_its_levels_are_nested(trained: Path, other: Path, tmp_path: Path) -> None:
    model = load_detection_model(trained)
    margins = [model.margin_for("victim", budget) for budget in (1000, 140, 10, 1)]
    assert margins == sorted(margins)
    levels = model.levels("victim", 140)[1:4]
    assert levels[0] >= levels[1] >= levels[2]
    few = detect(other / "signals", tmp_path / "few", Models(detection=trained, budget=20))
    many = detect(other / "signals", tmp_path / "many", Models(detection=trained, budget=2000))
    of_victims = [(one["warning_kind"] == "victim").sum() for one in (few, many)]
    assert of_victims[0] < of_victims[1]


def test_the_card_says_what_it_was_made_of(trained: Path) -> None:
    card = load_detection_model(trained).card
    assert card["people"] == 1000
    assert set(card["metrics"]) == {"victim", "number", "account"}
    assert card["logs"] == 1


def test_a_model_of_other_features_is_refused_with_their_names(trained: Path, tmp_path: Path) -> None:
    file = model_files.load(trained, "detection")
    older = tmp_path / "older.model"
    columns = ["a_feature_of_yesterday", *file.card["columns"][1:]]
    model_files.save(older, ModelFile("detection", {**file.card, "columns": columns}, texts=dict(file.texts)))
    with pytest.raises(Refusal, match="a_feature_of_yesterday"):
        load_detection_model(older)


def test_a_budget_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="fanzha train"):
        choose(tmp_path, budget=10)


def test_a_resumed_run_keeps_the_model_that_it_began_with(trained: Path, other: Path, tmp_path: Path) -> None:
    first = detect(other / "signals", tmp_path, Models(detection=trained))
    assert detect(other / "signals", tmp_path, Models()).equals(first)


def test_a_bank_learns_from_payments_alone_and_leaves_numbers_to_the_rules(other: Path, tmp_path: Path) -> None:
    bank = tmp_path / "bank"
    bank.mkdir()
    for name in ("payments", "accounts", "people", "listed"):
        for path in (other / "signals").glob(f"{name}*"):
            (bank / path.name).symlink_to(path)
    said: list[str] = []
    model = train_from_folders(bank, other / "truth", None, said.append)
    assert set(model.boosters) == {"victim", "account"}
    model.save(tmp_path / "bank.model")
    warnings = detect(bank, tmp_path / "found", Models(detection=tmp_path / "bank.model", budget=5000))
    assert set(warnings["warning_kind"]) == {"victim", "account"}


def test_of_a_city_so_large_that_one_in_thousands_is_left_there_is_still_something_to_learn() -> None:
    everybody, thinned = np.arange(1_000_000), 4096
    ordinary = everybody[spread(everybody) % thinned == 0]
    subjects = np.concatenate([ordinary, np.arange(1_000_001, 1_000_201)])
    true = subjects > 1_000_000
    rows = np.random.default_rng(1).normal(size=(len(subjects), len(COLUMNS))).astype(np.float32)
    late = np.arange(len(subjects)) % 3 == 0
    sample = Sample(
        subjects, np.arange(len(subjects)) * 10**9, rows, true.astype(np.int8), np.where(true, 1, thinned), late
    )
    said: list[str] = []
    assert set(train([Lived({0: sample}, 1_000_000)], said.append).boosters) == {"victim"}, said


def test_nothing_to_learn_from_is_said_in_one_sentence(other: Path, tmp_path: Path) -> None:
    truth = tmp_path / "truth"
    truth.mkdir()
    pl.read_parquet(other / "truth" / "truth_victims.parquet").head(0).write_parquet(truth / "truth_victims.parquet")
    with pytest.raises(Refusal, match="nothing could be learned"):
        train_from_folders(other / "signals", truth, None)


def test_a_certain_sign_warns_whatever_the_model_says(trained: Path, tmp_path: Path) -> None:
    folder = tmp_path / "signals"
    folder.mkdir()
    for name, frame in worlds.a_teacher_about_to_pay().items():
        write_table(frame, folder / f"{name}.parquet")
    warnings = detect(folder, tmp_path / "found", Models(detection=trained, budget=0))
    of_teacher = warnings.filter((pl.col("subject") == "teacher") & (pl.col("warning_kind") == "victim"))
    assert of_teacher["level"].min() == 1
