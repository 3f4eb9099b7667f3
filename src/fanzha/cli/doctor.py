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
    """Say what works here and what is missing; exit 1 when the centre could not start, or its record of acts was changed afterwards.

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
    records = list(_records(home))
    for line in records:
        typer.echo(line)
    pictures = find_spec("rapidocr_onnxruntime") is not None
    typer.echo(
        "works    pictures are read by OCR"
        if pictures
        else "missing  OCR: `fanzha read` reads no pictures; pip install 'fanzha[ocr]'"
    )
    for line in _channels(home):
        typer.echo(line)
    if not writable or any(line.startswith("broken") for line in records):
        raise typer.Exit(1)


def _records(home: Home) -> Iterator[str]:
    """Whether the centre's records can be read, and whether the chain of hashes over every act is whole: each entry is looked at."""
    from fanzha.centre.databases import has_records
    from fanzha.cli.said import refusal_sentence
    from fanzha.cli.starting import check_database
    from fanzha.refusal import Refusal

    url = os.environ.get("DATABASE_URL")
    if not has_records(home, url):
        yield "missing  records: `fanzha up` begins them"
        return
    try:
        check_database(home, url)
    except Refusal as refusal:
        yield f"missing  records: {refusal_sentence(refusal)}"
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanzha.centre.settings")
    import django
    from django.db import DatabaseError

    django.setup()
    from fanzha.centre.access import audit

    try:
        broken = audit.broken_at()
    except DatabaseError as error:
        yield f"missing  records that this version can read; `fanzha up` brings them up to date: {error}"
        return
    yield f"works    the centre's records in {'PostgreSQL' if url else home.centre_database}"
    yield (
        "works    the chain of acts is whole"
        if broken is None
        else f"broken   the chain of acts, from entry {broken} on: that one, or some before it, were changed or taken away afterwards"
    )


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
