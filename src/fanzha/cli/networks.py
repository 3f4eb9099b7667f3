"""`fanzha networks`: a signal folder to links, gangs and dens."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
    typer.echo(
        f"{figures['links']} links, {figures['strong_links']} of them at 0.8 or more; {figures['series']} series"
    )
    typer.echo(f"{figures['gangs']} gangs of {figures['identifiers']} identifiers")
    for den in figures["dens"]:
        typer.echo(f"den {den['den']}: {den['place'] or 'place unknown'}, confidence {den['confidence']:.2f}")
    if keep:
        typer.echo(
            f"new in the centre: {figures['kept']['gangs']} gangs, {figures['kept']['dens']} dens, all suspected"
        )
    if truth is not None:
        _print_measured(figures["measured"])
    refused = sum(figures["refused"].values())
    if refused:
        typer.echo(f"{refused} rows were refused; each with its reason in {out / 'quarantine'}")
    typer.echo(f"links.parquet, gangs.parquet, dens.parquet and more in {out}")


def _kept(found: Networks) -> tuple[int, int]:
    from fanzha.centre import clock
    from fanzha.centre.networks import actions

    gangs, dens = actions.take_found(found, clock.now())
    return gangs, dens


def _print_measured(measured: dict[str, Any]) -> None:
    gangs, dens, alike = measured["gangs"], measured["dens"], measured["lookalikes"]
    typer.echo(
        f"adjusted Rand index {_shown(gangs['adjusted_rand_index'])} over {gangs['of_one_gang']} identifiers of one gang"
        f" ({_shown(gangs['with_shared'])} over all {gangs['identifiers']}); {gangs['our_gangs']} gangs for {gangs['true_gangs']}"
    )
    typer.echo(f"dens found {dens['found']} of {dens['dens']}, place right {dens['place_right']}")
    typer.echo(
        f"strong links with one of {alike['lookalikes']} look-alikes: {alike['wrong']} {alike['by_group'] or ''}"
    )


def _shown(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.3f}"
