"""`fanzha simulate`: a synthetic city on disk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fanzha.cli.said import tell, told
from fanzha.cli.typed import day_of, times_of

app = typer.Typer()


@app.command()
def simulate(
    out: Annotated[Path, typer.Option(help="Folder to write signals/ and truth/ into.")],
    people: Annotated[int, typer.Option(min=100, help="People in the city.")] = 20_000,
    days: Annotated[int, typer.Option(min=1, help="Days lived.")] = 7,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 1,
    start: Annotated[str, typer.Option(help="First day, Asia/Shanghai.")] = "2026-03-02",
    inflation: Annotated[
        float, typer.Option(min=0.0, help="Fraud per head over Baise's; 200 gives a small city victims.")
    ] = 200.0,
    habits: Annotated[int | None, typer.Option(min=0, help="Draw how people live there anew from this seed.")] = None,
) -> None:
    """Write a simulated city: signals, and the truth to measure against. All of it is synthetic.

    Example: fanzha simulate --out city --people 3000 --days 3
    """
    from fanzha.simulation import simulate as live

    total = 0
    for day, events in live(
        out, people, days, seed, day_of(start, "--start"), times_of(inflation, "--inflation"), habits
    ):
        total += events
        typer.echo(told("simulate.day", "{day}: {events} events", day=day, events=events), err=True)
    tell(
        "simulate.done",
        "{people} people, {days} days, {total} events in {out} (synthetic; fraud per head {times:g} times Baise's)",
        people=people,
        days=days,
        total=total,
        out=out,
        times=inflation,
    )
