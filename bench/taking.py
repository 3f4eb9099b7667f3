"""Fifty people take orders at once over HTTP from a running server: does anybody get what another has, and how long does it take?

Run: python bench/taking.py [--database sqlite|postgresql] [--people 50] [--seconds 300] [--takes N] [--pause 1.0] [--workers 2] [--json]
Each person takes again and again with a pause between (mean, exponential): half the time whatever comes next, half the time an
order that several want. After each take a contact is written down. A feeder opens orders all the while, as the worker does.
Exit 1 when an order was taken twice, an update was lost or a take went wrong; `--json` prints the figures for a program.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from own_centre import cpu_seconds, free_port, own_centre, signed_in, staff, web

WANTED = 6
"""How many orders everybody looks at, so that several want the same."""
AHEAD = 200
BATCH = 10


class Feeder(threading.Thread):
    """Opens orders so that some always wait; `wanted` are those that people fight for."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.wanted: list[str] = []
        self.ends, self.opened = threading.Event(), 0

    def feed(self) -> None:
        from fanzha.centre.dissuasion import actions

        now = datetime.now(UTC)
        numbers = range(self.opened, self.opened + BATCH)
        told = [
            actions.Incoming(actions.OWN, f"b{n}", f"p{n}", "person", 1 + n % 3, now, {"reasons": []}) for n in numbers
        ]
        actions.open_orders(told, now)
        self.opened += BATCH

    def look(self) -> None:
        from fanzha.centre.dissuasion.models import Order

        waiting = Order.objects.filter(state="created")
        if waiting.count() < AHEAD:
            self.feed()
        self.wanted = list(waiting.order_by("-pk").values_list("order_id", flat=True)[:WANTED])

    def run(self) -> None:
        while not self.ends.wait(0.05):
            self.look()


class Person:
    """Somebody at a desk, by what their browser would send."""

    def __init__(self, address: str, user: Any, seed: int) -> None:
        cookies = signed_in(user)
        self.pk, self.rng = user.pk, random.Random(seed)
        headers = {"X-CSRFToken": cookies["csrftoken"]}
        self.client = httpx.AsyncClient(base_url=address, cookies=cookies, headers=headers, timeout=60, trust_env=False)
        self.took: list[str] = []
        self.contacts: Counter[str] = Counter()
        self.times: list[float] = []
        self.answers: Counter[int] = Counter()

    async def work(self, until: float, told: argparse.Namespace, feeder: Feeder) -> None:
        """The first take is for the order that all want; then until the time is over, or so many takes."""
        wanted: str | None = feeder.wanted[0]
        while time.monotonic() < until and len(self.times) < told.takes:
            path = f"/dissuasion/{wanted}/take" if wanted else "/dissuasion/next"
            begin = time.perf_counter()
            answer = await self.client.post(path)
            self.times.append(time.perf_counter() - begin)
            self.answers[answer.status_code] += 1
            order = answer.headers.get("Location", "").rstrip("/").rsplit("/", 1)[-1]
            if answer.status_code == 302 and order.startswith("o"):
                self.took.append(order)
                said = await self.client.post(f"/dissuasion/{order}/contact", data={"contact": "busy"})
                self.contacts[order] += said.status_code == 302
            await asyncio.sleep(self.rng.expovariate(1 / told.pause) if told.pause else 0)
            wanted = self.rng.choice(feeder.wanted) if feeder.wanted and self.rng.random() < 0.5 else None


async def play(people: list[Person], told: argparse.Namespace, feeder: Feeder) -> None:
    """Everybody at work."""
    until = time.monotonic() + told.seconds
    await asyncio.gather(*(one.work(until, told, feeder) for one in people))
    await asyncio.gather(*(one.client.aclose() for one in people))


def wrong(people: list[Person]) -> dict[str, int]:
    """What must be nothing: takes that were given twice or lost, contacts that were lost, numbers given twice, a broken chain."""
    from fanzha.centre.access import audit
    from fanzha.centre.access.models import AuditEntry
    from fanzha.centre.dissuasion.models import Contact, Order

    taken = [order for one in people for order in one.took]
    owners = {order: one.pk for one in people for order in one.took}
    stands = dict(Order.objects.filter(owner__isnull=False).values_list("order_id", "owner_id"))
    audited = Counter(AuditEntry.objects.filter(action="take").values_list("subject", flat=True))
    kept = Counter(Contact.objects.values_list("order__order_id", flat=True))
    numbers = list(Order.objects.values_list("changed", flat=True))
    return {
        "taken twice": len(taken) - len(set(taken)) + sum(count > 1 for count in audited.values()),
        "take lost": sum(stands.get(order) != owner for order, owner in owners.items())
        + len(set(stands) - set(owners)),
        "contact lost": sum((sum((one.contacts for one in people), Counter()) - kept).values()),
        "number given twice": len(numbers) - len(set(numbers)),
        "chain broken": int(audit.broken_at() is not None),
        "answers that were neither given nor refused": sum(
            count for one in people for code, count in one.answers.items() if code not in (302, 409)
        ),
    }


def measure(told: argparse.Namespace, home: Path) -> dict[str, Any]:
    """Play, then look."""
    from django.db import connection

    port = free_port()
    address = f"http://127.0.0.1:{port}"
    people = [Person(address, user, seed) for seed, user in enumerate(staff("operator", told.people))]
    feeder = Feeder()
    for _ in range(AHEAD // BATCH):
        feeder.look()
    server = web(home, port, told.workers)
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{address}/access/sign-in/", trust_env=False, timeout=30)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        feeder.start()
        before = cpu_seconds(server.pid)
        asyncio.run(play(people, told, feeder))
        load, used = os.getloadavg()[0], cpu_seconds(server.pid) - before
        feeder.ends.set()
        feeder.join()
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
    times = sorted(second * 1000 for one in people for second in one.times)
    shares = {f"p{q}": round(times[min(len(times) - 1, int(len(times) * q / 100))], 1) for q in (50, 95, 99)}
    version = connection.pg_version if connection.vendor == "postgresql" else connection.Database.sqlite_version
    return {
        "database": f"{connection.vendor} {version}",
        "takes": len(times),
        "taken": sum(len(one.took) for one in people),
        "refused": sum(one.answers[409] for one in people),
        "ms": shares,
        "server ms a request": round(used * 1000 / sum(len(one.times) + len(one.took) for one in people), 1),
        "wrong": wrong(people),
        "load": round(load, 2),
        "cores": os.cpu_count(),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options.add_argument("--people", type=int, default=50)
    options.add_argument("--seconds", type=float, default=300)
    options.add_argument("--takes", type=int, default=1_000_000, help="at most so many of each person")
    options.add_argument("--pause", type=float, default=1.0, help="seconds between two takes of a person, on average")
    options.add_argument("--workers", type=int, default=2, help="processes of the web server")
    options.add_argument("--json", action="store_true")
    told = options.parse_args()
    with own_centre(told.database) as home:
        found = measure(told, home)
    if told.json:
        print(json.dumps(found))
    else:
        print(
            f"{found['database']}, {told.people} people for {told.seconds:.0f} s, {told.workers} web processes, pause {told.pause} s"
        )
        print(
            f"{found['takes']} takes asked, {found['taken']} given, {found['refused']} refused, load {found['load']} on {found['cores']} cores"
        )
        spans = ", ".join(f"{name} {value:.0f} ms" for name, value in found["ms"].items())
        print(f"take: {spans}; {found['server ms a request']} ms of processor a request")
        print("; ".join(f"{name}: {count}" for name, count in found["wrong"].items()))
    sys.exit(any(found["wrong"].values()))


if __name__ == "__main__":
    main()
