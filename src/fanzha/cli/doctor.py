"""`fanzha doctor`: what works here and what is missing."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from importlib.util import find_spec

import typer

from fanzha.home import Home

app = typer.Typer()


@app.command()
def doctor() -> None:
    """Say what works here and what is missing; exit 1 when the centre could not start.

    Example: fanzha doctor
    """
    from fanzha import __version__
    from fanzha.home import find_home
    from fanzha.model_files import newest

    home = find_home()
    place = next(folder for folder in (home.root, *home.root.parents) if folder.exists())
    writable = os.access(place, os.W_OK)
    model = newest(home.models, "texts")
    typer.echo(f"works    fanzha {__version__}, Python {sys.version.split()[0]}, SQLite {sqlite3.sqlite_version}")
    typer.echo(
        f"{'works   ' if writable else 'missing '} the home {home.root}" + ("" if writable else ": not writable")
    )
    typer.echo(
        f"works    text model {model.name}"
        if model
        else "missing  a text model: texts are judged by word cues; `./run --no-serve` trains one"
    )
    there = home.centre_database.exists()
    typer.echo(
        f"works    the centre's records {home.centre_database}"
        if there
        else "missing  records: `fanzha up` begins them"
    )
    pictures = find_spec("rapidocr_onnxruntime") is not None
    typer.echo(
        "works    pictures are read by OCR"
        if pictures
        else "missing  OCR: `fanzha read` reads no pictures; pip install 'fanzha[ocr]'"
    )
    for line in _channels(home):
        typer.echo(line)
    if not writable:
        raise typer.Exit(1)


def _channels(home: Home) -> Iterator[str]:
    """Whether each channel has somewhere to send to; a centre starts without them and tells on its pages what it cannot send."""
    from fanzha.centre.channels.connectors import NAMES, connector
    from fanzha.refusal import Refusal

    for name in NAMES:
        try:
            found = connector(home, name)
        except Refusal as refusal:
            yield f"missing  {refusal.message} ({refusal.where})"
        else:
            yield f"works    the channel {name}: {found.address or ', '.join(found.urls)}"
