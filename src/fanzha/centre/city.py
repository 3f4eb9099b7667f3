"""The city process: a simulated city that lives at an adjustable speed and sends its signals as real senders do.

`python -m fanzha.centre.city`; people and speed come from FANZHA_CITY_PEOPLE and FANZHA_CITY_SPEED.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import threading
import time
from datetime import UTC, date, datetime, timedelta

import httpx
import polars as pl

from fanzha import durable
from fanzha.centre import to_itself
from fanzha.centre.clock import publish, shown
from fanzha.centre.heard import Heard
from fanzha.centre.secrets import secret
from fanzha.home import Home, find_home
from fanzha.signals import known_at, slices
from fanzha.simulation import DEFAULT_INFLATION, LURED_TO_THE_END_PAY, City
from fanzha.simulation.city import SHANGHAI

HISTORY_BATCH = 3000  # small, so that tables sent one after the other stay in step
TICK_S = 1.0
WAKES_AT = 8  # local hour at which the second day goes live


class Sender:
    """Posts tables to the intake; repeats what failed, under the same idempotency key."""

    def __init__(self, home: Home, port: int, stop: threading.Event) -> None:
        self._client = to_itself.client(port, 60)
        self._headers = {
            "Authorization": f"Bearer {secret(home, 'intake_token')}",
            "Content-Type": "application/vnd.apache.arrow.stream",
        }
        self._stop = stop

    def send(self, table: str, frame: pl.DataFrame) -> None:
        """Return when the batch is acknowledged (or the city is told to stop).

        The idempotency key is of the content: after an upgrade the same day of a city may read otherwise, and is another batch.
        """
        buffer = io.BytesIO()
        frame.rechunk().write_ipc_stream(buffer)
        body = buffer.getvalue()
        headers = {**self._headers, "Idempotency-Key": f"{table}-{hashlib.sha256(body).hexdigest()[:32]}"}
        while not self._stop.is_set():
            try:
                answer = self._client.post(f"/api/v1/signals/{table}", content=body, headers=headers)
            except httpx.TransportError:
                self._stop.wait(1.0)  # the web process is starting, or being started again
                continue
            if answer.status_code == 200:
                return
            if answer.status_code != 429:
                answer.raise_for_status()
            self._stop.wait(float(answer.headers.get("Retry-After", "1")))


def live(home: Home, port: int, people: int, speed: float, stop: threading.Event) -> None:
    """Yesterday at once, then today from eight in the morning at `speed`, until `stop`; who is convinced stops paying."""
    state = home.root / "city.json"
    told = json.loads(state.read_text()) if state.exists() else {}
    yesterday = datetime.now(SHANGHAI).date() - timedelta(days=1)
    begun, reached = date.fromisoformat(told.get("start", yesterday.isoformat())), float(told.get("reached", 0.0))
    city = City(people, seed=1, start=begun, inflation=DEFAULT_INFLATION, yields=LURED_TO_THE_END_PAY)
    heard = Heard(home, city, told)
    sender = Sender(home, port, stop)
    for name, table in city.registers().items():
        sender.send(name, table)
    midnight = datetime(begun.year, begun.month, begun.day, tzinfo=SHANGHAI).timestamp()
    now = max(reached, midnight + 86_400 + WAKES_AT * 3600)
    waiting: dict[str, pl.DataFrame] = {}
    while not stop.is_set():
        wall = time.time()
        now = max(now, shown(home, wall))  # it goes on from what it shows at this instant, and never back
        publish(home, now, speed, wall)
        heard.listen()
        for name, table in city.step(datetime.fromtimestamp(now, UTC)).tables.items():
            waiting[name] = pl.concat([waiting[name], table]) if name in waiting else table
        due, waiting = _until(waiting, now)
        for part in slices(due, HISTORY_BATCH):
            for name, table in part.items():
                sender.send(name, table)
        durable.write(state, json.dumps({"start": begun.isoformat(), "reached": now, **heard.keep()}).encode())
        stop.wait(TICK_S)


def _until(waiting: dict[str, pl.DataFrame], now: float) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame]]:
    instant = datetime.fromtimestamp(now, UTC)
    due, later = {}, {}
    for name, table in waiting.items():
        ready = known_at(name, table) <= instant
        due[name], later[name] = table.filter(ready), table.filter(~ready)
    return {name: table for name, table in due.items() if table.height}, later


if __name__ == "__main__":
    stopping = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stopping.set())
    live(
        find_home(),
        int(os.environ.get("FANZHA_PORT", "8000")),
        int(os.environ.get("FANZHA_CITY_PEOPLE", "20000")),
        float(os.environ.get("FANZHA_CITY_SPEED", "30")),
        stopping,
    )
