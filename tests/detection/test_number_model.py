"""The number model: trained, stored, refused where it does not fit."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import sparse
from typer.testing import CliRunner

from fanzha import model_files
from fanzha.cli import app
from fanzha.detection import number_model
from fanzha.detection.number_inputs import inputs_of, places_in, ratios_of
from fanzha.detection.number_margins import normal_scores
from fanzha.model_files import ModelFile
from fanzha.refusal import Refusal


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(number_model, "ROUNDS", 40)
    monkeypatch.setattr(number_model, "SEEDS", 2)


def write(path: Path, rows: int = 400) -> None:
    rng = np.random.default_rng(1)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["hash", "calls", "callees", "label"])
        for n in range(rows):
            fraud = n % 3 == 0
            label = "" if n >= rows - 20 else int(fraud)
            writer.writerow(
                [
                    f"x{n}",
                    rng.poisson(80 if fraud else 20),
                    "" if n % 50 == 0 else rng.poisson(60 if fraud else 9),
                    label,
                ]
            )


def test_train_and_predict_keep_every_row_in_order(tmp_path: Path) -> None:
    write(tmp_path / "numbers.csv")
    model, out = str(tmp_path / "m.model"), tmp_path / "out.csv"
    trained = CliRunner().invoke(
        app, ["numbers", "train", str(tmp_path / "numbers.csv"), "--label", "label", "--model", model]
    )
    assert trained.exit_code == 0, trained.output
    assert "auc" in trained.output
    done = CliRunner().invoke(
        app, ["numbers", "predict", str(tmp_path / "numbers.csv"), "--model", model, "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    rows = list(csv.DictReader(out.open()))
    assert len(rows) == 400
    right = [int(row["label"]) == (n % 3 == 0) for n, row in enumerate(rows)]
    assert np.mean(right) > 0.95


def test_labels_of_other_values_are_refused_and_what_is_infinite_is_unknown(tmp_path: Path) -> None:
    path, model = tmp_path / "numbers.csv", str(tmp_path / "m.model")
    write(path)
    rows = list(csv.reader(path.open()))
    train = ["numbers", "train", str(path), "--label", "label", "--model", model]

    def told(column: int, values: dict[str, str]) -> str:
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(
                [*row[:column], values.get(row[column], row[column]), *row[column + 1 :]] for row in rows
            )
        done = CliRunner().invoke(app, train)
        return done.output if done.exit_code == 0 else f"{done.exit_code} {done.exception} {done.output}"

    assert "expected labels 0 and 1, found -1" in told(3, {"0": "-1"})
    assert "auc" in told(2, {"": "inf"}), "as a ratio over nothing is written"


def test_a_model_is_refused_where_its_columns_are_missing(tmp_path: Path) -> None:
    write(tmp_path / "numbers.csv")
    model = str(tmp_path / "m.model")
    CliRunner().invoke(app, ["numbers", "train", str(tmp_path / "numbers.csv"), "--label", "label", "--model", model])
    (tmp_path / "other.csv").write_text("calls\n1\n")
    result = CliRunner().invoke(
        app, ["numbers", "predict", str(tmp_path / "other.csv"), "--model", model, "--out", str(tmp_path / "o")]
    )
    assert isinstance(result.exception, Refusal)
    assert "callees" in str(result.exception)


def test_a_row_is_placed_among_its_neighbours_and_a_graph_of_another_size_is_refused() -> None:
    graph = sparse.csr_matrix(np.array([[0, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]))
    neighbours, owed, theirs = places_in(graph, 4).T
    assert neighbours.tolist() == [2, 1, 1, 0]
    assert owed.tolist() == [2, 0.5, 0.5, 0]
    assert theirs[:3].tolist() == [1, 2, 2]
    assert np.isnan(theirs[3])
    with pytest.raises(Refusal, match="the call graph has 4 rows, the table 2"):
        places_in(graph, 2)


def test_ratios_are_added_where_both_columns_are_there_and_nothing_is_divided_by_zero() -> None:
    table = np.array([[6.0, 3.0], [1.0, 0.0], [np.nan, 2.0]])
    columns = ["opposite_count", "opposite_unique"]
    wide = inputs_of(columns, ratios_of(columns), table)
    assert wide[0].tolist() == [6, 3, 2]
    assert np.isnan(wide[1:, 2]).all()
    assert ratios_of(["opposite_count", "other"]) == ()


def test_a_stored_model_scores_as_before(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    labels = (np.arange(300) % 3 == 0).astype(float)
    table = rng.normal(labels[:, None], 1.0, (300, 4))
    table[::40, 1] = np.nan
    graph = sparse.random(300, 300, 0.02, random_state=4)
    model = number_model.train_number_model(list("abcd"), table, labels, graph)
    model.save(tmp_path / "n.model")
    again = number_model.load_number_model(tmp_path / "n.model")
    assert again.score(table, graph) == pytest.approx(model.score(table, graph))
    assert again.threshold == model.threshold
    with pytest.raises(Refusal, match="needs the call graph"):
        again.score(table)


@example([0.0, 56.25], 0.0, 5.62299724176509e-183)
@settings(max_examples=50)
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.floats(-1e7, 1e7), st.floats(-1e7, 1e7))
def test_normal_scores_keep_the_order_and_are_bounded(known: list[float], one: float, other: float) -> None:
    quantiles = np.quantile(np.array(known)[:, None], np.linspace(0, 1, 200), axis=0)
    low, high, unknown = normal_scores(np.array([[min(one, other)], [max(one, other)], [np.nan]]), quantiles)[:, 0]
    assert -3 <= unknown <= low <= high <= 3


def test_a_file_that_the_disk_garbled_is_refused_whichever_byte_it_is(tmp_path: Path) -> None:
    path = tmp_path / "m.model"
    model_files.save(path, ModelFile("numbers", {"rows": 1}, texts={"booster-0": " ".join(map(str, range(300)))}))
    whole = path.read_bytes()
    refused = 0
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            model_files.load(path, "numbers")
        except (Refusal, OSError):
            refused += 1
    assert refused > len(whole) // 2, "a date in it may be another"
