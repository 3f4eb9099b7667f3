"""A centre in virtual time: events in their order, people and cars acting through the public actions on a database of its own.

Operators: whoever is free takes the most urgent of what is offered to them, waits, or is theirs to call again; then follow-ups.
A call of level 1 that is offered to somebody who is on the phone for a less urgent one interrupts it. Cars: the visit that is due
first. What cannot be reached by phone is visited; what is told automatically (level 4) is told between 8:00 and 21:00.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crew import AT_THE_DOOR_S, DRIVE_S, FOLLOW_UP_S, RETRY_S, RINGS_S, WRITING_S, Case, Draws

from fanzha.centre.dissuasion import actions, states
from fanzha.centre.dissuasion.actions import assigning
from fanzha.centre.dissuasion.models import Order, Task
from fanzha.refusal import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
ROUND_S, LOOK_S = 30, 300
"""How often the worker takes back and offers anew, and how often it looks for breaches (virtual seconds)."""
AWAKE = (8, 21)
Act = Callable[[datetime], None]


@dataclass
class Operator:
    """Somebody at a desk, what they are on, and what is theirs to do later: (when, level, place in line, what)."""

    user: Any
    case: Case | None = None
    busy: bool = False
    ends_at: datetime | None = None
    then: Act | None = None
    turn: int = 0
    held: list[tuple[timedelta, Case | None, Act]] = field(default_factory=list)
    later: list[tuple[datetime, int, int, Case, Act]] = field(default_factory=list)


class Room:
    """The centre and its day. `could`: who would get an order if they asked for the next one, as their lists show it."""

    def __init__(self, draws: Draws, operators: list[Any], officers: list[Any], leader: Any) -> None:
        self.draws, self.leader = draws, leader
        self.operators = {user.pk: Operator(user) for user in operators}
        self.cars = list(officers)
        self.events: list[tuple[datetime, int, Act]] = []
        self.ticket = itertools.count()
        self.cases: dict[str, Case] = {}
        self.waiting: dict[str, Case] = {}
        self.visits: list[tuple[datetime, int, int, Case]] = []
        self.follow_ups: list[tuple[datetime, int]] = []
        self.could: set[int] = set()
        self.served: Counter[str] = Counter()
        self.now: datetime

    def at(self, when: datetime, act: Act) -> None:
        heapq.heappush(self.events, (when, next(self.ticket), act))

    def run(self, until: datetime) -> None:
        """Everything that happens before `until`."""
        while self.events and self.events[0][0] < until:
            self.now, _, act = heapq.heappop(self.events)
            act(self.now)

    # what comes in

    def arrive(self, case: Case) -> None:
        self.at(case.at, lambda now: self._open(case, now))

    def _open(self, case: Case, now: datetime) -> None:
        told = actions.Incoming(
            actions.OWN, case.subject, case.subject, "person", case.level, now, {"reasons": []}, 0.5, place=case.place
        )
        (order,) = actions.open_orders([told], now)
        case.order_id, case.level = order.order_id, order.level
        self.cases[case.order_id] = case
        if case.level == 4:
            self.at(
                self._awake(now + timedelta(seconds=self.draws.between((60, 1800)))), lambda at: self._tell(case, at)
            )
            return
        self.waiting[case.order_id] = case
        for task in Task.objects.filter(order=order, kind="visit") if case.level < 3 else ():
            self._want_visit(case, task)
        self._offer(now)

    def _awake(self, when: datetime) -> datetime:
        local = when.astimezone(SHANGHAI)
        if AWAKE[0] <= local.hour < AWAKE[1]:
            return when
        morning = local.replace(hour=AWAKE[0], minute=0, second=0) + timedelta(days=local.hour >= AWAKE[1])
        return morning + timedelta(seconds=self.draws.between((0, 1500)))

    def _tell(self, case: Case, now: datetime) -> None:
        actions.conclude_automatically(case.order_id, now, "D00", "voice")
        case.over = True

    # the worker

    def every(self, seconds: float, act: Act, begin: datetime, until: datetime) -> None:
        """`act` again and again."""

        def again(now: datetime) -> None:
            act(now)
            if now < until:
                self.at(now + timedelta(seconds=seconds), again)

        self.at(begin, again)

    def round(self, now: datetime) -> None:
        """What the worker does while something waits."""
        if self.waiting:
            actions.take_back(now)
            self._offer(now)
        self._wake(now)

    def _offer(self, now: datetime) -> None:
        actions.assign_waiting(now)
        free = any(not one.busy for one in self.operators.values())
        for owner, level in sorted(self._look(), key=lambda one: one[1]):
            one = self.operators[owner]
            urgent = level == 1 and one.busy and (one.case is None or one.case.level > 1)
            if urgent:
                self._interrupt(one, now)
            if not one.busy:
                self._next(one, now)
        if free and self.waiting:
            self._wake(now)

    def _look(self) -> list[tuple[int, int]]:
        """What is offered to whom, by owner and level."""
        waits = Order.objects.filter(state__in=states.WAITING, level__lt=4)
        waiting = list(waits.order_by("level", "issued_at").values_list("owner_id", "level"))
        offered = [(owner, level) for owner, level in waiting if owner is not None]
        for_all = len(offered) < len(waiting) or any(level in assigning.URGENT for _, level in waiting)
        self.could = set(self.operators) if for_all else {owner for owner, _ in offered}
        return offered

    def _interrupt(self, one: Operator, now: datetime) -> None:
        assert one.ends_at is not None
        assert one.then is not None
        one.held.append((one.ends_at - now, one.case, one.then))
        one.turn += 1
        one.busy = False
        self.served["interrupted"] += 1

    def _wake(self, now: datetime) -> None:
        for one in self.operators.values():
            if not one.busy:
                self._next(one, now)

    # an operator

    def _next(self, one: Operator, now: datetime) -> None:
        """The most urgent thing that somebody who is free can do."""
        ripe = [job for job in one.later if job[0] <= now]
        mine = min(ripe, key=lambda job: (job[1], job[0], job[2])) if ripe else None
        urgent = min((case.level for case in self.waiting.values()), default=9)
        if self.waiting and (mine is None or urgent < mine[1]) and not (one.held and urgent > 1):
            order = actions.take_next(one.user, now) if one.user.pk in self.could else None
            if order is not None:
                self._look()
                case = self.waiting.pop(order.order_id)
                case.owner = one.user.pk
                self.served["taken"] += 1
                self.served["taken while a more urgent one waited"] += any(
                    other.level < case.level for other in self.waiting.values()
                )
                return self._call(one, case, now)
        if one.held:
            left, case, then = one.held.pop()
            return self._busy(one, case, now + left, then)
        if mine is not None:
            one.later.remove(mine)
            return mine[4](now)
        if self.follow_ups and self.follow_ups[0][0] <= now and AWAKE[0] <= now.astimezone(SHANGHAI).hour < AWAKE[1]:
            _, task = heapq.heappop(self.follow_ups)
            return self._busy(
                one, None, now + timedelta(seconds=FOLLOW_UP_S), lambda at: self._follow_up(one, task, at)
            )
        return None

    def _busy(self, one: Operator, case: Case | None, until: datetime, then: Act) -> None:
        one.busy, one.case, one.ends_at, one.then = True, case, until, then
        one.turn += 1
        turn = one.turn

        def end(now: datetime) -> None:
            if one.turn == turn:
                one.busy = False
                then(now)
                if not one.busy:
                    self._next(one, now)

        self.at(until, end)

    def _follow_up(self, one: Operator, task: int, now: datetime) -> None:
        try:
            actions.finish_follow_up(task, one.user, now, "answered")
        except Refusal:
            self.served["follow-up dropped"] += 1

    def _call(self, one: Operator, case: Case, now: datetime) -> None:
        rings = now + timedelta(seconds=self.draws.between(RINGS_S))
        self._busy(one, case, rings, lambda at: self._answered(one, case, at))

    def _answered(self, one: Operator, case: Case, now: datetime) -> None:
        if case.over:
            return
        said = case.answers[min(case.tries, len(case.answers) - 1)]
        case.tries += 1
        actions.record_contact(case.order_id, one.user, now, said)
        if said == "answered":
            case.reached = True
            self._busy(one, case, now + timedelta(seconds=case.talk_s), lambda at: self._spoken(one, case, at))
        elif case.tries < len(case.answers):
            self._later(one, case, now + timedelta(seconds=RETRY_S[case.level]), lambda at: self._call(one, case, at))
        else:
            for task in Task.objects.filter(order__order_id=case.order_id, kind="visit", state="open"):
                self._want_visit(case, task)

    def _later(self, one: Operator, case: Case, when: datetime, act: Act) -> None:
        one.later.append((when, case.level, next(self.ticket), case, act))
        self.at(when, lambda now: None if one.busy else self._next(one, now))

    def _spoken(self, one: Operator, case: Case, now: datetime) -> None:
        if case.elsewhere and case.level < 3:
            offer = actions.offer_transfer(case.order_id, one.user, "province", "人在外地", now)
            self.at(now + timedelta(minutes=3), lambda at: self._accept(case, offer.pk, at))
        elif case.level == 3 or case.met:
            self._write(one, case, now)

    def _accept(self, case: Case, offer: int, now: datetime) -> None:
        if not case.over:
            actions.decide_transfer(offer, self.leader, True, now)
            case.over = True

    def _write(self, one: Operator, case: Case, now: datetime) -> None:
        self._busy(one, case, now + timedelta(seconds=WRITING_S), lambda at: self._written(one, case, at))

    def _written(self, one: Operator, case: Case, now: datetime) -> None:
        if case.over:
            return
        code = "D02" if case.met and case.end in ("D01", "D05") else case.end
        said = {"who_said": "officer" if case.met else "person"}
        if code == "D06":
            said["evidence"] = "met_and_seen" if case.met else "screen"
        actions.record_outcome(case.order_id, one.user, now, code, **said)
        if code == "D05":
            for task in Task.objects.filter(order__order_id=case.order_id, kind="visit", state="open"):
                self._want_visit(case, task)
            return
        case.over = True
        for task, due in Task.objects.filter(order__order_id=case.order_id, kind="follow_up", state="open").values_list(
            "pk", "due_at"
        ):
            heapq.heappush(self.follow_ups, (due - timedelta(hours=12), task))

    # a car

    def _want_visit(self, case: Case, task: Task) -> None:
        if case.visit != task.pk and not case.elsewhere:
            case.visit = task.pk
            heapq.heappush(self.visits, (task.due_at or case.at, task.pk, case.level, case))
        self._drive(self.now)

    def _drive(self, now: datetime) -> None:
        while self.cars and self.visits:
            _, task, _, case = heapq.heappop(self.visits)
            if not case.over:
                officer = self.cars.pop()
                actions.take_task(task, officer, now)
                there = now + timedelta(seconds=self.draws.between(DRIVE_S[case.remote]))
                self.at(there, lambda at, officer=officer, case=case: self._meet(officer, case, at))

    def _meet(self, officer: Any, case: Case, now: datetime) -> None:
        stays = timedelta(seconds=self.draws.between(AT_THE_DOOR_S))
        if not case.over:
            order = actions.record_meeting(case.order_id, officer, now)
            case.met = True
            self.served["met"] += 1
            if self.waiting.pop(case.order_id, None) is not None:
                self.served["met before anybody signed in"] += 1
            writes = self.operators.get(order.owner_id or 0)
            if writes is None:
                self.at(now + stays, lambda at: self._reported(officer, case, at))
            elif case.reached or case.tries >= len(case.answers) or case.level < 3:
                self._later(writes, case, now + timedelta(seconds=1), lambda at: self._write(writes, case, at))
        self.at(now + stays, lambda at: self._back(officer, at))

    def _reported(self, officer: Any, case: Case, now: datetime) -> None:
        if not case.over:
            actions.record_outcome(case.order_id, officer, now, "D02", who_said="officer")
            case.over = True

    def _back(self, officer: Any, now: datetime) -> None:
        self.cars.append(officer)
        self._drive(now)
