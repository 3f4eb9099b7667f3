"""From arrival over HTTP to a warning in the centre, open loop: requests go out by the clock whether or not anything was answered.

Run: python bench/arrival.py SIGNALS [--rate 20000] [--seconds 600] [--warm 3] [--models FOLDER] [--database sqlite|postgresql]
The real processes (web, worker, engine) on a home of their own. Every `--every` seconds one request a table carries what was known
by then, as Arrow. A warning's time is from when its request was due to when its record stood in the centre's database. The city's
time runs as fast as its events come: many times as many warnings, orders and limits as a city of that size has.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import shutil
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import polars as pl
from own_centre import cpu_seconds, free_port, own_centre, start, web

from fanzha.signals import EVENT_TABLES, REGISTER_TABLES, known_at, read_folder, slices

LARGE = 50_000
"""Rows of a request while the state is made warm."""
LOOK_S = 0.01
"""How often the bench looks for new records: what it can be wrong by."""


def body(frame: pl.DataFrame) -> bytes:
    """The rows as a sender writes them."""
    buffer = io.BytesIO()
    frame.rechunk().write_ipc_stream(buffer, compression="zstd")
    return buffer.getvalue()


class Watcher(threading.Thread):
    """Notes when each warning's record was first seen, by the event that it was issued at."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.seen: dict[str, float] = {}
        self.ends = threading.Event()

    def run(self) -> None:
        from django.db import connection

        from fanzha.centre.warnings.models import Warning

        last, newest = 0, f"SELECT max(id) FROM {Warning._meta.db_table}"  # cheap: the bench shares the machine
        while not self.ends.wait(LOOK_S):
            with connection.cursor() as cursor:
                cursor.execute(newest)
                if cursor.fetchone()[0] in (None, last):
                    continue
            for key, event in Warning.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "told__event_id"):
                self.seen[event], last = time.time(), key


class Sender:
    """Requests of one sender to the centre, with its token."""

    def __init__(self, address: str, token: str) -> None:
        self.client = httpx.AsyncClient(
            base_url=address, timeout=60, trust_env=False, headers={"Authorization": f"Bearer {token}"}
        )
        self.answers: Counter[int] = Counter()
        self.took: list[float] = []

    async def post(self, table: str, content: bytes, key: str, due: float) -> None:
        headers = {"Idempotency-Key": key, "Content-Type": "application/vnd.apache.arrow.stream"}
        answer = await self.client.post(f"/api/v1/signals/{table}", content=content, headers=headers)
        self.answers[answer.status_code] += 1
        self.took.append(time.time() - due)


def parts(tables: dict[str, pl.DataFrame], rows: int) -> Iterator[dict[str, pl.DataFrame]]:
    """So many rows at a time in the order in which they were known, without empty tables."""
    for part in slices(tables, rows):
        yield {name: frame for name, frame in part.items() if frame.height}


@dataclass(frozen=True)
class Part:
    """What goes out at one instant: the requests by table, the ids of the events in them, the newest instant, how many rows."""

    bodies: list[tuple[str, bytes]]
    events: list[pl.Series]
    newest: datetime
    rows: int


def prepared(live: dict[str, pl.DataFrame], told: argparse.Namespace) -> list[Part]:
    """All that will be sent, as it will be sent: the sender shares the machine with what is measured."""
    keys = {name: f"{name[:-1] if name != 'deliveries' else 'delivery'}_id" for name in EVENT_TABLES}
    found = []
    for part in islice(parts(live, int(told.rate * told.every)), int(told.seconds / told.every) + 1):
        events = {name: frame for name, frame in part.items() if name in keys}
        found.append(
            Part(
                [(name, body(frame)) for name, frame in part.items()],
                [frame[keys[name]].alias("event") for name, frame in events.items()],
                max(known_at(name, frame).max() for name, frame in events.items()),
                sum(frame.height for frame in part.values()),
            )
        )
    return found


async def send(
    told: argparse.Namespace, sender: Sender, warm: dict[str, pl.DataFrame], live: list[Part], clock: Any
) -> tuple[float, float]:
    """The warm days as fast as they are taken, then the rest by the clock; when that began, and for how long it went on."""
    for number, part in enumerate(parts(warm, LARGE)):
        for name, frame in part.items():
            await sender.post(name, body(frame), f"warm-{number}-{name}", time.time())
    await asyncio.to_thread(clock.caught_up)
    print(
        f"warm after {sum(frame.height for frame in warm.values()):,} rows, answers {dict(sender.answers)}", flush=True
    )
    sender.took.clear()
    open_requests: set[asyncio.Task[None]] = set()
    begin = time.time()
    for number, one in enumerate(live):
        at = begin + number * told.every
        await asyncio.sleep(max(0.0, at - time.time()))
        clock.show(one.newest)
        for name, content in one.bodies:
            task = asyncio.create_task(sender.post(name, content, f"live-{number}-{name}", at))
            open_requests.add(task)
            task.add_done_callback(open_requests.discard)
    lasted = time.time() - begin
    await asyncio.gather(*open_requests)
    await asyncio.to_thread(clock.caught_up)
    return begin, lasted


def waited(live: list[Part], every: float, begin: float, seen: dict[str, float]) -> np.ndarray:
    """Seconds from when the event of each warning was due to when the warning's record was seen."""
    number_of = pl.concat(
        pl.DataFrame({"event": ids, "number": pl.repeat(number, len(ids), eager=True)})
        for number, part in enumerate(live)
        for ids in part.events
    )
    records = pl.DataFrame({"event": list(seen), "at": list(seen.values())})
    both = records.join(number_of, on="event", how="inner")
    return (both["at"] - begin - both["number"] * every).to_numpy()


class Clock:
    """The city's time as the events tell it, and how far the engine is."""

    def __init__(self, home: Path, rate: int, events: int, seconds: float) -> None:
        from fanzha.home import Home

        self.home, self.speed = Home(home), seconds * rate / max(events, 1)

    def show(self, newest: Any) -> None:
        from fanzha.centre.clock import publish

        publish(self.home, newest.timestamp(), self.speed)

    def caught_up(self) -> None:
        """Wait until the engine has worked through the log and the worker has taken in its warnings."""
        with sqlite3.connect(self.home.log, timeout=30) as log:
            while True:
                last = log.execute("SELECT coalesce(max(position), 0) FROM batch").fetchone()[0]
                told = log.execute("SELECT value FROM engine WHERE name = 'position'").fetchone()
                if told and int(told[0]) >= last:
                    return time.sleep(3)
                time.sleep(0.2)


def split(tables: dict[str, pl.DataFrame], days: int) -> tuple[dict[str, pl.DataFrame], dict[str, pl.DataFrame], float]:
    """What was known by the end of so many days, what came after, and how many seconds that is."""
    begin = min(known_at(name, tables[name]).min() for name in EVENT_TABLES if name in tables)
    before, after = dict(tables), {}
    newest = begin
    for name in (one for one in (*EVENT_TABLES, "listed") if one in tables):
        known = known_at(name, tables[name])
        early = pl.select((known < begin + pl.duration(days=days)).alias("early"))["early"]
        before[name], after[name] = tables[name].filter(early), tables[name].filter(~early)
        newest = max(newest, known.max()) if name in EVENT_TABLES else newest
    return before, after, (newest - begin).total_seconds() - days * 86_400


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("signals", type=Path)
    options.add_argument("--rate", type=int, default=20_000)
    options.add_argument("--seconds", type=int, default=600)
    options.add_argument("--every", type=float, default=0.1, help="seconds between the requests of a table")
    options.add_argument("--warm", type=int, default=3, help="days put in before the clock starts")
    options.add_argument(
        "--models", type=Path, help="a home's folder of trained models; without it rules and word cues alone"
    )
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    told = options.parse_args()
    tables = read_folder(told.signals, None, (*EVENT_TABLES, *REGISTER_TABLES))
    warm, live, seconds = split(tables, told.warm)
    coming = prepared(live, told)
    with own_centre(told.database) as home:
        from fanzha.centre.networks.models import Search
        from fanzha.centre.secrets import secret

        # A day of the city passes in half a minute: its search through everything, once a day, would never end.
        Search.objects.create(day=date.max, asked_at=datetime.now(UTC), state="done")
        if told.models:
            shutil.copytree(told.models, home / "models", dirs_exist_ok=True)
        clock = Clock(home, told.rate, sum(frame.height for frame in live.values()), seconds)
        clock.show(min(known_at(name, warm[name]).min() for name in EVENT_TABLES if name in warm and warm[name].height))
        port = free_port()
        processes = {
            "web": web(home, port, 1),
            "engine": start(home, "engine", "fanzha.detection.following"),
            "worker": start(home, "worker", "fanzha.centre.worker"),
        }
        watcher = Watcher()
        try:
            while httpx_is_down(port):
                time.sleep(0.2)
            watcher.start()
            sender = Sender(f"http://127.0.0.1:{port}", secret(clock.home, "intake_token"))
            before = time.process_time()
            used = {name: -cpu_seconds(one.pid) for name, one in processes.items()}
            begin, lasted = asyncio.run(send(told, sender, warm, coming, clock))
            used = {name: used[name] + cpu_seconds(one.pid) for name, one in processes.items()}
            used["this bench"] = time.process_time() - before
        finally:
            watcher.ends.set()
            for process in processes.values():
                os.killpg(process.pid, 9)
                process.wait()
    waits = waited(coming, told.every, begin, watcher.seen)
    print(
        f"{sum(part.rows for part in coming) / lasted:,.0f} rows/s offered for {lasted:.0f} s; answers {dict(sender.answers)}"
    )
    print(
        f"{told.database}, {'trained models' if told.models else 'no models'}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}"
    )
    print("processor seconds in all:", {name: round(one) for name, one in used.items()})
    for name, times in (("answers", np.array(sender.took)), ("warnings", waits)):
        if len(times):
            p50, p99, p999 = np.quantile(times, [0.5, 0.99, 0.999]) * 1000
            print(f"{name} ({len(times)}): p50 {p50:.0f} ms, p99 {p99:.0f} ms, p99.9 {p999:.0f} ms")


def httpx_is_down(port: int) -> bool:
    """Whether the web process does not answer yet."""
    try:
        httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
    except httpx.TransportError:
        return True
    return False


if __name__ == "__main__":
    main()
