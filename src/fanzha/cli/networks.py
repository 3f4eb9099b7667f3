"""`fanzha networks`: a signal folder to links, gangs and dens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fanzha.cli.said import tell, tell_refused, told

if TYPE_CHECKING:
    from fanzha.linking import Networks

app = typer.Typer()


@app.command()
def networks(
    signals: Annotated[Path, typer.Argument(help="Signal folder with reports and what else there is.")],
    out: Annotated[Path, typer.Option(help="Folder for links.parquet, gangs.parquet, dens.parquet and quarantine/.")],
    truth: Annotated[
        Path | None,
        typer.Option(help="Folder of truth_gangs, ...: also measure what was found. Linking never reads it."),
    ] = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="Keep gangs and dens in the centre of the home as suspected; for the centre's own lake."
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Link what shares traces, and propose series of cases, gangs and dens, each with its evidence. A person confirms.

    Example: fanzha networks city/signals --out found --truth city/truth; fanzha networks var/lake --out found --keep
    """
    from fanzha.linking import find_networks

    if keep:
        from fanzha.cli.starting import use_records
        from fanzha.home import find_home

        use_records(find_home())
    found = find_networks(signals, out, lambda line: typer.echo(line, err=True))
    figures: dict[str, Any] = {
        "links": found.links.height,
        "strong_links": found.links.filter(found.links["strength"] >= 0.8).height,
        "series": found.series.height,
        "gangs": found.summary.height,
        "identifiers": found.gangs.height,
        "dens": found.dens.select("den", "place", "confidence").to_dicts(),
        "left_out": dict(found.left_out.group_by("reason").len().sort("reason").iter_rows()),
        "refused": json.loads((out / "quarantine/summary.json").read_text(encoding="utf-8"))["refused"],
    }
    if keep:
        figures["kept"] = dict(zip(("gangs", "dens"), _kept(found), strict=True))
    if truth is not None:
        from fanzha.evaluation import evaluate_networks

        figures["measured"] = evaluate_networks(out, truth)
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False))
        return
    counted = {name: figures[name] for name in ("links", "strong_links", "series", "gangs", "identifiers")}
    tell("networks.links", "{links} links, {strong_links} of them at 0.8 or more; {series} series", **counted)
    tell("networks.gangs", "{gangs} gangs of {identifiers} identifiers", **counted)
    for den in figures["dens"]:
        place = den["place"] or told("networks.nowhere", "place unknown")
        tell("networks.den", "den {den}: {place}, confidence {confidence:.2f}", **{**den, "place": place})
    if keep:
        tell("networks.kept", "new in the centre: {gangs} gangs, {dens} dens, all suspected", **figures["kept"])
    if truth is not None:
        _tell_measured(figures["measured"])
    tell_refused(out / "quarantine")
    tell("networks.done", "links.parquet, gangs.parquet, dens.parquet and more in {folder}", folder=out)


def _kept(found: Networks) -> tuple[int, int]:
    from fanzha.centre import clock
    from fanzha.centre.networks import actions

    gangs, dens = actions.take_found(found, clock.now())
    return gangs, dens


def _tell_measured(measured: dict[str, Any]) -> None:
    gangs, dens, alike = measured["gangs"], measured["dens"], measured["lookalikes"]
    tell(
        "networks.measured.gangs",
        "adjusted Rand index {of_one} over {of_one_gang} identifiers of one gang"
        " ({of_all} over all {identifiers}); {our_gangs} gangs for {true_gangs}",
        of_one=_shown(gangs["adjusted_rand_index"]),
        of_all=_shown(gangs["with_shared"]),
        **{name: gangs[name] for name in ("of_one_gang", "identifiers", "our_gangs", "true_gangs")},
    )
    tell(
        "networks.measured.dens",
        "dens found {found} of {dens}, place right {place_right}",
        **{name: dens[name] for name in ("found", "dens", "place_right")},
    )
    tell(
        "networks.measured.lookalikes",
        "strong links with one of {lookalikes} look-alikes: {wrong} {by_group}",
        **{**alike, "by_group": alike["by_group"] or ""},
    )


def _shown(value: float | None) -> str:
    return told("none", "n/a") if value is None else f"{value:.3f}"
