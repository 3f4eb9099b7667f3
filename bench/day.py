"""One day at 60 times its speed on the real processes, while web, worker and engine are killed at random and started again.

Signals come over HTTP and become warnings, orders and outcomes by the processes alone; operators work over HTTP and, as people do,
look again at where an order stands whenever an answer did not come. Cars and the automatic voice act through the public actions.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from asgiref.sync import sync_to_async
from crew import RINGS_S, WRITING_S, Case, Draws
from own_centre import free_port, signed_in, staff, start, web

FRAUD, SITE = "15499999999", "fraud-site.example"
SECONDS_ON_THE_PHONE = {1: 3700, 2: 1600, 3: 90}
"""Calls from a listed number that make a warning of each level (W01); level 4 is a visit to a listed site (W05)."""
PATIENCE_S = 300
"""Wall seconds after the last warning until everything has to have ended."""


class Processes:
    """Web, worker and engine, each started again as soon as it is dead."""

    def __init__(self, home: Path, port: int, workers: int, seed: int, every_s: float) -> None:
        self.make: dict[str, Callable[[], Any]] = {
            "web": lambda: web(home, port, workers),
            "worker": lambda: start(home, "worker", "fanzha.centre.worker"),
            "engine": lambda: start(home, "engine", "fanzha.detection.following"),
        }
        self.running = {name: make() for name, make in self.make.items()}
        self.rng, self.every_s, self.killed = random.Random(seed), every_s, Counter[str]()
        self.next_kill = time.monotonic() + every_s

    def tend(self, kill: bool) -> None:
        """Start what is dead; now and then kill one without warning."""
        if kill and time.monotonic() > self.next_kill:
            name = self.rng.choice(list(self.running))
            os.killpg(self.running[name].pid, signal.SIGKILL)
            self.killed[name] += 1
            self.next_kill = time.monotonic() + self.every_s * self.rng.uniform(0.5, 1.5)
        for name, process in self.running.items():
            if process.poll() is not None:
                self.running[name] = self.make[name]()

    def stop(self) -> None:
        for process in self.running.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Day:
    """The wall's time made into the city's, and what is known from outside."""

    def __init__(self, home: Path, told: argparse.Namespace) -> None:
        from fanzha.centre.clock import publish
        from fanzha.home import Home

        self.home, self.told, self.publish = Home(home), told, publish
        self.begin = datetime(2026, 3, 2, told.from_hour, tzinfo=UTC) - timedelta(hours=8)
        self.wall = time.monotonic()
        self.ended = False
        self.draws = Draws(told.seed)
        hours = {hour % 24 for hour in range(told.from_hour, told.from_hour + told.hours)}
        midnight = self.begin - timedelta(hours=told.from_hour)
        cases = self.draws.day(midnight, told.per_day)
        self.cases = [one for one in cases if int((one.at - midnight).total_seconds() // 3600) in hours]

    def now(self) -> datetime:
        return self.begin + timedelta(seconds=(time.monotonic() - self.wall) * self.told.speed)

    def wait(self, virtual_s: float) -> float:
        """How many wall seconds so many of the city's take."""
        return virtual_s / self.told.speed

    def show(self) -> None:
        self.publish(self.home, self.now().timestamp(), self.told.speed)


def signals(cases: list[Case], first: int) -> dict[str, list[dict[str, Any]]]:
    """What the operators of lines send of these people, each with a number of their own."""
    rows: dict[str, list[dict[str, Any]]] = {"calls": [], "visits": []}
    for n, case in enumerate(cases, start=first):
        number = f"154{n:08d}"
        if case.level == 4:
            rows["visits"].append(
                {"visit_id": f"v{n}", "visited_at": case.at.isoformat(), "number": number, "domain": SITE}
            )
            continue
        lasted = SECONDS_ON_THE_PHONE[case.level]
        began = (case.at - timedelta(seconds=lasted)).isoformat()
        row = {"call_id": f"c{n}", "started_at": began, "caller": FRAUD, "callee": number, "duration_s": lasted}
        rows["calls"].append({**row, "callee_place": case.place})
    return {table: found for table, found in rows.items() if found}


class Sender(threading.Thread):
    """Sends what is known by now, and the same again until it is acknowledged."""

    def __init__(self, day: Day, address: str) -> None:
        super().__init__(daemon=True)
        from fanzha.centre.secrets import secret

        self.day, self.sent = day, 0
        self.client = httpx.Client(base_url=address, timeout=30, trust_env=False)
        self.token = secret(day.home, "intake_token")

    def post(self, table: str, rows: list[dict[str, Any]], key: str) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        body = "\n".join(map(json.dumps, rows))
        while not self.day.ended:
            try:
                answer = self.client.post(f"/api/v1/signals/{table}", content=body, headers=headers)
            except httpx.TransportError:
                time.sleep(0.3)
                continue
            if answer.status_code == 200:
                return
            if answer.status_code < 500 and answer.status_code != 429:
                raise RuntimeError(f"{table}: {answer.status_code} {answer.text[:200]}")
            time.sleep(0.5)

    def warm(self) -> None:
        """Say what is listed, and wait until the engine has read it: from then on the day can begin."""
        from fanzha.outbox import Outbox

        since = (self.day.begin - timedelta(days=30)).isoformat()
        listed = [{"identifier": FRAUD, "kind": "number"}, {"identifier": SITE, "kind": "domain"}]
        self.post("listed", [{**one, "listed_at": since} for one in listed], "listed")
        early = (self.day.begin - timedelta(hours=1)).isoformat()
        self.post(
            "visits", [{"visit_id": "v", "visited_at": early, "number": "15488888888", "domain": "a.example"}], "warm"
        )
        outbox = Outbox(self.day.home.log)
        while outbox.position() < 2:
            time.sleep(0.2)
        outbox.close()

    def run(self) -> None:
        while self.sent < len(self.day.cases) and not self.day.ended:
            due = [case for case in self.day.cases[self.sent : self.sent + 200] if case.at <= self.day.now()]
            for table, rows in signals(due, self.sent).items():
                self.post(table, rows, f"{table}-{self.sent}")
            self.sent += len(due)
            time.sleep(0.5)


class Desk:
    """An operator over HTTP: takes, calls, writes; after any fault looks at what stands."""

    def __init__(self, day: Day, address: str, user: Any, seed: int) -> None:
        cookies = signed_in(user)
        self.day, self.user, self.rng = day, user, random.Random(seed)
        headers = {"X-CSRFToken": cookies["csrftoken"]}
        self.client = httpx.AsyncClient(base_url=address, cookies=cookies, headers=headers, timeout=30, trust_env=False)
        self.faults: Counter[str] = Counter()

    async def work(self) -> None:
        while not self.day.ended:
            mine = await sync_to_async(self._mine, thread_sensitive=False)()
            if mine is None:
                await self._post("/dissuasion/next")
                await asyncio.sleep(self.day.wait(30))
                continue
            order, reached, met, level = mine
            if not reached:
                await asyncio.sleep(self.day.wait(self.rng.uniform(*RINGS_S)))
                said = "answered" if self.rng.random() < 0.75 else "rang_out"
                await self._post(f"/dissuasion/{order}/contact", contact=said)
            elif level < 3 and not met and self.rng.random() < 0.9:
                await asyncio.sleep(self.day.wait(120))
            else:
                await asyncio.sleep(self.day.wait(WRITING_S))
                code, why = ("D02", "") if met else ("D01", "人在外地，电话已核实")
                await self._post(f"/dissuasion/{order}/outcome", code=code, who_said="person", exception=why)
        await self.client.aclose()

    def _mine(self) -> tuple[str, bool, bool, int] | None:
        from fanzha.centre.dissuasion import states
        from fanzha.centre.dissuasion.models import Order

        own = Order.objects.filter(owner=self.user, state__in=states.WORKED).order_by("?")
        found = own.values_list("order_id", "reached_at", "met_at", "level").first()
        return found and (found[0], found[1] is not None, found[2] is not None, found[3])

    async def _post(self, path: str, **said: str) -> None:
        try:
            answer = await self.client.post(path, data=said)
        except httpx.TransportError as fault:
            self.faults[type(fault).__name__] += 1
            await asyncio.sleep(0.3)
            return
        if answer.status_code >= 500:
            self.faults[str(answer.status_code)] += 1


class Outside(threading.Thread):
    """Cars, and the voice that tells level 4."""

    def __init__(self, day: Day, officers: list[Any]) -> None:
        super().__init__(daemon=True)
        self.day, self.free = day, list(officers)
        self.under_way: list[tuple[datetime, Any, str]] = []

    def run(self) -> None:
        while not self.day.ended:
            now = self.day.now()
            self._meet(now)
            self._leave(now)
            self._tell(now)
            time.sleep(0.3)

    def _leave(self, now: datetime) -> None:
        from fanzha.centre.dissuasion import actions
        from fanzha.centre.dissuasion.models import Task
        from fanzha.refusal import Refusal

        waiting = Task.objects.filter(kind="visit", state="open").order_by("due_at").select_related("order")
        for task in waiting[: len(self.free)]:
            officer = self.free.pop()
            try:
                actions.take_task(task.pk, officer, now)
            except Refusal:
                self.free.append(officer)  # dropped since: the order is over
                continue
            self.under_way.append((now + timedelta(minutes=20), officer, task.order.order_id))

    def _meet(self, now: datetime) -> None:
        from fanzha.centre.dissuasion import actions
        from fanzha.refusal import Refusal

        for there in [one for one in self.under_way if one[0] <= now]:
            self.under_way.remove(there)
            self.free.append(there[1])
            try:
                met = actions.record_meeting(there[2], there[1], now)
                if met.owner_id == there[1].pk:
                    actions.record_outcome(there[2], there[1], now, "D02", who_said="officer")
            except Refusal:
                continue  # ended by phone while the car was on its way

    def _tell(self, now: datetime) -> None:
        from fanzha.centre.dissuasion import actions
        from fanzha.centre.dissuasion.models import Order

        for order in Order.objects.filter(level=4, state="created").values_list("order_id", flat=True)[:40]:
            actions.conclude_automatically(order, now, "D00", "voice")


def found(day: Day) -> dict[str, int]:
    """What must be nothing once the day is over."""
    from fanzha.centre.access import audit
    from fanzha.centre.access.models import AuditEntry
    from fanzha.centre.dissuasion.models import Basis, Clock, Order, Task

    takes = Counter(AuditEntry.objects.filter(action="take").values_list("subject", flat=True))
    numbers = list(Order.objects.values_list("changed", flat=True))
    return {
        "warnings lost": len(day.cases) - Order.objects.values("subject").distinct().count(),
        "opened twice": Order.objects.count() - Order.objects.values("subject").distinct().count(),
        "orders without a warning": Order.objects.exclude(pk__in=Basis.objects.values("order")).count(),
        "taken twice": sum(count > 1 for count in takes.values()),
        "stuck": Order.objects.exclude(state="closed").count(),
        "tasks left": Task.objects.filter(state__in=("open", "held")).exclude(kind="follow_up").count(),
        "clocks left": Clock.objects.filter(met_at=None, passed_over=False).count(),
        "numbers given twice": len(numbers) - len(set(numbers)),
        "chain broken": int(audit.broken_at() is not None),
    }


def live(told: argparse.Namespace, home: Path) -> dict[str, Any]:
    """The day from its first warning to its last outcome."""
    from fanzha.centre.dissuasion.models import Order

    port = free_port()
    address = f"http://127.0.0.1:{port}"
    operators, officers = staff("operator", told.operators), staff("officer", told.cars)
    day = Day(home, told)
    day.show()
    processes = Processes(home, port, told.workers, told.seed, told.kill_every)
    sender, outside = Sender(day, address), Outside(day, officers)
    desks = [Desk(day, address, user, seed) for seed, user in enumerate(operators)]

    def closed() -> bool:
        return Order.objects.count() >= len(day.cases) and not Order.objects.exclude(state="closed").exists()

    async def watch() -> None:
        last_sent: float | None = None
        while True:
            day.show()
            processes.tend(kill=sender.is_alive())
            if not sender.is_alive():
                last_sent = last_sent or time.monotonic()
                done = await sync_to_async(closed, thread_sensitive=False)()
                if done or time.monotonic() - last_sent > PATIENCE_S:
                    break
            await asyncio.sleep(0.5)
        day.ended = True

    async def everybody() -> None:
        await asyncio.gather(watch(), *(desk.work() for desk in desks))

    try:
        sender.warm()
        day.wall = time.monotonic()
        day.show()
        sender.start()
        outside.start()
        asyncio.run(everybody())
        outside.join(30)
    finally:
        day.ended = True
        processes.stop()
    return {
        "warnings": len(day.cases),
        "killed": dict(processes.killed),
        "faults seen by operators": sum(sum(desk.faults.values()) for desk in desks),
        "wrong": found(day),
        "seconds": round(time.monotonic() - day.wall),
        "load": round(os.getloadavg()[0], 2),
    }
