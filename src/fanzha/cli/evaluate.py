"""`fanzha evaluate`: warnings against truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from fanzha.cli.said import interval, tell, told

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
    _tell_victims(figures)
    _tell_timing(figures)


def _tell_victims(figures: dict[str, Any]) -> None:
    victims, false = figures["victims"], figures["false_victim_warnings"]
    times = figures["inflation"]
    inflation = (
        told("evaluate.inflation", "fraud per head {times:g} times Baise's", times=times)
        if times
        else told("evaluate.inflation.unknown", "inflation unknown")
    )
    people, days = figures["people"], figures["days"]
    tell("evaluate.people", "{people} people, {days} days, {inflation}", people=people, days=days, inflation=inflation)
    tell("evaluate.victims", "victims {count}, lured {lured}", **_named(victims, "count", "lured"))
    first, last = interval(victims["before_first_payment"]), interval(victims["with_last_payment_or_before"])
    tell("evaluate.before_first", "  warned strictly before their first payment   {share}", share=first)
    tell("evaluate.with_last", "  warned with their last payment or before     {share}", share=last)
    high = interval(victims["at_levels_1_2_in_time"])
    tell("evaluate.with_last.high", "  the same, at levels 1-2                      {share}", share=high)
    if victims["lured_warned"]:
        lured = interval(victims["lured_warned"])
        tell("evaluate.lured", "  lured people warned                          {share}", share=lured)
    for code, row in victims["by_class"].items():
        tell(
            "evaluate.class",
            "  {code}: {len} victims, {in_time:.2f} in time, {before_first:.2f} before the first payment",
            code=code,
            **_named(row, "len", "in_time", "before_first"),
        )
    tell("evaluate.false", "false victim warnings per 100,000 people and day")
    tell(
        "evaluate.false.rate",
        "  in all {in_all:.0f}, at levels 1-2 {high:.0f}",
        in_all=false["per_100000_people_and_day"],
        high=false["at_levels_1_2"],
    )
    reasons = told("comma", ", ").join(f"{name} {count}" for name, count in false["by_first_reason"].items())
    tell("evaluate.false.reasons", "  by first reason: {reasons}", reasons=reasons)
    if figures["numbers"]:
        tell(
            "evaluate.numbers",
            "numbers: {warned} warned of {true}, precision {precision}, recall {recall:.2f}",
            **_found(figures["numbers"]),
        )
    if figures["accounts"]:
        tell(
            "evaluate.accounts",
            "accounts: {warned} warned of {true}, precision {precision}, recall {recall:.2f}",
            **_found(figures["accounts"]),
        )


def _found(row: dict[str, Any]) -> dict[str, Any]:
    precision = told("none", "n/a") if row["precision"] is None else f"{row['precision']:.2f}"
    return {**_named(row, "warned", "true", "recall"), "precision": precision}


def _named(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names}


def _tell_timing(figures: dict[str, Any]) -> None:
    for level, row in figures["by_level"].items():
        tell(
            "evaluate.level",
            "level {level}: {count} victim warnings, precision {precision:.2f}",
            level=level,
            **_named(row, "count", "precision"),
        )
    if figures["at_daily_budget"]:
        top = _named(figures["at_daily_budget"], "warnings_per_day", "precision")
        tell("evaluate.budget", "precision of the {warnings_per_day} highest a day: {precision:.2f}", **top)
    if figures["money"]:
        tell(
            "evaluate.money",
            "money: {share:.2f} of what victims paid came after their first warning of level 1-2",
            share=figures["money"]["share"],
        )
    if figures["numbers_in_time"]:
        within = figures["numbers_in_time"]["within_24_h"]
        tell("evaluate.numbers.in_time", "numbers warned within 24 h of first use: {share:.2f}", share=within)
    if figures["accounts_in_time"]:
        tell(
            "evaluate.accounts.in_time",
            "accounts warned before the first payment out {before_first_out:.2f},"
            " within 30 minutes of tainted money {within_30_min:.2f} ({count} accounts)",
            **_named(figures["accounts_in_time"], "before_first_out", "within_30_min", "count"),
        )
    for group, row in figures["lookalikes"].items():
        over = row["victim_warnings_over_general"]
        tell(
            "evaluate.lookalike",
            "look-alike {group}: {count}, victim warnings {over} times the general rate,"
            " {warned:.3f} warned of as number or account",
            group=group,
            count=row["count"],
            over=told("none", "n/a") if over is None else f"{over:.1f}",
            warned=row["number_or_account_warned"],
        )
