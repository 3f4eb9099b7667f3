"""A centre of one's own for a bench: a home in a temporary folder, a database, people, and the real processes when asked for."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from postgresql import cluster

SOURCE = Path(__file__).parents[1] / "src"


@contextmanager
def own_centre(database: str, durable: bool = True) -> Iterator[Path]:
    """A prepared centre on `sqlite` or `postgresql`; its home. Not durable: SQLite does not wait for the disk."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped, and the folder goes
    with tempfile.TemporaryDirectory(prefix="fanzha-bench-") as folder, _address(database) as url:
        os.environ |= {"FANZHA_HOME": folder, "DJANGO_SETTINGS_MODULE": "fanzha.centre.settings"}
        if url:
            os.environ["DATABASE_URL"] = url
        import django
        from django.conf import settings

        if not durable and not url:
            settings.DATABASES["default"]["OPTIONS"]["init_command"] = (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
            )
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        from fanzha.centre.access import actions as accounts
        from fanzha.centre.duty import actions as duty

        call_command("migrate", verbosity=0)
        duty.ensure_units()
        accounts.ensure_roles()
        try:
            yield Path(folder)
        finally:
            connections.close_all()
            if url:
                connections["default"].close_pool()


def _address(database: str) -> Any:
    return cluster() if database == "postgresql" else nullcontext("")


def staff(role: str, count: int, unit: str = "city", capacity: int = 3) -> list[Any]:
    """So many people of a role, on duty in a unit from 2020 on."""
    from datetime import UTC, datetime

    from django.contrib.auth.models import Group, User

    from fanzha.centre.duty import actions as duty

    found = []
    for number in range(count):
        user = User.objects.create(username=f"{role}-{number}")
        user.groups.add(Group.objects.get(name=role))
        duty.place_in(user, unit, capacity=capacity)
        duty.go_on(user, datetime(2020, 1, 1, tzinfo=UTC))
        found.append(user)
    return found


def signed_in(user: Any) -> dict[str, str]:
    """The cookies of somebody who has signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session.save()
    return {settings.SESSION_COOKIE_NAME: session.session_key, "csrftoken": "f" * 32}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(home: Path, name: str, *words: str) -> subprocess.Popen[bytes]:
    """`python -m words` as a process of the centre, in a group of its own; what it says goes to a log in the home."""
    said = (home / f"{name}.log").open("ab")
    environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
    return subprocess.Popen(
        [sys.executable, "-m", *words], env=environment, stdout=said, stderr=said, start_new_session=True
    )


def web(home: Path, port: int, workers: int) -> subprocess.Popen[bytes]:
    """The web process as supervision starts it."""
    words = ("--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--log-level", "warning")
    return start(home, "web", "uvicorn", "fanzha.centre.asgi:application", *words)


def cpu_seconds(group: int) -> float:
    """The processor time that a group of processes has used so far."""
    used = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended while we looked
        if int(told[2]) == group:
            used += int(told[11]) + int(told[12])
    return used / os.sysconf("SC_CLK_TCK")
