"""Web, worker, engine and city under supervisord, which starts a dead one again and stops them all together."""

from __future__ import annotations

import sys
from pathlib import Path

from fanzha.home import Home

PROGRAMS = {
    "web": "-m uvicorn fanzha.centre.asgi:application --host 127.0.0.1 --port {port} --timeout-graceful-shutdown 1 --log-level warning",
    "worker": "-m fanzha.centre.worker",
    "engine": "-m fanzha.detection.following",
    "city": "-m fanzha.centre.city",
    "simulators": "-m fanzha.centre.channels.simulators",
}


def write_configuration(home: Home, port: int, people: int, speed: float) -> Path:
    """The supervisor's configuration of this home; returns its path."""
    logs = home.root / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    environment = (
        f'FANZHA_HOME="{home.root}",FANZHA_PORT="{port}",FANZHA_CITY_PEOPLE="{people}",FANZHA_CITY_SPEED="{speed}"'
    )
    parts = [
        f"[supervisord]\nnodaemon=true\nlogfile={logs}/supervisord.log\npidfile={home.root}/supervisord.pid\nsilent=true\nenvironment={environment}\n"
    ]
    for name, words in PROGRAMS.items():
        parts.append(
            f"[program:{name}]\ncommand={sys.executable} {words.format(port=port)}\nautorestart=true\nstartsecs=1\nstartretries=20\n"
            f"stopasgroup=true\nkillasgroup=true\nstopwaitsecs=3\nredirect_stderr=true\n"
            f"stdout_logfile={logs}/{name}.log\nstdout_logfile_maxbytes=5MB\nstdout_logfile_backups=2\n"
        )
    path = home.root / "supervisord.conf"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path
