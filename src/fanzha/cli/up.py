"""`fanzha up`: the centre, with a simulated city living in it or without."""

from __future__ import annotations

import ipaddress
import os
import re
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def up(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port on 127.0.0.1.")] = 8000,
    home: Annotated[Path | None, typer.Option(help="Folder of this centre's files.")] = None,
    people: Annotated[int, typer.Option(min=100, help="People in the simulated city.")] = 20_000,
    speed: Annotated[float, typer.Option(min=0.0, help="City seconds in a second.")] = 30.0,
    city: Annotated[
        bool, typer.Option("--city/--no-city", help="Whether a simulated city lives in it. Without: a real centre.")
    ] = True,
    tls: Annotated[bool, typer.Option("--tls", help="Speak HTTPS with a certificate made here.")] = False,
    host: Annotated[
        list[str] | None,
        typer.Option(help="A further name or address it is reached by (again for more). With --tls it listens there."),
    ] = None,
) -> None:
    """Start the centre on http://127.0.0.1:8000 with a simulated city; Ctrl-C stops it.

    Example: fanzha up --people 5000 --speed 60

    A real centre: fanzha up --no-city --home /srv/fanzha (docs/deploying.md)

    For officers' phones: fanzha up --tls --host 192.0.2.10 (docs/deploying.md)
    """
    from fanzha.cli.said import stopped_sentence, told
    from fanzha.cli.starting import check_database, check_port, claim, hold_home
    from fanzha.home import find_home

    hosts = [_host(name) for name in host or ()]
    if home is not None:
        os.environ["FANZHA_HOME"] = str(home.resolve())
    place = find_home()
    named = hosts[0] if tls and hosts else "127.0.0.1"
    address = f"{'https' if tls else 'http'}://{f'[{named}]' if ':' in named else named}:{port}"
    hold_home(place, address)
    check_port(port)
    check_database(place, os.environ.get("DATABASE_URL"))
    claim(place, city=city)
    from fanzha.centre.preparing import prepare
    from fanzha.centre.supervision import write_configuration
    from fanzha.cli.set_up import check_models
    from fanzha.side_by_side import side_by_side

    with side_by_side(1) as pool:  # each imports for a second what the other does not need
        models = pool.submit(check_models, place)
        password = prepare(place)
        models.result()
    if password:
        english = "the first account is 'leader', its password, shown this once: {password}"
        typer.echo(told("first_account", english, password=password))
    certificate = None
    if tls:
        from datetime import UTC, datetime

        from fanzha.centre.certificate import ensure_certificate, fingerprint

        certificate = ensure_certificate(place, hosts, datetime.now(UTC))
        english = "trust on phones: {authority}, SHA-256 {fingerprint}"
        found = fingerprint(certificate.authority)
        typer.echo(told("trust", english, authority=certificate.authority, fingerprint=found))
    configuration = write_configuration(place, port, people if city else None, speed, hosts, certificate)
    if city:
        english = "fanzha is starting on {address} with a simulated city of {people} people; Ctrl-C stops it"
        typer.echo(told("starting", english, address=address, people=people))
    else:
        typer.echo(told("starting.real", "fanzha is starting on {address}; Ctrl-C stops it", address=address))
    sys.stdout.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until supervision can take it
    words = [str(configuration), f"fanzha: {stopped_sentence()}"]
    os.execv(sys.executable, [sys.executable, "-m", "fanzha.centre.supervision", *words])


def _host(name: str) -> str:
    """A host name or address as certificates and requests write it. Refusal for anything else, a port or a scheme among it."""
    from fanzha.refusal import Refusal

    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        if not re.fullmatch(
            r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", name.lower()
        ):
            raise Refusal(
                "expected a host name or an address, without scheme and port", code="host", where=name
            ) from None
    return name.lower()
