"""`fanzha doctor`: what works here and what is missing."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator
from importlib.util import find_spec

import typer

from fanzha.cli.said import refusal_sentence, told
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
    python, sqlite = sys.version.split()[0], sqlite3.sqlite_version
    lines = [
        _works(
            "version",
            "fanzha {fanzha}, Python {python}, SQLite {sqlite}",
            fanzha=__version__,
            python=python,
            sqlite=sqlite,
        ),
        _works("home", "the home {home}", home=home.root)
        if writable
        else _missing("home.unwritable", "the home {home}: not writable", home=home.root),
        _works("texts", "text model {name}", name=model.name)
        if model
        else _missing("texts.none", "a text model: texts are judged by word cues; `./run --no-serve` trains one"),
        *_records(home),
        _works("ocr", "pictures are read by OCR")
        if find_spec("rapidocr_onnxruntime")
        else _missing("ocr.none", "OCR: `fanzha read` reads no pictures; pip install 'fanzha[ocr]'"),
        _holidays(),
        *_channels(home),
    ]
    for state, sentence in lines:
        typer.echo(f"{told(state, state):8} {sentence}")
    if not writable or any(state == "broken" for state, _ in lines):
        raise typer.Exit(1)


def _works(code: str, english: str, **named: object) -> tuple[str, str]:
    return "works", told(code, english, **named)


def _missing(code: str, english: str, **named: object) -> tuple[str, str]:
    return "missing", told(code, english, **named)


def _holidays() -> tuple[str, str]:
    """Whether limits in working days know the holidays of the years that they run in; without them they end too early, unsaid."""
    from datetime import UTC, datetime

    from fanzha.deadlines import years_without_holidays

    lacking = ", ".join(map(str, years_without_holidays(datetime.now(UTC))))
    if not lacking:
        return _works("holidays", "the holidays of this year are known")
    english = "the holidays of {years}: limits in working days count Monday to Friday; add the year to deadlines/working_days.yaml"
    return _missing("holidays.none", english, years=lacking)


def _records(home: Home) -> Iterator[tuple[str, str]]:
    """Whether the centre's records can be read, and whether the chain of hashes over every act is whole: each entry is looked at."""
    from fanzha.centre.databases import has_records
    from fanzha.cli.starting import check_database
    from fanzha.refusal import Refusal

    url = os.environ.get("DATABASE_URL")
    if not has_records(home, url):
        yield _missing("records.none", "records: `fanzha up` begins them")
        return
    try:
        check_database(home, url)
    except Refusal as refusal:
        yield "broken", told("records.refused", "records: {reason}", reason=refusal_sentence(refusal))
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanzha.centre.settings")
    import django
    from django.db import DatabaseError, OperationalError, ProgrammingError

    django.setup()
    from fanzha.centre.access import audit

    try:
        broken = audit.broken_at()
    except (OperationalError, ProgrammingError) as error:  # a table that is not there yet, or is another
        english = "records that this version can read; `fanzha up` brings them up to date: {reason}"
        yield _missing("records.other", english, reason=error)
        return
    except DatabaseError as error:
        yield "broken", told("records.unusable", "the centre's records cannot be used: {reason}", reason=error)
        return
    yield _works("records", "the centre's records in {place}", place="PostgreSQL" if url else home.centre_database)
    if broken is None:
        yield _works("chain", "the chain of acts is whole")
        return
    english = (
        "the chain of acts, from entry {entry} on: that one, or some before it, were changed or taken away afterwards"
    )
    yield "broken", told("chain.broken", english, entry=broken)


def _channels(home: Home) -> Iterator[tuple[str, str]]:
    """Whether each channel has somewhere to send to; a centre starts without them and tells on its pages what it cannot send."""
    from fanzha.centre.channels.connectors import NAMES, connector
    from fanzha.refusal import Refusal

    for name in NAMES:
        try:
            found = connector(home, name)
        except Refusal as refusal:
            english = "the channel {name}: no address, or none that can be used, in {file}"
            yield _missing("channel.none", english, name=name, file=refusal.where)
        else:
            address = found.address or ", ".join(found.urls)
            yield _works("channel", "the channel {name}: {address}", name=name, address=address)
