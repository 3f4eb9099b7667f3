"""`fanzha twins`: what dissuasion keeps, on cities that are lived twice."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from fanzha.cli.typed import day_of

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
        Setting(people, days, seed, operators, cars, models, day_of(start, "--start"), inflation) for seed in chosen
    ]
    typer.echo(models.said(), err=True)
    cities = []
    for one in live(settings, Reacting(), processes):
        typer.echo(f"city {one.setting.seed} lived twice", err=True)
        cities.append(one)
    if not any(city.lived.plans for city in cities):
        raise Refusal("nobody was lured in these cities; live more people or days", code="twins.empty")
    told = figures(cities)
    typer.echo(json.dumps(told, ensure_ascii=False) if as_json else page(told))


def _seeds(text: str) -> list[int]:
    try:
        found = [int(part) for part in text.split(",")]
    except ValueError as wrong:
        raise typer.BadParameter("expected whole numbers parted by commas", param_hint="--seeds") from wrong
    if min(found) < 0:
        raise typer.BadParameter("expected seeds of at least 0", param_hint="--seeds")
    return list(dict.fromkeys(found))


def page(told: dict[str, Any]) -> str:
    """The figures on one page."""
    work, lured = told["work"], told["lured"]
    lines = [
        f"SYNTHETIC: cities of {told['people']} people, {told['days']} days, seeds {', '.join(map(str, told['seeds']))};"
        f" fraud per head {told['inflation']:g} times Baise's",
        f"{told['operators']} operators and {told['cars']} cars at all hours; {told['models']}",
        "intervals: 95 %, bootstrap over people; reaction rates: reactions.yaml, almost all ours",
        "",
        f"lost without dissuasion      {_yuan(told['lost_without_fen'])} yuan by {told['losers']} people"
        f" ({lured['losers']} of them lured who give in)",
        f"lost with it                 {_yuan(told['lost_with_fen'])} yuan",
        f"money kept                   {_spread(told['kept_fen'], _yuan)} yuan",
        f"  of the same people's loss  {_spread(told['kept_share'], _percent)}",
        f"  of the lured's             {_spread(lured['kept_share'], _percent)}",
        f"people kept from all loss    {_spread(told['kept_from_loss'], _count)}; from a part {told['kept_from_part']}",
        f"people in stories reached    {work['reached']} of {work['in_stories']}",
        f"warnings per person kept     {_spread(told['warnings_per_person_kept'], _tenth)}",
        f"false contacts per person kept  {_spread(told['false_contacts_per_person_kept'], _tenth)}"
        f" ({work['false_contacts']}, {work['false_holds']} of them holds)",
        f"work                         {work['warnings']} warnings, {work['orders']} orders,"
        f" {work['contacts']} contacts, {work['visits']} visits",
        "",
    ]
    for level, row in told["on_time"].items():
        visited = "" if row["visited"] is None else f", met in time {_percent(row['visited'])}"
        lines.append(f"level {level}: {row['orders']} orders, called in time {_percent(row['called'])}{visited}")
    lines += ["", "seed   losers   lost without   kept    share   people kept   reached"]
    for seed, row in told["by_seed"].items():
        lines.append(
            f"{seed:<6} {row['losers']:>6} {_yuan(row['lost_without_fen']):>14} {_yuan(row['kept_fen']):>9}"
            f" {_percent(row['kept_share']):>6} {row['kept_from_loss']:>10} {row['reached']:>12}"
        )
    lines += ["", "class  losers   lost without   share kept"]
    for code, row in told["by_class"].items():
        lines.append(
            f"{code:<6} {row['losers']:>6} {_yuan(row['lost_without_fen']):>14}   {_spread(row['kept_share'], _percent)}"
        )
    lines += ["", "what it hangs on (replayed from the warnings)      share kept              people kept"]
    for row in told["sensitivity"]:
        lines.append(
            f"  {row['rates']:<46} {_spread(row['kept_share'], _percent):<22}  {_spread(row['kept_from_loss'], _count)}"
        )
    return "\n".join(lines)


def _yuan(fen: float) -> str:
    return f"{fen / 100:,.0f}"


def _percent(share: float | None) -> str:
    return "n/a" if share is None else f"{100 * share:.0f} %"


def _count(value: float) -> str:
    return f"{value:.0f}"


def _tenth(value: float) -> str:
    return f"{value:.1f}"


def _spread(told: dict[str, Any], shown: Any) -> str:
    if told["value"] is None:
        return "n/a"
    return f"{shown(told['value'])} ({shown(told['low'])} to {shown(told['high'])})"
