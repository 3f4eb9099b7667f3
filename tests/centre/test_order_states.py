"""Whatever people do with orders, in whatever sequence: states stay legal, nothing is in two hands, nothing is left without a limit."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Max, Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fanzha.centre.access import actions as accounts
from fanzha.centre.access import audit
from fanzha.centre.access.models import AuditEntry, ChainHead
from fanzha.centre.dissuasion import actions, states
from fanzha.centre.dissuasion.actions.concluding import NEEDS
from fanzha.centre.dissuasion.models import Breach, Clock, LevelChange, Order, Review, Task, Transfer
from fanzha.centre.duty import actions as duty
from fanzha.centre.warnings.models import Cursor
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS, OUTCOMES

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 9:00 in Baise
NAMES = ("li", "wei", "officer", "leader", "analyst", "bank")
who = st.sampled_from(("owner", "owner", *NAMES))
working = st.sampled_from(("owner", "owner", "owner", "li", "wei", "officer", "leader"))
which = st.integers(0, 2)
levels = st.integers(1, 4)


def crew() -> dict[str, User]:
    """Two operators, an officer, a leader; and two who may do nothing with an order."""
    duty.ensure_units()
    accounts.ensure_roles()
    roles = {
        "li": "operator",
        "wei": "operator",
        "officer": "officer",
        "leader": "leader",
        "analyst": "analyst",
        "bank": "bank",
    }
    for name, role in roles.items():
        user = User.objects.create(username=name)
        user.groups.add(Group.objects.get(name=role))
        duty.place_in(
            user, "station-451002" if name == "officer" else "county-451002" if name == "wei" else "city", capacity=2
        )
    return {user.username: user for user in User.objects.filter(username__in=NAMES)}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of orders, and of what is written down beside them."""
    models = [*apps.get_app_config("dissuasion").get_models(), AuditEntry, ChainHead, Cursor]
    return {model.__name__: list(model.objects.order_by("pk").values_list()) for model in models}


def reachable(state: str) -> set[str]:
    """Where one action can bring an order: signed in, concluded and closed in one go at most."""
    found = {state}
    for _ in range(3):
        found |= {after for before in found for after in states.ALLOWED[before]}
    return found


class Room(RuleBasedStateMachine):
    """A room of people who try anything, and a clock that goes on."""

    people: dict[str, User]

    def __init__(self) -> None:
        super().__init__()
        self.now, self.warned = MORNING, 0
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def attempt(self, act: Callable[[], Any]) -> None:
        """An act succeeds, or it is refused and nothing has changed. No two acts are of one instant."""
        self.now += timedelta(seconds=1)
        before, were = everything(), dict(Order.objects.values_list("pk", "state"))
        try:
            act()
        except (Refusal, PermissionDenied):
            assert everything() == before
        for pk, state in Order.objects.values_list("pk", "state"):
            assert state in reachable(were.get(pk, "created")), (were.get(pk), state)

    def one(self, model: Any, number: int, **where: Any) -> Any:
        found = list(model.objects.filter(**where).order_by("-pk")[:6])
        return found[number % len(found)] if found else None

    def user(self, name: str, number: int) -> User:
        """Somebody by name; `owner`: whoever has the order (for tasks: an order) that is meant."""
        order = self.one(Order, number)
        return (order and order.owner) or self.people["li"] if name == "owner" else self.people[name]

    @initialize(level=levels, other=levels)
    def two_are_warned_of_and_one_order_is_taken(self, level: int, other: int) -> None:
        self.a_warning_comes("a", level, actions.OWN, "")
        self.a_warning_comes("b", other, actions.OWN, "")
        self.somebody_takes_an_order("li", 1)

    def order(self, number: int) -> str:
        found = self.one(Order, number)
        return found.order_id if found else "o-none"

    @rule(
        person=st.sampled_from("ab"),
        level=levels,
        source=st.sampled_from((actions.OWN, "province")),
        kind=st.sampled_from(("", "fund")),
    )
    def a_warning_comes(self, person: str, level: int, source: str, kind: str) -> None:
        self.warned += 1
        name, place = f"w{self.warned}", "451002201" if person == "a" else ""
        told = actions.Incoming(
            source, name, f"p-{person}", "person", level, self.now, {"reasons": []}, 0.5, kind=kind, place=place
        )
        self.attempt(lambda: actions.open_orders([told, told], self.now))

    @rule(minutes=st.sampled_from((1, 5, 16, 31, 61, 121, 361, 1441, 4400)))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.attempt(lambda: actions.take_back(self.now))
        self.attempt(lambda: actions.find_breaches(self.now))
        assert not Clock.objects.filter(met_at=None, passed_over=False, late=False, due_at__lt=self.now).exists()

    @rule(on=st.sampled_from(("li", "wei", "analyst")), off=st.sampled_from(("li", "wei", "leader")))
    def the_worker_offers_what_waits(self, on: str, off: str) -> None:
        duty.go_on(self.people[on], self.now)
        self.attempt(lambda: actions.assign_waiting(self.now))
        duty.go_off(self.people[off], self.now)

    @rule(user=who, number=which)
    def somebody_takes_an_order(self, user: str, number: int) -> None:
        self.attempt(lambda: actions.take(self.order(number), self.user(user, number), self.now))

    @rule(user=working)
    def somebody_takes_the_next(self, user: str) -> None:
        self.attempt(lambda: actions.take_next(self.user(user, 0), self.now))

    @rule(
        user=who,
        number=which,
        contact=st.sampled_from((*CONTACTS, "answered", "rang_out", "song")),
        channel=st.sampled_from(("call", "visit")),
    )
    def somebody_tries_to_reach_the_person(self, user: str, number: int, contact: str, channel: str) -> None:
        self.attempt(
            lambda: actions.record_contact(self.order(number), self.user(user, number), self.now, contact, channel)
        )

    @rule(user=working, number=which)
    def somebody_meets_the_person(self, user: str, number: int) -> None:
        self.attempt(lambda: actions.record_meeting(self.order(number), self.user(user, number), self.now))

    @rule(
        user=working,
        number=which,
        code=st.sampled_from((*OUTCOMES, "D99")),
        said=st.fixed_dictionaries(
            {},
            optional={
                "who_said": st.sampled_from(("person", "nobody")),
                "evidence": st.sampled_from(("screen", "rumour")),
                "amount_fen": st.sampled_from((-5, 500_000)),
                "exception": st.sampled_from(("", "人在外地")),
            },
        ),
    )
    def somebody_writes_down_an_outcome(self, user: str, number: int, code: str, said: dict[str, Any]) -> None:
        self.attempt(
            lambda: actions.record_outcome(self.order(number), self.user(user, number), self.now, code, **said)
        )

    @rule(user=working, number=which, code=st.sampled_from(tuple(OUTCOMES)))
    def somebody_writes_down_a_whole_outcome(self, user: str, number: int, code: str) -> None:
        said = {"who_said": "officer", "evidence": "screen", "exception": "已核实"}
        self.attempt(
            lambda: actions.record_outcome(self.order(number), self.user(user, number), self.now, code, **said)
        )

    @rule(number=which, code=st.sampled_from(("D00", "D07", "D08")))
    def an_order_is_told_automatically(self, number: int, code: str) -> None:
        self.attempt(lambda: actions.conclude_automatically(self.order(number), self.now, code, "voice"))

    @rule(user=who, number=which, level=levels)
    def somebody_raises_the_level(self, user: str, number: int, level: int) -> None:
        self.attempt(
            lambda: actions.raise_level(self.order(number), self.user(user, number), level, "在转账", self.now)
        )

    @rule(user=who, number=which, level=levels)
    def somebody_asks_to_lower_the_level(self, user: str, number: int, level: int) -> None:
        self.attempt(
            lambda: actions.propose_lower(self.order(number), self.user(user, number), level, "已核实", self.now)
        )

    @precondition(lambda _: LevelChange.objects.exists())
    @rule(user=who, number=which, grant=st.booleans())
    def somebody_decides_about_it(self, user: str, number: int, grant: bool) -> None:
        change = self.one(LevelChange, number)
        self.attempt(lambda: actions.decide_lower(change.pk, self.user(user, number), grant, self.now))

    @rule(user=working, number=which, unit=st.sampled_from(("city", "county-451002", "province", "moon")))
    def somebody_offers_the_order_elsewhere(self, user: str, number: int, unit: str) -> None:
        self.attempt(
            lambda: actions.offer_transfer(self.order(number), self.user(user, number), unit, "人在那边", self.now)
        )

    @precondition(lambda _: Transfer.objects.exists())
    @rule(user=who, number=which, accept=st.booleans())
    def somebody_answers_the_offer(self, user: str, number: int, accept: bool) -> None:
        offer = self.one(Transfer, number)
        self.attempt(lambda: actions.decide_transfer(offer.pk, self.user(user, number), accept, self.now))

    @precondition(lambda _: Task.objects.exists())
    @rule(
        user=who,
        number=which,
        kind=st.sampled_from(("visit", "call", "follow_up")),
        verb=st.sampled_from(("take", "give", "end")),
    )
    def somebody_handles_a_task(self, user: str, number: int, kind: str, verb: str) -> None:
        task, user_ = self.one(Task, number, kind=kind), self.user(user, number)
        if task is None:
            return
        if verb == "take":
            self.attempt(lambda: actions.take_task(task.pk, user_, self.now))
        elif verb == "give":
            self.attempt(lambda: actions.give_back(task.pk, user_, self.now))
        elif kind == "follow_up":
            self.attempt(lambda: actions.finish_follow_up(task.pk, user_, self.now, "answered"))

    @precondition(lambda _: Breach.objects.exists())
    @rule(user=who, number=which, reason=st.sampled_from(("", "路断了")))
    def somebody_explains_a_breach(self, user: str, number: int, reason: str) -> None:
        breach = self.one(Breach, number)
        self.attempt(lambda: actions.explain_breach(breach.pk, self.user(user, number), reason, self.now))

    @rule(user=who, number=which, code=st.sampled_from(tuple(OUTCOMES)))
    def somebody_corrects_an_outcome(self, user: str, number: int, code: str) -> None:
        said = {"who_said": "officer", "evidence": "screen", "exception": "已核实"}
        order, by = self.order(number), self.user(user, number)
        self.attempt(lambda: actions.correct_outcome(order, by, self.now, code, "记错了", **said))

    @precondition(lambda _: Review.objects.exists())
    @rule(user=who, number=which)
    def somebody_reviews(self, user: str, number: int) -> None:
        drawn = self.one(Review, number)
        self.attempt(lambda: actions.review(drawn.pk, self.user(user, number), "agreed", "", self.now))

    @invariant()
    def an_order_that_is_worked_on_has_one_owner_and_its_call_is_theirs(self) -> None:
        for order in Order.objects.all():
            assert order.state in states.ALLOWED
            assert (order.owner is None) == (order.state == "created") or order.state in states.ENDED
            assert (order.give_back_at is not None) == (order.state == "assigned")
        held = Task.objects.filter(state="held", kind="call", order__state__in=states.WORKED)
        assert (
            not held.exclude(holder=F("order__owner"))
            .filter(order__owner__isnull=False, held_at=F("order__signed_in_at"))
            .exists()
        )

    @invariant()
    def a_task_is_in_at_most_one_pair_of_hands(self) -> None:
        assert not Task.objects.filter(state="held", holder=None).exists()
        assert not Task.objects.filter(state="open", holder__isnull=False).exists()
        open_ = Task.objects.filter(state__in=("open", "held")).exclude(kind="follow_up")
        assert not open_.values("order", "kind").annotate(n=Count("pk")).filter(n__gt=1).exists()

    @invariant()
    def a_step_has_at_most_one_clock_of_a_level_running_and_no_open_order_is_without_any(self) -> None:
        running = Clock.objects.filter(met_at=None, passed_over=False)
        assert not running.values("order", "step", "level").annotate(n=Count("pk")).filter(n__gt=1).exists()
        assert not running.exclude(again=F("order__again")).exists()
        assert not Order.objects.exclude(state__in=states.ENDED).exclude(pk__in=running.values("order")).exists()

    @invariant()
    def a_passed_limit_is_on_record_once(self) -> None:
        late = set(Clock.objects.filter(late=True).values_list("order", "again", "step"))
        told = list(Breach.objects.values_list("order", "again", "step"))
        assert len(told) == len(set(told))
        assert late == set(told)

    @invariant()
    def a_closed_order_leaves_nothing_behind(self) -> None:
        for order in Order.objects.filter(state__in=states.ENDED):
            assert not order.clocks.filter(met_at=None, passed_over=False).exists()
            assert not order.tasks.filter(state__in=("open", "held")).exclude(kind="follow_up").exists()
            assert not order.transfers.filter(accepted=None).exists()
            assert not order.level_changes.filter(granted=None).exists()
            assert order.outcome in OUTCOMES
            assert not NEEDS[order.outcome].get("keeps_open")
            assert order.tasks.filter(kind="follow_up", state__in=("open", "held")).count() <= 3

    @invariant()
    def nobody_lowers_a_level_alone(self) -> None:
        lowered = LevelChange.objects.filter(granted=True, after__gt=F("before"))
        assert not lowered.filter(Q(second=None) | Q(second=F("by"))).exists()
        for order in Order.objects.all():
            last = order.level_changes.filter(granted=True).order_by("decided_at", "pk").last()
            assert last is None or order.again or last.after == order.level

    @invariant()
    def the_chain_is_whole_and_running_numbers_are_given_once(self) -> None:
        assert audit.broken_at() is None
        numbers = list(Order.objects.values_list("changed", flat=True))
        assert len(numbers) == len(set(numbers))
        newest = Order.objects.aggregate(newest=Max("changed"))["newest"]
        assert newest is None or newest <= Cursor.objects.get(name="orders").value


@pytest.mark.django_db
def test_every_sequence_of_acts_leaves_orders_legal() -> None:
    Room.people = crew()
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Room,
        settings=settings(
            max_examples=int(os.environ.get("FANZHA_EXAMPLES", "25")),
            stateful_step_count=30,
            suppress_health_check=quiet,
        ),
    )
