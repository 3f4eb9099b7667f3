"""What the centre needs before it starts: keys, tables, translations, accounts. Nothing is done twice."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import django

from fanzha.centre import extraction
from fanzha.centre.secrets import NAMES, secret
from fanzha.home import Home
from fanzha.refusal import Refusal


def prepare(home: Home) -> str | None:
    """Bring the centre of `home` up to date; the password of the first account, where a real centre had none yet.

    Refusal when its records cannot be written, are a newer version's, or a real centre's in a demo and the other way round.
    """
    for name in NAMES:
        secret(home, name)
    compile_texts()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanzha.centre.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import DatabaseError

    from fanzha.centre.access import actions
    from fanzha.centre.duty import actions as duty

    try:
        _refuse_newer(home)
        call_command("migrate", verbosity=0)
    except DatabaseError as error:
        raise Refusal(
            f"the centre's records cannot be used; is the disk full or read-only?: {error}",
            code="home.records",
            where=str(home.root),
        ) from error
    call_command("collectstatic", interactive=False, verbosity=0)
    actions.check_records(demo=settings.DEMO)
    duty.ensure_units()
    if settings.DEMO:
        actions.ensure_demo_accounts()
        duty.ensure_demo_members()
        return None
    return duty.ensure_first_member(datetime.now(UTC))


def _refuse_newer(home: Home) -> None:
    """Refusal when the records went through a migration that this version does not have."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    unknown = sorted(set(loader.applied_migrations or ()) - set(loader.disk_migrations or ()))
    if unknown:
        raise Refusal(
            f"the records here were written by a newer fanzha; use that one, or another --home: {'.'.join(unknown[0])}",
            code="home.newer",
            where=str(home.root),
        )


def compile_texts(folder: Path = Path(__file__).parent) -> None:
    """Compile the translations of a folder that changed, with Babel: GNU gettext is not everywhere."""
    from babel.messages.mofile import write_mo

    for source in folder.rglob("*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with target.open("wb") as file:
            write_mo(file, extraction.translations(source))
