"""`fanzha labels`: what the centre found out about its warnings, as truth that models are trained from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fanzha.cli.said import tell

app = typer.Typer()


@app.command()
def labels(
    out: Annotated[Path, typer.Option(help="Folder to write the truth tables and labels.parquet into.")],
) -> None:
    """Write the outcomes recorded in the centre as truth tables; identifiers are the centre's tokens, as in its lake.

    Example: fanzha labels --out found && fanzha train var/lake found --model detection.model
    """
    from fanzha.cli.starting import use_records
    from fanzha.home import find_home

    use_records(find_home())
    from fanzha.centre import clock
    from fanzha.centre.dissuasion.labels import as_truth, labels

    found = labels(clock.now())
    out.mkdir(parents=True, exist_ok=True)
    found.write_parquet(out / "labels.parquet")
    for name, table in as_truth(found).items():
        table.write_parquet(out / f"{name}.parquet")
    right, wrong = (int((found["label"] == label).sum()) for label in (1, 0))
    tell(
        "labels.done",
        "{right} right, {wrong} wrong, {unsettled} unsettled; truth tables in {out}",
        right=right,
        wrong=wrong,
        unsettled=found["label"].null_count(),
        out=out,
    )
