"""Whatever people do with holds, in whatever sequence: every hold ends within the cap, and nobody decides twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from fanzha.centre.holds import actions, states, terms
from fanzha.centre.holds.models import Hold
from fanzha.refusal import Refusal
from tests.centre import teachers_holds
from tests.centre.teachers_holds import NOW, a_teacher_about_to_pay, card, held, phone, succeeded

people = teachers_holds.people

pytestmark = pytest.mark.django_db
DECIDERS = ("operator", "second", "third", "leader")
DECIDER, WHICH, HOURS = st.sampled_from(DECIDERS), st.integers(0, 1), st.sampled_from([None, None, 1, 25])


class AnyLife(RuleBasedStateMachine):
    """Whatever people do in whatever order, and however long the worker sleeps."""

    people: dict[str, User]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.order, self.now = a_teacher_about_to_pay(), NOW
        held(self.order, self.people)  # so that every life has something to end

    def teardown(self) -> None:
        far = self.now + timedelta(days=10)
        actions.end_due(far)
        assert not Hold.objects.filter(state__in=states.OPEN).exists(), "every hold ends"
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def attempt(self, act: Any, *told: Any, **more: Any) -> None:
        try:
            with transaction.atomic():
                act(*told, **more)
        except (Refusal, PermissionDenied):
            return

    def one(self, which: int, *in_states: str) -> Hold:
        holds = list(Hold.objects.filter(state__in=in_states).order_by("pk")) or list(Hold.objects.order_by("pk"))
        return holds[which % len(holds)]

    @rule(passed=st.sampled_from([1, 1, 5, 29, 61, 1500]), worker=st.booleans())
    def time_passes(self, passed: int, worker: bool) -> None:
        self.now += timedelta(minutes=passed)
        if not worker:
            return
        actions.end_due(self.now)
        assert not Hold.objects.filter(state__in=states.LIVE, until__lte=self.now).exists()
        over = Hold.objects.filter(order__outcome__in=terms.LIFT_AFTER, order__state="closed", state__in=states.OPEN)
        assert not over.exists()

    @precondition(lambda self: self.order.state != "closed")
    @rule(who=DECIDER, second=st.one_of(st.none(), DECIDER), what=st.sampled_from(["card", "phone"]), hours=HOURS)
    def ask(self, who: str, second: str | None, what: str, hours: int | None) -> None:
        token, before = card() if what == "card" else phone(), Hold.objects.count()
        self.attempt(actions.request, self.order.order_id, self.people[who], self.now, token, "cash", hours=hours)
        if second and Hold.objects.count() > before:
            self.attempt(actions.approve, Hold.objects.latest("pk").pk, self.people[second], self.now)

    @precondition(lambda _: Hold.objects.filter(state="requested").exists())
    @rule(who=DECIDER, agrees=st.sampled_from([True, True, True, False]), which=WHICH)
    def answer(self, who: str, agrees: bool, which: int) -> None:
        hold, reason = self.one(which, "requested"), {} if agrees else {"reason": "核实"}
        self.attempt(actions.approve if agrees else actions.refuse, hold.pk, self.people[who], self.now, **reason)

    @precondition(lambda _: Hold.objects.exclude(until=None).exists())
    @rule(who=st.sampled_from(["bank", "telecom", "operator"]), which=WHICH)
    def confirm(self, who: str, which: int) -> None:
        self.attempt(actions.confirm, self.one(which, "approved", "lifted", "expired").pk, self.people[who], self.now)

    @precondition(lambda _: Hold.objects.exclude(until=None).exists())
    @rule(who=DECIDER, which=WHICH)
    def lift(self, who: str, which: int) -> None:
        self.attempt(actions.lift, self.one(which, *states.LIVE).pk, self.people[who], self.now, "核实")

    @precondition(lambda _: Hold.objects.filter(state__in=states.LIVE).exists())
    @rule(who=DECIDER, grant=st.booleans(), which=WHICH)
    def object_and_decide(self, who: str, grant: bool, which: int) -> None:
        hold = self.one(which, *states.LIVE)
        objection = actions.object_by_receipt(hold.receipt, "不同意", self.now)
        self.attempt(actions.decide_objection, objection.pk, self.people[who], grant, "核实", self.now)
        objection.refresh_from_db()
        assert objection.by_id not in (hold.decider_id, hold.second_id), "nobody decides on their own hold"
        if objection.state == "granted":
            assert Hold.objects.get(pk=hold.pk).state not in states.OPEN

    @precondition(lambda self: self.order.state != "closed" and Hold.objects.count() > 1)
    @rule(code=st.sampled_from(["D01", "D06"]))
    def the_order_ends(self, code: str) -> None:
        self.attempt(succeeded, self.order, self.people, self.now, code)
        self.order.refresh_from_db()

    @invariant()
    def what_always_holds(self) -> None:
        for hold in Hold.objects.all():
            if hold.decided_at is not None:
                assert hold.second_id is not None
                assert hold.second_id != hold.decider_id
            if hold.until is not None:
                assert hold.until - hold.decided_at <= timedelta(hours=24)
                assert (hold.ended_at or hold.until) <= hold.until
            assert hold.kind == "line" or hold.leaves_fen >= terms.floor_fen(NOW)
        for target in (card(), phone()):
            decided = Hold.objects.filter(target=target, until__isnull=False)
            held_for = sum((one.until - one.decided_at for one in decided), timedelta())
            assert held_for <= timedelta(hours=24), "never longer than the cap, not even in pieces"
            assert Hold.objects.filter(target=target, state__in=states.OPEN).count() <= 1


def test_whatever_happens_every_hold_ends_within_the_cap_and_nobody_decides_twice(people: dict[str, User]) -> None:
    AnyLife.people = people
    told = settings(max_examples=30, stateful_step_count=16, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(AnyLife, settings=told)
