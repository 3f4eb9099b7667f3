"""`fanzha staff`: who works in the centre, in which role and unit; for whoever runs the machine that it is on."""

from __future__ import annotations

from typing import Annotated

import typer

from fanzha.cli.said import tell, told

app = typer.Typer(help="Say who works in the centre, in which role and unit.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The name that they sign in by.")]


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="operator, officer, analyst, leader, bank or telecom.")],
    unit: Annotated[str, typer.Option(help="Code of the unit, as `fanzha staff units` lists it.")] = "city",
    language: Annotated[list[str] | None, typer.Option(help="What they speak (again for more), as cmn or zha.")] = None,
) -> None:
    """Give somebody an account; its password is shown once, and asks to be changed at the first sign-in.

    Example: fanzha staff add nong.li --role officer --unit station-451002 --language cmn --language zha
    """
    _use()
    from fanzha.centre import clock
    from fanzha.centre.duty import actions

    _tell_password(name, actions.employ(name, role, unit, clock.now(), language))


@app.command()
def password(name: Name) -> None:
    """Give somebody a new password, shown once; where they are signed in they are no longer.

    Example: fanzha staff password nong.li
    """
    _use()
    from fanzha.centre import clock
    from fanzha.centre.access import actions

    _tell_password(name, actions.renew_password(name, clock.now()))


@app.command()
def close(name: Name) -> None:
    """Close the account of somebody who left: they are out at once; what they did stays under their name.

    Example: fanzha staff close nong.li
    """
    _use()
    from fanzha.centre import clock
    from fanzha.centre.duty import actions

    actions.dismiss(name, clock.now())
    tell("staff.closed", "the account {name} is closed", name=name)


@app.command("list")
def list_() -> None:
    """List everybody who has an account.

    Example: fanzha staff list
    """
    _use()
    from fanzha.centre.duty import queries

    for one in queries.everybody():
        state = told("staff.is_closed", "closed") if one.closed else ""
        typer.echo("\t".join([one.username, one.role or "", one.unit, " ".join(one.languages), state]).rstrip())


@app.command()
def units() -> None:
    """List the units that somebody can work in.

    Example: fanzha staff units
    """
    _use()
    from fanzha.centre.duty import queries

    for unit in queries.units():
        typer.echo("\t".join([unit.code, unit.kind, unit.name_zh, unit.name_en]))


def _use() -> None:
    """Set up the records of the centre of this home."""
    from fanzha.cli.starting import use_records
    from fanzha.home import find_home

    use_records(find_home())


def _tell_password(name: str, password: str) -> None:
    english = "{name} signs in with the password, shown this once: {password}"
    tell("staff.password", english, name=name, password=password)
