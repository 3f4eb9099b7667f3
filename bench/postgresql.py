"""A PostgreSQL of one's own for as long as a test or a bench lasts: in a folder of its own, on a free port, run by nobody special."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs of each version, off the PATH."""


def programs() -> Path | None:
    """The folder of the newest initdb and pg_ctl, or None when PostgreSQL is not installed."""
    found = shutil.which("initdb")
    if DEBIAN.exists() and (there := sorted(DEBIAN.glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))):
        return there[-1].parent
    return Path(found).parent if found else None


def _as_nobody(words: list[str]) -> list[str]:
    """PostgreSQL refuses to be run by root, so that root hands it to Debian's user for it."""
    return ["runuser", "-u", "postgres", "--", *words] if os.geteuid() == 0 else words


@contextmanager
def cluster() -> Iterator[str]:
    """The address of an empty database (postgresql://...), which is gone afterwards. RuntimeError when it is not installed."""
    folder = programs()
    if folder is None:
        raise RuntimeError("PostgreSQL is not installed (Debian: apt install postgresql)")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    place = Path(tempfile.mkdtemp(prefix="fanzha-postgresql-"))
    if os.geteuid() == 0:
        shutil.chown(place, "postgres")
    data = place / "data"

    def run(*words: str) -> None:
        done = subprocess.run(_as_nobody(list(words)), capture_output=True, text=True, cwd=place, check=False)
        if done.returncode:
            raise RuntimeError(f"{words[0]} failed: {done.stdout}{done.stderr}")

    run(f"{folder}/initdb", "-D", str(data), "-U", "fanzha", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place}"
    try:
        run(f"{folder}/pg_ctl", "-D", str(data), "-o", options, "-l", f"{place}/log", "-w", "start")
        yield f"postgresql://fanzha@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            run(f"{folder}/pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(place)
