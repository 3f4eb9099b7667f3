"""`fanzha detect`: a signal folder to warnings."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import Annotated

import typer

from fanzha.cli.said import judged_by, tell, tell_refused, told
from fanzha.cli.typed import moment_of

app = typer.Typer()


@app.command()
def detect(
    signals: Annotated[Path, typer.Argument(help="Signal folder: calls.parquet, payments.csv.gz, visits.ndjson, ...")],
    out: Annotated[Path, typer.Option(help="Folder for warnings.parquet and quarantine/.")],
    model: Annotated[
        list[Path] | None,
        typer.Option(help="Detection or text model (may be given for both); by default the newest of the home."),
    ] = None,
    budget: Annotated[
        float | None, typer.Option(min=0.0, help="False victim warnings per 100,000 people and day; needs a model.")
    ] = None,
    engine: Annotated[str, typer.Option(help="local (others come later).")] = "local",
    until: Annotated[str | None, typer.Option(help="Use only what was known before this RFC 3339 time.")] = None,
) -> None:
    """Find people being deceived, fraud numbers and laundering accounts in a signal folder.

    Example: fanzha detect city/signals --out found
    """
    from fanzha.detection import begun_with, choose
    from fanzha.detection import detect as live
    from fanzha.home import find_home
    from fanzha.refusal import Refusal

    if engine != "local":
        raise Refusal(f"there is no engine {engine!r} here yet; local is there", code="engine.unknown")
    ends = None if until is None else moment_of(until, "--until").astimezone(UTC)
    models = begun_with(out) or choose(find_home().models, model or (), budget)
    typer.echo(judged_by(models))
    warnings = live(signals, out, models, ends, lambda line: typer.echo(line, err=True))
    for (kind,), part in sorted(warnings.group_by("warning_kind")):
        levels = told("comma", ", ").join(
            told("detect.level", "level {level}: {count}", level=level, count=count)
            for level, count in sorted(part["level"].value_counts().rows())
        )
        found = {"kind": told(kind, kind), "count": part.height, "levels": levels}
        tell("detect.found", "{kind:8} {count:6} warnings ({levels})", **found)
    tell_refused(out / "quarantine")
    tell("detect.done", "{count} warnings in {file}", count=warnings.height, file=out / "warnings.parquet")
