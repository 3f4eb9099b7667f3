"""`fanzha train`: detection models from signals and what is known of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def train(
    signals: Annotated[Path, typer.Argument(help="Signal folder.")],
    truth: Annotated[Path, typer.Argument(help="Folder of truth_victims, truth_numbers, truth_accounts, ...")],
    model: Annotated[Path, typer.Option(help="File to write the models into.")],
    texts: Annotated[Path | None, typer.Option(help="Text model; by default the newest of the home.")] = None,
) -> None:
    """Train the detection models (victims, numbers, accounts) and choose their margins by time.

    Example: fanzha train city/signals city/truth --model detection.model
    """
    from fanzha.evaluation import train_from_folders
    from fanzha.home import find_home
    from fanzha.model_files import newest

    made = train_from_folders(
        signals, truth, texts or newest(find_home().models, "texts"), lambda line: typer.echo(line, err=True)
    )
    made.save(model)
    for kind, found in made.card["metrics"].items():
        rows = made.card["rows"][kind]
        typer.echo(
            f"{kind:8} AUC {found['auc']:.4f}, average precision {found['average_precision']:.3f} on the last 30 % of the time"
            f" ({rows['true']} true moments, {rows['ordinary']} ordinary, one of {rows['one_of']} subjects)"
        )
    typer.echo(f"model in {model}")
