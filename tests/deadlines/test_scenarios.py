"""The clocks of an order as a police officer reads them: every scenario of scenarios/*.yaml, played through the centre's actions.

A scenario: `it` says the rule in both languages; `given` the warning and its moment (local time); `when` what happens, each with
how long after the warning; `then` what holds at the end, where spans count from the warning too. An act that must be refused has
`refused` with the refusal's code; every other act must succeed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.contrib.auth.models import User

from fanzha.centre.access import actions as accounts
from fanzha.centre.conversations import actions as conversations
from fanzha.centre.conversations.walking import SITUATION
from fanzha.centre.dissuasion import actions, figures, queries
from fanzha.centre.dissuasion.models import Breach, Care, LevelChange, Order, Transfer
from fanzha.centre.duty import actions as duty
from fanzha.centre.duty.queries import institution_of
from fanzha.centre.holds import actions as holds
from fanzha.centre.holds.models import Hold
from fanzha.centre.people.models import Holding
from fanzha.centre.rounds import once
from fanzha.deadlines import Limit, limits
from fanzha.refusal import Refusal
from fanzha.vocabulary import COUNTIES

SHANGHAI = ZoneInfo("Asia/Shanghai")
ACCOUNT = "a-synthetic"
PLACES = {"town": "451002001", "mountain": "451028201", "elsewhere": "440300"}
SCENARIOS = [
    pytest.param(one, id=f"{path.stem}-{place}")
    for path in sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
    for place, one in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")), start=1)
]
_SPAN = re.compile(r"([0-9.]+ (min|h|d) ?)+")


def span(text: str) -> timedelta:
    """`5 min`, `2 h`, `1 d 30 min`: a span of time."""
    words, units = text.split(), {"min": "minutes", "h": "hours", "d": "days"}
    return sum(
        (timedelta(**{units[unit]: float(n)}) for n, unit in zip(words[::2], words[1::2], strict=True)), timedelta()
    )


class Room:
    """One person warned about, and the people of a centre at work."""

    def __init__(self, given: dict[str, Any]) -> None:
        duty.ensure_units()
        accounts.ensure_demo_accounts()
        duty.ensure_demo_members()
        self.users = {user.username.removeprefix("demo-"): user for user in User.objects.all()}
        self.begin = given["at"].replace(tzinfo=SHANGHAI)
        self.place, self.warned = PLACES[given.get("place", "town")], 0
        Holding.objects.create(
            token=ACCOUNT, kind="account", holder="p-synthetic", carrier=institution_of(self.users["bank"])
        )
        if self.place[:6] in COUNTIES:
            duty.place_in(self.users["officer"], f"station-{self.place[:6]}")
        self.warning(self.begin, given)

    @property
    def hold(self) -> Hold:
        return Hold.objects.order_by("-pk")[0]

    @property
    def order(self) -> Order:
        return Order.objects.order_by("-pk")[0]

    def warning(self, now: datetime, told: dict[str, Any]) -> None:
        self.warned += 1
        source, kind = told.get("source", actions.OWN), told.get("kind", "")
        name, place = f"w{self.warned}", told.get("place")
        one = actions.Incoming(
            source, name, "p-synthetic", "person", told["level"], now, {"reasons": []}, kind=kind,
            place=PLACES[place] if place else self.place,
        )  # fmt: skip
        actions.open_orders([one], now)

    def play(self, event: dict[str, Any]) -> None:
        """One line of `when`."""
        now = self.begin + span(event["after"])
        actor, verb = next(
            (key, value)
            for key, value in event.items()
            if key in {*self.users, "worker", "service", "warning", "machine", "person"}
        )
        if actor == "warning":
            return self.warning(now, verb)
        if actor in ("worker", "service"):
            return once(now)
        if actor == "machine":
            return _MACHINE[verb](self, now)
        if actor == "person":
            return holds.object_by_receipt(self.hold.receipt, "请解除", now)
        return _VERBS[verb](self, self.users[actor], now, event)


def _outcome(room: Room, user: User, now: datetime, event: dict[str, Any]) -> None:
    said = {name: event[name] for name in ("who_said", "evidence", "exception") if name in event}
    actions.record_outcome(room.order.order_id, user, now, event["outcome"], **said)


def _follow_up(room: Room, user: User, now: datetime, event: dict[str, Any]) -> None:
    task = room.order.tasks.filter(kind="follow_up", state="open").order_by("due_at")[0]
    actions.finish_follow_up(task.pk, user, now, event["and"])


_VERBS: dict[str, Callable[[Room, User, datetime, dict[str, Any]], Any]] = {
    "takes": lambda room, user, now, _: actions.take(room.order.order_id, user, now),
    "is on duty": lambda _, user, now, __: duty.go_on(user, now),
    "calls": lambda room, user, now, event: actions.record_contact(room.order.order_id, user, now, event["and"]),
    "drives": lambda room, user, now, _: actions.take_task(room.order.tasks.get(kind="visit", state="open").pk, user, now),
    "meets": lambda room, user, now, _: actions.record_meeting(room.order.order_id, user, now),
    "writes": _outcome,
    "follows up": _follow_up,
    "raises": lambda room, user, now, event: actions.raise_level(room.order.order_id, user, event["to"], "在转账", now),
    "asks to lower": lambda room, user, now, event: actions.propose_lower(room.order.order_id, user, event["to"], "已核实", now),
    "agrees": lambda _, user, now, __: actions.decide_lower(LevelChange.objects.get(granted=None).pk, user, True, now),
    "offers to": lambda room, user, now, event: actions.offer_transfer(room.order.order_id, user, event["to"], "人在那边", now),
    "accepts": lambda _, user, now, __: actions.decide_transfer(Transfer.objects.get(accepted=None).pk, user, True, now),
    "asks to protect": lambda room, user, now, _: holds.request(room.order.order_id, user, now, ACCOUNT, "money_moving"),
    "agrees to protect": lambda room, user, now, _: holds.approve(room.hold.pk, user, now),
    "confirms": lambda room, user, now, _: holds.confirm(room.hold.pk, user, now),
    "hears": lambda room, user, now, event: conversations.answer(room.order.order_id, user, now, SITUATION, event["of"]),
    "explains": lambda _, user, now, event: actions.explain_breach(
        Breach.objects.get(step=event["step"]).pk, user, event["reason"], now
    ),
}  # fmt: skip


_MACHINE: dict[str, Callable[[Room, datetime], Any]] = {
    "fails": lambda room, now: actions.ask_for_call(room.order.order_id, now, "rang out"),
    "tells": lambda room, now: actions.conclude_automatically(room.order.order_id, now, "D00", "voice"),
}
"""What the automatic voice does: nobody is reached by it, or it was heard."""


def _due(room: Room) -> dict[str, timedelta]:
    running = room.order.clocks.filter(met_at=None, passed_over=False).order_by("-due_at")
    return {clock.step: clock.due_at - room.begin for clock in running}


def _follow_ups(room: Room) -> list[timedelta]:
    return [
        task.due_at - room.begin for task in room.order.tasks.filter(kind="follow_up", state="open").order_by("due_at")
    ]


_FOUND: dict[str, Callable[[Room], Any]] = {
    "due": _due,
    "next": lambda room: min(_due(room), key=lambda step: _due(room)[step]),
    "in time": lambda room: sorted(
        {clock.step for clock in room.order.clocks.filter(met_at__isnull=False, late=False)}
    ),
    "late": lambda room: sorted({clock.step for clock in room.order.clocks.filter(late=True)}),
    "breaches": lambda _: dict(Breach.objects.values_list("step", "stage")),
    "level": lambda room: room.order.level,
    "state": lambda room: room.order.state,
    "owner": lambda room: room.order.owner and room.order.owner.username.removeprefix("demo-"),
    "unit": lambda room: room.order.unit,
    "outcome": lambda room: room.order.outcome,
    "opened again": lambda room: room.order.again,
    "orders": lambda _: Order.objects.count(),
    "tasks": lambda room: sorted(room.order.tasks.filter(state__in=("open", "held")).values_list("kind", flat=True)),
    "follow-ups": _follow_ups,
    "on care list for": lambda room: max((one.until - room.begin for one in Care.objects.all()), default=None),
    "tasks due": lambda room: {
        task.kind: task.due_at - room.begin for task in room.order.tasks.filter(state__in=("open", "held"))
    },
    "hold": lambda room: room.hold.state,
    "hold ends": lambda room: room.hold.until and room.hold.until - room.begin,
    "undone by": lambda room: room.hold.confirm_due_at and room.hold.confirm_due_at - room.begin,
    "person told": lambda room: room.hold.told_at is not None,
    "objection due": lambda room: room.hold.objection.due_at - room.begin,
    "to review": lambda room: sorted(room.order.reviews.values_list("kind", flat=True)),
    "kept from loss": lambda room: figures.count("protected", *queries.day_of(room.begin)),
}


def _told(wanted: Any) -> Any:
    if isinstance(wanted, dict):
        return {key: _told(value) for key, value in wanted.items()}
    if isinstance(wanted, list):
        return [_told(value) for value in wanted]
    return span(wanted) if isinstance(wanted, str) and _SPAN.fullmatch(wanted) else wanted


@pytest.mark.django_db
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_it(scenario: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, values in scenario["given"].get("limits", {}).items():
        monkeypatch.setitem(limits(), name, Limit(name, limits()[name].name, tuple(values)))
    room = Room(scenario["given"])
    for event in scenario.get("when", ()):
        if "refused" in event:
            with pytest.raises(Refusal) as refusal:
                room.play(event)
            assert refusal.value.code == event["refused"], scenario["it"]["en"]
        else:
            room.play(event)
    found = {name: _FOUND[name](room) for name in scenario["then"]}
    assert found == {name: _told(wanted) for name, wanted in scenario["then"].items()}, scenario["it"]["en"]


def test_every_scenario_is_told_in_both_languages_with_its_source() -> None:
    for one in SCENARIOS:
        (told,) = one.values
        assert {*told["it"]} == {"zh", "en"}
        assert told["source"]
        assert all(told["it"].values())
