"""`fanzha texts`: train and use a model of message or narrative texts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from fanzha.cli.said import tell, told

app = typer.Typer(help="Classify message and narrative texts.", no_args_is_help=True)


@app.command()
def train(
    csv: Annotated[Path, typer.Argument(help="CSV with a text and a label in each row.")],
    text: Annotated[str, typer.Option(help="Column of the texts.")],
    label: Annotated[str, typer.Option(help="Column of the labels; rows without one are not learned from.")],
    model: Annotated[Path, typer.Option(help="Model file to write.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the metrics as JSON.")] = False,
) -> None:
    """Train a model; prints how good one is on texts it has not seen (five folds), then learns from all rows.

    Example: fanzha texts train texts.csv --text text --label label --model texts.model
    """
    from fanzha.cli.text_files import column, read_csv
    from fanzha.reading import held_out_metrics, train_text_model
    from fanzha.refusal import Refusal

    header, rows = read_csv(csv)
    pairs = [
        (one, of)
        for one, of in zip(column(csv, header, rows, text), column(csv, header, rows, label), strict=True)
        if one.strip() and of.strip()
    ]
    if len({of for _, of in pairs}) < 2:
        raise Refusal("expected rows of at least two labels", code="labels.few", where=str(csv))
    texts, labels = [one for one, _ in pairs], [of for _, of in pairs]
    left_out = len(rows) - len(pairs)
    counted = told("texts.rows", "{texts} texts with a label, {left} rows left out", texts=len(pairs), left=left_out)
    typer.echo(counted, err=True)
    metrics = held_out_metrics(texts, labels)
    card = {"data": csv.name, "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "metrics": metrics}
    train_text_model(texts, labels, card).save(model)
    if as_json:
        typer.echo(json.dumps(metrics))
        return
    for name, value in metrics.items():
        typer.echo(f"{name:12} {value:.4f}" if value <= 1 else f"{name:12} {value:.0f}")
    tell("texts.done", "model of {texts} texts in {model}", texts=len(pairs), model=model)


@app.command()
def predict(
    csv: Annotated[Path, typer.Argument(help="CSV with a text in each row.")],
    text: Annotated[str, typer.Option(help="Column of the texts.")],
    model: Annotated[Path, typer.Option(help="Model file.")],
    out: Annotated[Path, typer.Option(help="CSV to write: label, score; one row for every input row, in order.")],
) -> None:
    """Label texts with a trained model.

    Example: fanzha texts predict messages.csv --text text --model texts.model --out labels.csv
    """
    from fanzha.cli.text_files import column, read_csv, write_csv
    from fanzha.reading import load_text_model

    header, rows = read_csv(csv)
    labels, scores = load_text_model(model).predict(column(csv, header, rows, text))
    write_csv(out, ["label", "score"], [[label, f"{score:.6f}"] for label, score in zip(labels, scores, strict=True)])
    tell("rows.done", "{rows} rows in {out}", rows=len(labels), out=out)
