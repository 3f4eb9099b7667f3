"""What must hold before a centre starts; whatever does not is refused in one sentence, before anything is changed."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import socket

from fanzha.home import Home
from fanzha.refusal import Refusal

LEAST_FREE = 200 * 2**20
"""Bytes that must be free for a home: models and a city's first days take about half of them (ours)."""
OLDEST_POSTGRESQL = 14
"""Django's oldest."""
_PATIENCE_S = 5


def hold_home(home: Home, address: str) -> int:
    """Make the home's folder and hold it for this process, and for what it becomes by exec, to its end; returns the descriptor.

    Refusal when a centre runs here (it is named by the `address` it gave), when nothing can be written, or too little is free.
    """
    held = _lock_of(home)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        other = os.read(held, 200).decode()
        raise Refusal(
            f"a centre is running on this home already; use it, or stop it with Ctrl-C first: {other}",
            code="home.taken",
            where=str(home.root),
        ) from taken
    _check_room(home)
    os.ftruncate(held, 0)
    os.write(held, address.encode())
    os.set_inheritable(held, True)
    return held


def claim(home: Home, *, city: bool) -> None:
    """Mark a home as a simulated city's, or as a real centre's. Refusal where it is the other: a city would live among real records,
    and whoever reached the sign-in page would enter without a password."""
    mine, other = ("demo", "real") if city else ("real", "demo")
    if (home.root / other).exists():
        said = (
            "a real centre is in this home; start it with --no-city, or name another --home for a simulated city"
            if city
            else "a simulated city lives in this home; name another --home for a real centre"
        )
        raise Refusal(said, code=f"home.{other}", where=str(home.root))
    (home.root / mine).touch()


def check_home(home: Home) -> None:
    """Make the home's folder. Refusal when nothing can be written there, or too little is free."""
    os.close(_lock_of(home))
    _check_room(home)


def _lock_of(home: Home) -> int:
    try:
        home.root.mkdir(parents=True, exist_ok=True)
        return os.open(home.root / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Refusal(
            f"nothing can be written there; choose another folder with --home: {error.strerror}",
            code="home.unwritable",
            where=str(home.root),
        ) from error


def _check_room(home: Home) -> None:
    free = shutil.disk_usage(home.root).free
    if free < LEAST_FREE:
        raise Refusal(
            f"too little room, {LEAST_FREE >> 20} MB must be free; make room or choose another folder with --home:"
            f" {free >> 20} MB",
            code="home.full",
            where=str(home.root),
        )


def check_port(port: int) -> None:
    """Refusal when the centre could not listen on 127.0.0.1 at `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EPERM):
                raise Refusal(
                    "this port needs rights that you do not have; choose one above 1023",
                    code="port.rights",
                    where=f"--port {port}",
                ) from error
            raise Refusal(
                "another program has this port; choose another one", code="port.taken", where=f"--port {port}"
            ) from error


def check_database(home: Home, url: str | None) -> None:
    """Refusal when `url` (DATABASE_URL) names no PostgreSQL that lets us in to make tables; None, the home's own, always does."""
    from fanzha.centre.databases import configured

    found = configured(home, url)
    if not url:
        return
    where = f"DATABASE_URL ({found['HOST'] or 'localhost'}:{found['PORT'] or 5432})"
    try:
        import psycopg
    except ImportError as missing:
        raise Refusal(
            "PostgreSQL needs a driver; .venv/bin/pip install 'psycopg[binary,pool]'",
            code="database.driver",
            where=where,
        ) from missing
    try:
        with psycopg.connect(url, connect_timeout=_PATIENCE_S) as connection:
            version = connection.info.server_version // 10_000
            row = connection.execute("SELECT has_schema_privilege(current_schema(), 'CREATE')").fetchone()
    except psycopg.Error as error:
        said = str(error).partition("FATAL:")[2].strip().splitlines()
        if said:
            raise Refusal(
                f"the database lets us not in; look at user, password and name: {said[0].strip()}",
                code="database.refused",
                where=where,
            ) from error
        raise Refusal(
            "no PostgreSQL answers there; is it running, and is the address right?",
            code="database.unreachable",
            where=where,
        ) from error
    if version < OLDEST_POSTGRESQL:
        raise Refusal(f"PostgreSQL {OLDEST_POSTGRESQL} or newer is needed: {version}", code="database.old", where=where)
    if not row or not row[0]:
        raise Refusal("this user may make no tables there; give it the right to", code="database.rights", where=where)


def use_records(home: Home) -> None:
    """Set Django up over the records of the centre that was begun here. Refusal when none was, or they cannot be reached."""
    from fanzha.centre.databases import has_records

    url = os.environ.get("DATABASE_URL")
    check_database(home, url)
    if not has_records(home, url):
        raise Refusal("no centre here", code="home.missing", where=str(home.root))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanzha.centre.settings")
    import django

    django.setup()
