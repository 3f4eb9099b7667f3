"""A simple centre for twin cities: operators who call, cars that visit, limits from deadlines, the most urgent first.

Instants are microseconds UTC, as in the simulation. It knows nothing of the truth: whether a contact reaches and convinces
is told by the `Answer` that the city gives.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from fanzha.deadlines import count, deadline, duration
from fanzha.vocabulary import load_data

RULES: dict[str, Any] = load_data("fanzha.evaluation", "desk.yaml")
MINUTE = 60_000_000
AUTOMATIC = "automatic"
"""Who sends messages, plays voices and asks banks: as many at once as there are."""
_CREWS = {"call": "operator", "visit": "car"}
_HEARD = ("call", "visit", "voice", "hold")
"""Channels whose answer the centre hears; whom a message convinced is called all the same, for nobody knows."""


@dataclass(frozen=True)
class Told:
    """A warning as the desk takes it."""

    person: str
    level: int
    issued_at: int


@dataclass(frozen=True)
class Contact:
    """One attempt, and what came of it. `said`: a code of vocabulary.CONTACTS; `convinced`: the person stops."""

    person: str
    channel: str
    level: int
    at: int
    said: str
    convinced: bool


@dataclass
class Order:
    """What is done about one person within the merging window."""

    person: str
    level: int
    issued_at: int
    tries: int = 0
    contacts: int = 0
    done: bool = False
    first_call_due: int | None = None
    met_due: int | None = None
    first_called: int | None = None
    visited: int | None = None
    steps: set[str] = field(default_factory=set)


Answer = Callable[[Order, str, int], tuple[str, bool]]
"""(order, channel, instant) -> (code of CONTACTS, convinced)."""


class Desk:
    """Orders of one centre over time. `operators`, `cars`: how many are on duty, day and night; `rng`: when within limits steps fall."""

    def __init__(self, operators: int, cars: int, answer: Answer, rng: np.random.Generator) -> None:
        self.orders: list[Order] = []
        self.contacts: list[Contact] = []
        self._answer, self._rng = answer, rng
        self._open: dict[str, Order] = {}
        self._free = {"operator": [0] * operators, "car": [0] * cars, AUTOMATIC: [0]}
        self._clock = dict.fromkeys(self._free, 0)
        self._waiting: dict[str, list[tuple[int, int, str, Order]]] = {crew: [] for crew in self._free}
        self._ready: dict[str, list[tuple[int, int, int, str, Order]]] = {crew: [] for crew in self._free}
        self._serial = itertools.count()

    def take_in(self, told: Told, now: int) -> None:
        """A warning that reaches the desk at `now`: a new order, or one that stands and may become more urgent."""
        order = self._open.get(told.person)
        window = duration("merging.window", _utc(now)).total_seconds() * 1e6
        if order is None or now - order.issued_at >= window:
            order = Order(told.person, told.level, now)
            self.orders.append(order)
            self._open[told.person] = order
        elif told.level < order.level:
            order.level, order.done = told.level, False
        else:
            return
        due = deadline("order.first_call", order.level, _utc(now))
        order.first_call_due = _earlier(order.first_call_due, None if due is None else _us(due))
        met = deadline("order.in_person", order.level, _utc(now))
        order.met_due = _earlier(order.met_due, None if met is None else _us(met))
        for channel in RULES["channels"][order.level]["at_once"]:
            self._plan(order, channel, now)

    def work(self, until: int) -> Iterator[Contact]:
        """Every contact made before `until`, in the order of time."""
        while True:
            begins = {crew: self._next(crew) for crew in self._free}
            crew = min(begins, key=lambda one: begins[one])
            if begins[crew] >= until:
                return
            made = self._do(crew, int(begins[crew]))
            if made is not None:
                self.contacts.append(made)
                yield made

    def _plan(self, order: Order, channel: str, now: int) -> None:
        if channel in order.steps:
            return
        order.steps.add(channel)
        limit = "order.sign_in" if channel in _CREWS else None
        due = deadline(limit, order.level, _utc(now)) if limit else None
        self._wait(order, channel, now + (0 if due is None else self._part(_us(due) - now)))

    def _wait(self, order: Order, channel: str, ready: int) -> None:
        crew = _CREWS.get(channel, AUTOMATIC)
        heapq.heappush(self._waiting[crew], (ready, next(self._serial), channel, order))

    def _part(self, span: int) -> int:
        return int(span * self._rng.uniform(RULES["within"]["from"], RULES["within"]["to"]))

    def _next(self, crew: str) -> float:
        """When somebody of a crew begins something next; what is ready became so by the crew's clock."""
        free, waiting, ready = self._free[crew], self._waiting[crew], self._ready[crew]
        if crew == AUTOMATIC:
            return waiting[0][0] if waiting else float("inf")
        if not free or not (waiting or ready):
            return float("inf")
        return max(free[0], self._clock[crew] if ready else waiting[0][0])

    def _do(self, crew: str, at: int) -> Contact | None:
        waiting, ready = self._waiting[crew], self._ready[crew]
        if crew == AUTOMATIC:
            _, _, channel, order = heapq.heappop(waiting)
            return self._contact(order, channel.removeprefix("arrived:"), at)
        self._clock[crew] = at
        while waiting and waiting[0][0] <= at:
            _, serial, channel, order = heapq.heappop(waiting)
            heapq.heappush(ready, (order.level, order.issued_at, serial, channel, order))
        *_, channel, order = heapq.heappop(ready)
        if channel == "visit":
            self._drive(order, at)
            return None
        if order.done:
            return None
        made = self._contact(order, channel, at)
        self._busy(crew, at, channel, made.said)
        return made

    def _busy(self, crew: str, at: int, channel: str, said: str) -> None:
        minutes = RULES["minutes"][channel]["reached" if said == "answered" else "failed"]
        heapq.heapreplace(self._free[crew], at + minutes * MINUTE)

    def _drive(self, order: Order, at: int) -> None:
        """A car leaves; it is there within what is left of the limit, and busy until it has spoken with the person."""
        due = deadline("order.in_person", order.level, _utc(at)) or deadline("order.in_person", 2, _utc(at))
        span = _us(due) - at if due else 0
        if order.visited is None and order.met_due is not None:
            span = min(span, max(order.met_due - at, RULES["minutes"]["visit"]["drive"] * MINUTE))
        arrives = at + self._part(span)
        self._wait(order, "arrived:visit", arrives)
        heapq.heapreplace(self._free["car"], arrives + RULES["minutes"]["visit"]["reached"] * MINUTE)

    def _contact(self, order: Order, channel: str, at: int) -> Contact:
        said, convinced = self._answer(order, channel, at)
        if channel in ("call", "voice"):
            order.tries += 1
            order.first_called = order.first_called or at
        if channel == "visit":
            order.visited = order.visited or at
        if said == "answered":
            order.contacts += 1
        order.done = order.done or (convinced and channel in _HEARD)
        if not order.done:
            self._follow(order, channel, said, at)
        return Contact(order.person, channel, order.level, at, said, convinced)

    def _follow(self, order: Order, channel: str, said: str, at: int) -> None:
        """Try again while tries are left; then what the level says; and a second visit a day after one that did not convince."""
        if channel in ("call", "voice") and said != "answered":
            if order.tries < count("order.tries", order.level, _utc(order.issued_at)):
                between = RULES["minutes"]["between_tries"][order.level] * MINUTE
                self._wait(order, channel, at + between)
                return
        elif channel == "visit" and "revisit" not in order.steps:
            order.steps.add("revisit")
            self._wait(order, "visit", at + round(duration("order.revisit", _utc(at)).total_seconds() * 1e6))
            return
        then = RULES["channels"][order.level].get("then")
        if channel == "call" and then is not None and then not in order.steps:
            order.steps.add(then)
            self._wait(order, then, at + (RULES["minutes"]["hold"]["after"] * MINUTE if then == "hold" else 0))


def _earlier(one: int | None, other: int | None) -> int | None:
    return min((instant for instant in (one, other) if instant is not None), default=None)


def _utc(instant: int) -> datetime:
    return datetime.fromtimestamp(instant / 1e6, UTC)


def _us(instant: datetime) -> int:
    return round(instant.timestamp() * 1e6)
