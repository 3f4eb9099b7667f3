"""The number model: trained, stored, refused where it does not fit."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from typer.testing import CliRunner

from fanzha.cli import app
from fanzha.detection import number_model
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


def test_neighbours_are_averaged_and_a_graph_of_another_size_is_refused() -> None:
    table = np.array([[1.0], [3.0], [5.0]])
    graph = sparse.csr_matrix(np.array([[0, 1, 1], [0, 0, 0], [0, 0, 0]]))
    wide = number_model.with_neighbours(table, graph)
    assert wide[:, 1].tolist() == [2, 1, 1]
    assert wide[:, 2].tolist() == [4, 1, 1]
    with pytest.raises(Refusal, match="the call graph has 3 rows, the table 2"):
        number_model.with_neighbours(table[:2], graph)
