"""`fanzha numbers`: train and use the number model on a feature table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanzha.cli.said import tell, told

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

app = typer.Typer(help="Find fraud numbers in an operator's feature table.", no_args_is_help=True)


def _table(rows: list[dict[str, str]], names: list[str]) -> NDArray[np.float64]:
    import numpy as np

    return np.array([[_value(row[name]) for name in names] for row in rows], dtype=np.float64).reshape(
        len(rows), len(names)
    )


def _value(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _numeric(header: list[str], rows: list[dict[str, str]]) -> list[str]:
    """Columns most of whose filled values are numbers: an identifier is not one, a hash hardly ever looks like one."""
    kept = []
    for name in header:
        filled = [row[name] for row in rows[:500] if row[name].strip()]
        numbers = sum(_value(text) == _value(text) for text in filled)
        if filled and numbers >= 0.9 * len(filled):
            kept.append(name)
    return kept


def _graph(path: Path | None) -> Any:
    from zipfile import BadZipFile

    from scipy import sparse

    from fanzha.refusal import Refusal

    try:
        return None if path is None else sparse.load_npz(path)
    except (ValueError, KeyError, EOFError, BadZipFile) as error:
        said = "expected a sparse matrix as scipy.sparse.save_npz writes it"
        raise Refusal(said, code="calls.unreadable", where=str(path)) from error


@app.command()
def train(
    numbers_csv: Annotated[Path, typer.Argument(help="Feature table, a row a number.")],
    label: Annotated[str, typer.Option(help="Column with 1 (fraud), 0 or nothing (not learned from).")],
    model: Annotated[Path, typer.Option(help="Model file to write.")],
    calls: Annotated[Path | None, typer.Option(help="SciPy sparse call graph over the same rows.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the metrics as JSON.")] = False,
) -> None:
    """Train; prints how good a model of the first 80 % of the labelled rows is on the rest, then learns from all.

    Example: fanzha numbers train numbers.csv --label label --model numbers.model
    """
    import numpy as np

    from fanzha.cli.text_files import column, read_csv
    from fanzha.detection.number_model import train_number_model
    from fanzha.refusal import Refusal

    header, rows = read_csv(numbers_csv)
    labels = np.array([_value(text) for text in column(numbers_csv, header, rows, label)])
    names = [name for name in _numeric(header, rows) if name != label]
    dropped = [name for name in header if name not in names and name != label]
    counted = {"rows": len(rows), "labels": int((~np.isnan(labels)).sum()), "features": len(names)}
    typer.echo(told("numbers.rows", "{rows} rows, {labels} with a label, {features} features", **counted), err=True)
    if dropped:
        typer.echo(told("numbers.left_out", "not numbers, left out: {columns}", columns=", ".join(dropped)), err=True)
    if not names:
        raise Refusal("expected a column of numbers besides the label", code="columns.none", where=str(numbers_csv))
    made = train_number_model(names, _table(rows, names), labels, _graph(calls))
    made.save(model)
    if as_json:
        typer.echo(json.dumps(made.card["metrics"]))
        return
    for name, value in made.card["metrics"].items():
        typer.echo(f"{name:16} {value:.4f}")
    tell("numbers.done", "model of {numbers} numbers in {model}", numbers=made.card["rows"], model=model)


@app.command()
def predict(
    numbers_csv: Annotated[Path, typer.Argument(help="Feature table, a row a number.")],
    model: Annotated[Path, typer.Option(help="Model file.")],
    out: Annotated[Path, typer.Option(help="CSV to write: score, label; one row for every input row, in order.")],
    calls: Annotated[Path | None, typer.Option(help="SciPy sparse call graph over the same rows.")] = None,
) -> None:
    """Score every number of a table with a trained model.

    Example: fanzha numbers predict numbers.csv --model numbers.model --out scores.csv
    """
    from fanzha.cli.text_files import read_csv, write_csv
    from fanzha.detection.number_model import load_number_model
    from fanzha.refusal import Refusal

    header, rows = read_csv(numbers_csv)
    made = load_number_model(model)
    missing = [name for name in made.columns if name not in header]
    if missing:
        raise Refusal(
            f"the model needs columns that are not here: {', '.join(missing)}",
            code="model.columns",
            where=str(numbers_csv),
        )
    scores = made.score(_table(rows, list(made.columns)), _graph(calls) if made.calls else None)
    write_csv(out, ["score", "label"], [[f"{score:.6f}", int(score >= made.threshold)] for score in scores])
    tell("rows.done", "{rows} rows in {out}", rows=len(rows), out=out)
