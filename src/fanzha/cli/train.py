"""`fanzha train`: detection models from signals and what is known of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fanzha.cli.said import tell, tell_refused, told

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

    texts, quarantine = texts or newest(find_home().models, "texts"), Path(f"{model}.quarantine")
    made = train_from_folders(signals, truth, texts, lambda line: typer.echo(line, err=True), quarantine)
    made.save(model)
    for kind, found in made.card["metrics"].items():
        rows = made.card["rows"][kind]
        tell(
            "train.kind",
            "{kind:8} AUC {auc:.4f}, average precision {average_precision:.3f} on the last 30 % of the time"
            " ({true} true moments, {ordinary} ordinary, one of {one_of} subjects)",
            kind=told(kind, kind),
            **{name: found[name] for name in ("auc", "average_precision")},
            **{name: rows[name] for name in ("true", "ordinary", "one_of")},
        )
    tell_refused(quarantine)
    tell("model.done", "model in {model}", model=model)
