"""`fanzha evaluate`: warnings against truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer()


@app.command()
def evaluate(
    warnings: Annotated[Path, typer.Argument(help="warnings.parquet, or the folder it lies in.")],
    truth: Annotated[Path, typer.Argument(help="Folder of truth_victims, truth_approached, ...")],
    signals: Annotated[Path, typer.Argument(help="The signal folder that the warnings came from.")],
    html: Annotated[Path | None, typer.Option(help="Also write the figures as a page with plots.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Measure recall in time, false warnings and lead time.

    Example: fanzha evaluate found city/truth city/signals
    """
    from fanzha.evaluation import evaluate as live
    from fanzha.evaluation import load, page

    figures = live(load(warnings, truth, signals))
    if html is not None:
        html.write_text(page(figures), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False))
        return
    victims, false = figures["victims"], figures["false_victim_warnings"]
    inflation = (
        f"fraud per head {figures['inflation']:g} times Baise's" if figures["inflation"] else "inflation unknown"
    )
    typer.echo(f"{figures['people']} people, {figures['days']} days, {inflation}")
    typer.echo(f"victims {victims['count']}, lured {victims['lured']}")
    typer.echo(f"  warned strictly before their first payment   {_interval(victims['before_first_payment'])}")
    typer.echo(f"  warned with their last payment or before     {_interval(victims['with_last_payment_or_before'])}")
    typer.echo(f"  the same, at levels 1-2                      {_interval(victims['at_levels_1_2_in_time'])}")
    if victims["lured_warned"]:
        typer.echo(f"  lured people warned                          {_interval(victims['lured_warned'])}")
    for code, row in victims["by_class"].items():
        typer.echo(
            f"  {code}: {row['len']} victims, {row['in_time']:.2f} in time, {row['before_first']:.2f} before the first payment"
        )
    typer.echo("false victim warnings per 100,000 people and day")
    typer.echo(f"  in all {false['per_100000_people_and_day']:.0f}, at levels 1-2 {false['at_levels_1_2']:.0f}")
    typer.echo("  by first reason: " + ", ".join(f"{name} {count}" for name, count in false["by_first_reason"].items()))
    for kind in ("numbers", "accounts"):
        found = figures[kind]
        if found:
            precision = "n/a" if found["precision"] is None else f"{found['precision']:.2f}"
            typer.echo(
                f"{kind}: {found['warned']} warned of {found['true']}, precision {precision}, recall {found['recall']:.2f}"
            )

    _print_timing(figures)


def _print_timing(figures: dict[str, Any]) -> None:
    for level, row in figures["by_level"].items():
        typer.echo(f"level {level}: {row['count']} victim warnings, precision {row['precision']:.2f}")
    if figures["at_daily_budget"]:
        top = figures["at_daily_budget"]
        typer.echo(f"precision of the {top['warnings_per_day']} highest a day: {top['precision']:.2f}")
    if figures["money"]:
        typer.echo(
            f"money: {figures['money']['share']:.2f} of what victims paid came after their first warning of level 1-2"
        )
    if figures["numbers_in_time"]:
        typer.echo(f"numbers warned within 24 h of first use: {figures['numbers_in_time']['within_24_h']:.2f}")
    if figures["accounts_in_time"]:
        timely = figures["accounts_in_time"]
        typer.echo(
            f"accounts warned before the first payment out {timely['before_first_out']:.2f},"
            f" within 30 minutes of tainted money {timely['within_30_min']:.2f} ({timely['count']} accounts)"
        )
    for group, row in figures["lookalikes"].items():
        over = row["victim_warnings_over_general"]
        typer.echo(
            f"look-alike {group}: {row['count']}, victim warnings {'n/a' if over is None else f'{over:.1f}'} times the general rate,"
            f" {row['number_or_account_warned']:.3f} warned of as number or account"
        )


def _interval(share: dict[str, Any]) -> str:
    if share["value"] is None:
        return "n/a"
    return f"{share['value']:.2f} (95 %: {share['low']:.2f} to {share['high']:.2f})"
