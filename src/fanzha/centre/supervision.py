"""Web, worker and engine, in a demo the city and its providers too, under supervisord, which starts a dead one again and stops them all together."""

from __future__ import annotations

import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fanzha.home import Home

if TYPE_CHECKING:
    from fanzha.centre.certificate import Certificate

NICE = {"engine": 5, "worker": 5, "city": 10, "simulators": 10}
"""Who looks at a page waits for it, so where processors are few the web comes first; most of all when all start at once."""
TRIES = 10_000
"""Supervisord waits a second longer before each start of a program that dies at once, and then gives it up until somebody starts the
centre anew: never, so to say, since a disk may be full for an hour with nobody there. What was down for a day is up in seven minutes."""
OF_THE_CITY = ("city", "simulators")
PROGRAMS = {
    "web": "-m uvicorn fanzha.centre.asgi:application {listen} --port {port} --timeout-graceful-shutdown 1 --log-level warning",
    "worker": "-m fanzha.centre.worker",
    "engine": "-m fanzha.detection.following",
    "city": "-m fanzha.centre.city",
    "simulators": "-m fanzha.centre.channels.simulators",
}


def write_configuration(
    home: Home, port: int, people: int | None, speed: float, hosts: Sequence[str] = (), tls: Certificate | None = None
) -> Path:
    """The supervisor's configuration of this home; returns its path.

    `people`: of the simulated city, None where none lives here. `hosts`: names beside localhost that the centre answers at. Only with a certificate does it listen beyond this machine:
    without one they are those of a proxy here.
    """
    (home.root / "logs").mkdir(parents=True, exist_ok=True)
    root = _told(home.root)
    environment = f'FANZHA_HOME="{root}",FANZHA_PORT="{port}"'
    if people is not None:
        environment += f',FANZHA_CITY_PEOPLE="{people}",FANZHA_CITY_SPEED="{speed}"'
    listen = "--host ''" if tls and hosts else "--host 127.0.0.1"  # an empty one: all addresses, of IPv6 as well
    if tls:
        listen += f" --ssl-certfile {_word(tls.chain)} --ssl-keyfile {_word(tls.key)}"
        environment += f',FANZHA_AUTHORITY="{_told(tls.authority)}"'
    if hosts:
        environment += f',FANZHA_HOSTS="{",".join(hosts)}"'
    environment, of_program = _told(environment), _told(f"{root}/logs")  # both are read twice
    parts = [
        f"[supervisord]\nnodaemon=true\nlogfile={root}/logs/supervisord.log\npidfile={root}/supervisord.pid\nsilent=true\nenvironment={environment}\n"
    ]
    for name, words in PROGRAMS.items():
        if people is None and name in OF_THE_CITY:
            continue
        polite = f"nice -n {NICE[name]} " if name in NICE else ""
        parts.append(
            f"[program:{name}]\ncommand={polite}{_word(sys.executable)} {words.format(port=port, listen=listen)}\nautorestart=true\nstartsecs=1\nstartretries={TRIES}\n"
            f"stopasgroup=true\nkillasgroup=true\nstopwaitsecs=3\nredirect_stderr=true\n"
            f"stdout_logfile={of_program}/{name}.log\nstdout_logfile_maxbytes=5MB\nstdout_logfile_backups=2\n"
        )
    path = home.root / "supervisord.conf"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _word(path: Path | str) -> str:
    """A path as one word of a command, whatever blanks its folders have in their names."""
    return shlex.quote(_told(path))


def _told(text: Path | str) -> str:
    """What the supervisor reads as this text: it puts something else where a percent sign stands."""
    return str(text).replace("%", "%%")


def supervise(configuration: str, last_word: str) -> None:
    """Run supervisord here until Ctrl-C or SIGTERM, also one that comes before it is ready; `last_word` is said when all have ended."""
    try:
        from supervisor import supervisord  # type: ignore[import-untyped]

        class AtOnce(supervisord.Supervisor):  # type: ignore[misc]  # it has no types
            def runforever(self) -> None:
                for group in self.process_groups.values():
                    group.transition()  # else the programs start when it has waited for events for a second
                super().runforever()

        supervisord.Supervisor = AtOnce
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})  # `fanzha up` blocked it over the exec
        supervisord.main(["-n", "-c", configuration])
    except KeyboardInterrupt:
        sys.exit(0)
    finally:
        print(last_word, file=sys.stderr)


if __name__ == "__main__":
    supervise(*sys.argv[1:])
