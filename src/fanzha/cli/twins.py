"""`fanzha twins`: what dissuasion keeps, on cities that are lived twice."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from fanzha.cli.said import judged_by, told
from fanzha.cli.typed import day_of, times_of

app = typer.Typer()


@app.command()
def twins(
    people: Annotated[int, typer.Option(min=100, help="People in each city.")] = 20_000,
    days: Annotated[int, typer.Option(min=1, help="Days lived.")] = 14,
    seeds: Annotated[str, typer.Option(help="A city for each, parted by commas.")] = "51,52,53",
    operators: Annotated[int, typer.Option(min=1, help="Who calls, on duty at all hours.")] = 3,
    cars: Annotated[int, typer.Option(min=1, help="Who visits, on duty at all hours.")] = 4,
    model: Annotated[
        list[Path] | None, typer.Option(help="A model of detection or texts; else the newest of the home.")
    ] = None,
    inflation: Annotated[float, typer.Option(min=0.0, help="Fraud per head over Baise's.")] = 200.0,
    start: Annotated[str, typer.Option(help="First day, Asia/Shanghai.")] = "2026-03-02",
    processes: Annotated[int, typer.Option(min=1, help="Lives at a time.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Live cities with and without dissuasion and print the money kept. All of it is synthetic.

    Example: fanzha twins --people 2000 --days 2 --seeds 51
    """
    from fanzha.refusal import Refusal

    chosen = _seeds(seeds)
    for name in ("POLARS_MAX_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # slices are small: threads of one life would only wait for each other
    from fanzha.detection import choose
    from fanzha.evaluation.twin_figures import figures
    from fanzha.evaluation.twins import Setting, live
    from fanzha.home import find_home
    from fanzha.simulation.reactions import Reacting

    models = choose(find_home().models, model or ())
    settings = [
        Setting(
            people, days, seed, operators, cars, models, day_of(start, "--start"), times_of(inflation, "--inflation")
        )
        for seed in chosen
    ]
    typer.echo(judged_by(models), err=True)
    cities = []
    for one in live(settings, Reacting(), processes):
        typer.echo(told("twins.lived", "city {seed} lived twice", seed=one.setting.seed), err=True)
        cities.append(one)
    if not any(city.lived.plans for city in cities):
        raise Refusal("nobody was lured in these cities; live more people or days", code="twins.empty")
    found = figures(cities)
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else page(found, judged_by(models)))


def _seeds(text: str) -> list[int]:
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError as wrong:
        raise typer.BadParameter("expected whole numbers parted by commas", param_hint="--seeds") from wrong
    if min(found) < 0:
        raise typer.BadParameter("expected seeds of at least 0", param_hint="--seeds")
    return list(dict.fromkeys(found))


def page(found: dict[str, Any], judged: str) -> str:
    """The figures on one page. `judged`: by which models."""
    work, lured = found["work"], found["lured"]
    kept, kept_share = _spread(found["kept_fen"], _yuan), _spread(found["kept_share"], _percent)
    contacts = _spread(found["false_contacts_per_person_kept"], _tenth)
    lost, lost_with = _yuan(found["lost_without_fen"]), _yuan(found["lost_with_fen"])
    lines = [
        told(
            "twins.cities",
            "SYNTHETIC: cities of {people} people, {days} days, seeds {all}; fraud per head {inflation:g} times Baise's",
            **{**found, "all": ", ".join(map(str, found["seeds"]))},
        ),
        told(
            "twins.staff", "{operators} operators and {cars} cars at all hours; {models}", **{**found, "models": judged}
        ),
        told(
            "twins.rates",
            "intervals: 95 %, bootstrap over people; reaction rates: reactions.yaml, almost all ours",
        ),
        "",
        told(
            "twins.lost_without",
            "lost without dissuasion      {yuan} yuan by {losers} people ({lured} of them lured who give in)",
            yuan=lost,
            losers=found["losers"],
            lured=lured["losers"],
        ),
        told("twins.lost_with", "lost with it                 {yuan} yuan", yuan=lost_with),
        told("twins.kept", "money kept                   {yuan} yuan", yuan=kept),
        told("twins.kept.share", "  of the same people's loss  {share}", share=kept_share),
        told(
            "twins.kept.lured",
            "  of the lured's             {share}",
            share=_spread(lured["kept_share"], _percent),
        ),
        told(
            "twins.kept_from_loss",
            "people kept from all loss    {people}; from a part {part}",
            people=_spread(found["kept_from_loss"], _count),
            part=found["kept_from_part"],
        ),
        told("twins.reached", "people in stories reached    {reached} of {in_stories}", **work),
        told(
            "twins.per_person",
            "warnings per person kept     {warnings}",
            warnings=_spread(found["warnings_per_person_kept"], _tenth),
        ),
        told(
            "twins.false_contacts",
            "false contacts per person kept  {contacts} ({false_contacts}, {false_holds} of them holds)",
            **{**work, "contacts": contacts},
        ),
        told(
            "twins.work",
            "work                         {warnings} warnings, {orders} orders, {contacts} contacts, {visits} visits",
            **work,
        ),
        "",
    ]
    for level, row in found["on_time"].items():
        counted = {"level": level, "orders": row["orders"], "called": _percent(row["called"])}
        line = told("twins.level", "level {level}: {orders} orders, called in time {called}", **counted)
        if row["visited"] is not None:
            line += told("twins.level.visited", ", met in time {visited}", visited=_percent(row["visited"]))
        lines.append(line)
    lines += ["", told("twins.seeds", "seed   losers   lost without   kept    share   people kept   reached")]
    for seed, row in found["by_seed"].items():
        lines.append(
            f"{seed:<6} {row['losers']:>6} {_yuan(row['lost_without_fen']):>14} {_yuan(row['kept_fen']):>9}"
            f" {_percent(row['kept_share']):>6} {row['kept_from_loss']:>10} {row['reached']:>12}"
        )
    lines += ["", told("twins.classes", "class  losers   lost without   share kept")]
    for code, row in found["by_class"].items():
        lines.append(
            f"{code:<6} {row['losers']:>6} {_yuan(row['lost_without_fen']):>14}   {_spread(row['kept_share'], _percent)}"
        )
    lines += [
        "",
        told(
            "twins.sensitivity",
            "what it hangs on (replayed from the warnings)      share kept              people kept",
        ),
    ]
    for row in found["sensitivity"]:
        lines.append(
            f"  {row['rates']:<46} {_spread(row['kept_share'], _percent):<22}  {_spread(row['kept_from_loss'], _count)}"
        )
    return "\n".join(lines)


def _yuan(fen: float) -> str:
    return f"{fen / 100:,.0f}"


def _percent(share: float | None) -> str:
    return told("none", "n/a") if share is None else f"{100 * share:.0f} %"


def _count(value: float) -> str:
    return f"{value:.0f}"


def _tenth(value: float) -> str:
    return f"{value:.1f}"


def _spread(found: dict[str, Any], shown: Any) -> str:
    if found["value"] is None:
        return told("none", "n/a")
    value, low, high = (shown(found[name]) for name in ("value", "low", "high"))
    return told("spread", "{value} ({low} to {high})", value=value, low=low, high=high)
