"""Whatever people do with cases, in whatever sequence: states stay legal, refusals change nothing, nothing is closed or lost too early."""

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
from django.db.models import F, Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from fanzha.centre.access import actions as accounts
from fanzha.centre.access import audit
from fanzha.centre.access.models import AuditEntry, ChainHead
from fanzha.centre.cases import actions, states
from fanzha.centre.cases.actions.moving import EXAMINATIONS
from fanzha.centre.cases.models import Case, FilingNotice, Overdue, Recovery, Twin, WorkItem
from fanzha.centre.cases.narrative import Facts, Item, Moved
from fanzha.centre.clues import actions as clues
from fanzha.centre.clues import states as clue_states
from fanzha.centre.clues.models import Clue
from fanzha.centre.duty import actions as duty
from fanzha.centre.funds.models import StopPayment
from fanzha.refusal import Refusal

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ROLES = {"operator": "operator", "officer": "officer", "analyst": "analyst", "leader": "leader", "bank": "bank"}
who = st.sampled_from(("officer", "officer", "analyst", "analyst", "leader", "operator", "bank"))
filing = st.sampled_from(("analyst", "leader", "leader", "officer"))
which = st.integers(0, 3)
reason = st.sampled_from(("已核实", "已核实", "已核实", ""))
targets = st.sampled_from(tuple(states.NAMES))


def crew() -> dict[str, User]:
    """One of each role; the bank's may do nothing with a case."""
    duty.ensure_units()
    accounts.ensure_roles()
    for name, role in ROLES.items():
        user = User.objects.create(username=name)
        user.groups.add(Group.objects.get(name=role))
        duty.place_in(user, "city")
    return {user.username: user for user in User.objects.filter(username__in=ROLES)}


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of cases, clues and stops, and of what is written down beside them."""
    models = [model for app in ("cases", "clues", "funds") for model in apps.get_app_config(app).get_models()]
    return {model.__name__ + model._meta.app_label: list(model.objects.order_by("pk").values_list())
            for model in [*models, AuditEntry, ChainHead]}  # fmt: skip


class Register(RuleBasedStateMachine):
    """People who try anything with a few cases, and a clock that goes on."""

    people: dict[str, User]

    def __init__(self) -> None:
        super().__init__()
        self.now, self.forms = MORNING, 0
        self.undone = transaction.atomic()
        self.undone.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    def attempt(self, act: Callable[[], Any]) -> None:
        """An act succeeds and states take one allowed step, or it is refused and nothing has changed."""
        before, were = everything(), dict(Case.objects.values_list("pk", "state"))
        worked = dict(Clue.objects.values_list("pk", "state"))
        try:
            act()
        except (Refusal, PermissionDenied):
            assert everything() == before
        for pk, state in Case.objects.values_list("pk", "state"):
            was = were.get(pk, "reported")
            assert state == was or state in states.ALLOWED[was], (was, state)
        for pk, state in Clue.objects.values_list("pk", "state"):
            was = worked.get(pk, "received")
            assert state == was or state in clue_states.ALLOWED[was], (was, state)

    def one(self, model: Any, number: int, **where: Any) -> Any:
        found = list(model.objects.filter(**where).order_by("pk")[:6])
        return found[number % len(found)] if found else None

    def number(self, number: int) -> str:
        found = self.one(Case, number)
        return found.number if found else "C-none"

    @initialize()
    def a_first_report(self) -> None:
        self.somebody_reports("officer", "15400000001", 5_000_000, True)

    @rule(
        user=who,
        phone=st.sampled_from(("15400000001", "15400000002")),
        amount=st.sampled_from((5_000_000, 700)),
        paid=st.booleans(),
    )
    def somebody_reports(self, user: str, phone: str, amount: int, paid: bool) -> None:
        self.forms += 1
        moved = (
            (Moved(self.now - timedelta(minutes=5), amount, "", "9999991234567890124", "银行", "李四"),) if paid else ()
        )
        facts = Facts("AB", items=(Item("number", "15400000009", "suspect"),), transfers=moved, stated_fen=amount)
        told = actions.Told("96110", "被骗", self.now, phone=phone)
        form = f"f{self.forms}"
        self.attempt(lambda: actions.take_report(told, facts, self.people[user], self.now, form))

    @rule(days=st.sampled_from((0, 1, 4, 8, 16, 31)))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days, minutes=1)
        self.attempt(lambda: actions.find_overdue(self.now))
        self.attempt(lambda: clues.find_overdue(self.now))
        told = set(Overdue.objects.filter(ended_at=None).values_list("about", "kind"))
        idle = Case.objects.filter(state__in=states.OPEN, acted_at__lte=self.now - timedelta(days=15))
        assert all((one.number, "idle") in told for one in idle)
        assert all((one.number, "limit") in told for one in Case.objects.filter(due_at__lt=self.now))

    @rule(user=filing, number=which, to=targets, why=reason)
    def somebody_moves_a_case(self, user: str, number: int, to: str, why: str) -> None:
        case = self.number(number)
        self.attempt(lambda: actions.move(case, self.people[user], to, why, self.now, handed_to="外市"))

    @rule(user=filing, number=which, index=st.integers(0, 3))
    def somebody_moves_a_case_as_allowed(self, user: str, number: int, index: int) -> None:
        case = self.one(Case, number)
        allowed = states.ALLOWED[case.state] or ("closed",)
        to = allowed[index % len(allowed)]
        self.attempt(lambda: actions.move(case.number, self.people[user], to, "已核实", self.now, handed_to="外市"))

    @rule(user=filing, number=which, limit=st.sampled_from(EXAMINATIONS))
    def somebody_grants_a_longer_examination(self, user: str, number: int, limit: str) -> None:
        self.attempt(lambda: actions.examine_longer(self.number(number), self.people[user], limit, "复杂", self.now))

    @rule(user=who, number=st.integers(0, 20), state=st.sampled_from(("done", "not_done", "lost")), why=reason)
    def somebody_works_an_item(self, user: str, number: int, state: str, why: str) -> None:
        item = self.one(WorkItem, number, state="open") or self.one(WorkItem, number)
        self.attempt(lambda: actions.work(item.pk, self.people[user], state, why, self.now))

    @rule(user=who, number=which)
    def somebody_finishes_the_work_list(self, user: str, number: int) -> None:
        for item in WorkItem.objects.filter(case__number=self.number(number), state="open"):
            self.attempt(lambda item=item: actions.work(item.pk, self.people[user], "done", "已做", self.now))

    @rule(user=filing, number=which, verb=st.sampled_from(("tell", "ask", "file", "uphold")))
    def somebody_handles_a_notice(self, user: str, number: int, verb: str) -> None:
        by, case = self.people[user], self.number(number)
        verbs: dict[str, Callable[[], Any]] = {
            "tell": lambda: actions.tell(case, by, "送达", self.now),
            "ask": lambda: actions.ask_for_review(case, by, "不服", self.now),
            "file": lambda: actions.answer_review(case, by, True, "应立", self.now),
            "uphold": lambda: actions.answer_review(case, by, False, "维持", self.now),
        }
        self.attempt(verbs[verb])

    @rule(user=who, number=which, join=st.booleans(), why=reason)
    def somebody_decides_about_twins(self, user: str, number: int, join: bool, why: str) -> None:
        twin = self.one(Twin, number, joined=None) or self.one(Twin, number)
        act = actions.join if join else actions.keep_apart
        self.attempt(lambda: act(twin.pk if twin else 0, self.people[user], why, self.now))

    @rule(user=who, number=which, kind=st.sampled_from(("stopped", "frozen", "returned", "found")), of=st.booleans())
    def somebody_recovers_money(self, user: str, number: int, kind: str, of: bool) -> None:
        case, self.forms = self.number(number), self.forms + 1
        source = Recovery.objects.filter(case__number=case).first() if of else None
        key = f"k{self.forms}"
        self.attempt(
            lambda: actions.recover(case, self.people[user], kind, 600, self.now, key, source.key if source else "")
        )

    @rule(user=who, number=which)
    def a_clue_comes_in(self, user: str, number: int) -> None:
        case = self.number(number)
        self.attempt(lambda: clues.receive(self.people[user], self.now, "number", "15400000009", "case", case=case))

    @rule(user=who, number=which, verb=st.sampled_from(("value", "assign", "verify", "dispose", "feed_back")))
    def somebody_works_a_clue(self, user: str, number: int, verb: str) -> None:
        clue = self.one(Clue, number)
        if clue is None:
            return
        by, name = clue.handler or self.people[user], clue.number
        verbs: dict[str, Callable[[], Any]] = {
            "value": lambda: clues.value(name, by, "A", self.now),
            "assign": lambda: clues.assign(name, by, self.people[user], self.now),
            "verify": lambda: clues.verify(name, by, self.now),
            "dispose": lambda: clues.dispose(name, by, "invalid", "无关", self.now),
            "feed_back": lambda: clues.feed_back(name, by, "已告知", self.now),
        }
        self.attempt(verbs[verb])

    @rule(number=which)
    def a_stop_is_withdrawn(self, number: int) -> None:
        from fanzha.centre.funds import actions as funds

        stop = self.one(StopPayment, number, state="drafted")
        if stop is not None:
            self.attempt(lambda: funds.withdraw(stop.pk, self.people["officer"], "已无款", self.now))

    @invariant()
    def a_closed_case_leaves_nothing_open(self) -> None:
        ended = Case.objects.filter(state="closed")
        assert not WorkItem.objects.filter(case__in=ended, state="open").exists()
        fresh = Clue.objects.filter(case__in=ended, received_at__lt=F("case__closed_at"))
        assert not fresh.exclude(state__in=clue_states.DISPOSED).exists()
        assert not ended.filter(closed_at=None).exists()

    @invariant()
    def the_examination_runs_until_it_is_decided(self) -> None:
        assert not Case.objects.filter(state__in=states.EXAMINED, due_at=None).exists()
        assert not Case.objects.exclude(state__in=states.EXAMINED).filter(due_at__isnull=False).exists()

    @invariant()
    def what_was_joined_is_empty_and_points_at_one_that_stands(self) -> None:
        joined = Case.objects.filter(state="joined")
        assert not joined.filter(joined_to=None).exists()
        for case in joined:
            assert not case.reports.exists()
            assert not case.stops.exists()
            assert not case.clues.exists()
            assert not case.recoveries.exists()
        assert not Case.objects.exclude(state="joined").filter(joined_to__isnull=False).exists()

    @invariant()
    def nobody_reviews_their_own_decision(self) -> None:
        assert not FilingNotice.objects.filter(reviewer=F("decided_by")).exists()
        assert not FilingNotice.objects.filter(~Q(upheld=None), asked_at=None).exists()

    @invariant()
    def no_more_comes_out_of_a_recovery_than_is_in_it(self) -> None:
        for row in Recovery.objects.prefetch_related("became"):
            assert sum(one.amount_fen for one in row.became.all()) <= row.amount_fen

    @invariant()
    def money_is_summed_once_and_the_chain_is_whole(self) -> None:
        for case in Case.objects.exclude(state="joined"):
            live = case.transfers.filter(dropped_at=None, back=False)
            assert case.sent_fen == sum(live.values_list("amount_fen", flat=True))
        assert audit.broken_at() is None


@pytest.mark.django_db
def test_every_sequence_of_acts_leaves_cases_legal() -> None:
    Register.people = crew()
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Register,
        settings=settings(
            max_examples=int(os.environ.get("FANZHA_EXAMPLES", "15")),
            stateful_step_count=25,
            suppress_health_check=quiet,
        ),
    )
