"""A protective hold: two people decide it, it leaves money to live on, it tells the person, and it always ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from fanzha.centre import clock
from fanzha.centre.access import actions as accounts
from fanzha.centre.access import audit, vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.channels.models import Message
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Breach, Order, Task
from fanzha.centre.duty import actions as duty
from fanzha.centre.holds import actions, queries, states, terms
from fanzha.centre.holds.models import Hold, Objection
from fanzha.centre.people.models import Holding
from fanzha.deadlines import due
from fanzha.home import find_home
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TEACHER = "p-teacher"
CARD, PHONE = "9999990000000000017", "15400000001"
DECIDERS = ("operator", "second", "third", "leader")


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def card() -> str:
    return vault.token("account", CARD)


def phone() -> str:
    return vault.token("number", PHONE)


def a_teacher_about_to_pay() -> Order:
    Holding.objects.get_or_create(token=card(), kind="account", holder=TEACHER, carrier="ICBC")
    Holding.objects.get_or_create(token=phone(), kind="number", holder=TEACHER, carrier="CMCC")
    told: dict[str, Any] = {"reasons": [], "events": [], "related": []}
    warned = dissuasion.Incoming(dissuasion.OWN, "w1", TEACHER, "person", 2, NOW, told, 0.7)
    return dissuasion.open_orders([warned], NOW)[-1]


def staff() -> dict[str, User]:
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    for name in ("second", "third"):
        made, _ = User.objects.get_or_create(username=f"demo-{name}")
        made.groups.add(Group.objects.get(name="operator"))
    duty.ensure_demo_members()
    return {user.username.removeprefix("demo-"): user for user in User.objects.filter(username__startswith="demo-")}


@pytest.fixture
def people() -> dict[str, User]:
    return staff()


@pytest.fixture
def order() -> Order:
    return a_teacher_about_to_pay()


@pytest.fixture
def sent() -> Iterator[Any]:
    """What the channels were asked to send, as it stands in the outbox: channel, to whom or about what, text, key."""

    class Outbox(list[tuple[str, str, Text, str]]):
        def _now(self) -> list[tuple[str, str, Text, str]]:
            rows = Message.objects.order_by("id")
            return [
                (one.channel, one.about or one.recipient, Text(one.text_zh or "-", one.text_en or "-"), one.key)
                for one in rows
            ]

        def __iter__(self) -> Iterator[tuple[str, str, Text, str]]:
            return iter(self._now())

        def __len__(self) -> int:
            return len(self._now())

        def __getitem__(self, place: Any) -> Any:
            return self._now()[place]

        def __eq__(self, other: object) -> bool:
            return self._now() == other

        __hash__ = None  # type: ignore[assignment]

    connected = find_home().root / "channels.yaml"
    connected.write_text(
        "".join(f"{name}: {{address: 'http://127.0.0.1:9'}}\n" for name in ("sms", "bank_hold", "operator_help"))
    )
    yield Outbox()
    connected.unlink()


def held(order: Order, people: dict[str, User], **more: Any) -> Hold:
    asked = actions.request(order.order_id, people["operator"], NOW, more.pop("target", card()), "money_moving", **more)
    return actions.approve(asked.pk, people["second"], minutes(1))


def in_force(order: Order, people: dict[str, User]) -> Hold:
    return actions.confirm(held(order, people).pk, people["bank"], minutes(2))


def succeeded(order: Order, people: dict[str, User], at: datetime, code: str = "D01") -> None:
    operator = people["operator"]
    dissuasion.take(order.order_id, operator, at)
    dissuasion.record_contact(order.order_id, operator, at, "answered")
    said = {"who_said": "person", "exception": "人在外地"} if code == "D01" else {"evidence": "bank_record"}
    dissuasion.record_outcome(order.order_id, operator, at, code, **said)


def test_a_hold_takes_two_different_people_who_may_decide(order: Order, people: dict[str, User]) -> None:
    with pytest.raises(PermissionDenied):
        actions.request(order.order_id, people["analyst"], NOW, card(), "money_moving")
    asked = actions.request(order.order_id, people["operator"], NOW, card(), "money_moving")
    assert Task.objects.get(kind="hold").state == "open"
    with pytest.raises(Refusal, match="a second person decides"):
        actions.approve(asked.pk, people["operator"], NOW)
    with pytest.raises(PermissionDenied):
        actions.approve(asked.pk, people["analyst"], NOW)
    assert actions.approve(asked.pk, people["second"], minutes(1)).state == "approved"
    with pytest.raises(Refusal, match="answered already"):
        actions.refuse(asked.pk, people["leader"], minutes(2), "不需要")
    assert Task.objects.get(kind="hold").state == "done"
    assert [entry.action for entry in AuditEntry.objects.all()] == ["hold_requested", "hold_approved"]
    assert audit.broken_at() is None


def test_a_refused_request_holds_nothing_and_may_be_made_anew(order: Order, people: dict[str, User], sent: Any) -> None:
    asked = actions.request(order.order_id, people["operator"], NOW, card(), "money_moving")
    with pytest.raises(Refusal, match="a hold of this is open already"):
        actions.request(order.order_id, people["leader"], NOW, card(), "cash")
    actions.refuse(asked.pk, people["second"], NOW, "本人已在柜台")
    assert sent == []
    assert actions.request(order.order_id, people["operator"], NOW, card(), "cash").state == "requested"


def test_only_what_the_person_owns_is_held_for_at_most_the_cap_and_money_to_live_on_stays(
    order: Order, people: dict[str, User]
) -> None:
    ask = lambda **said: actions.request(order.order_id, people["operator"], NOW, **said)  # noqa: E731
    with pytest.raises(Refusal, match="only what the person owns"):
        ask(target="a-mule", reason="money_moving")
    with pytest.raises(Refusal, match="expected 1 to 24 hours"):
        ask(target=card(), reason="money_moving", hours=25)
    with pytest.raises(Refusal, match="stay usable to live on, at least: 2000"):
        ask(target=card(), reason="money_moving", leaves_fen=199_999)
    with pytest.raises(Refusal, match="reason of the list"):
        ask(target=card(), reason="because")
    assert ask(target=card(), reason="money_moving").leaves_fen == terms.floor_fen(NOW)


def test_a_stopped_line_still_reaches_emergency_numbers_and_the_centre(
    order: Order, people: dict[str, User], sent: Any
) -> None:
    line = held(order, people, target=phone())
    assert {"110", "119", "120", "96110"} <= set(line.leaves_calls)
    (asked,) = sent
    assert (asked[0], asked[1]) == ("operator_help", phone())
    assert "110、119、120" in asked[2].zh


def test_the_person_is_told_when_it_is_in_force_why_until_when_and_how_to_object(
    order: Order, people: dict[str, User], sent: Any
) -> None:
    hold = held(order, people)
    assert [row[:2] for row in sent] == [("bank_hold", card())]
    actions.confirm(hold.pk, people["bank"], minutes(2))
    channel, to, text, _ = sent[-1]
    assert (channel, to) == ("sms", phone())
    receipt = " ".join(hold.receipt[n : n + 4] for n in (0, 4, 8))
    for said in ("涉诈账户", "3月3日12:01", "2,000元", receipt, "96110"):
        assert said in text.zh, said
    for said in ("account used for fraud", "2026-03-03 12:01", "2,000 yuan", receipt, "another person decides"):
        assert said in text.en, said
    assert "http" not in text.zh + text.en


def test_a_bank_that_does_not_confirm_does_not_keep_the_person_from_being_told(
    order: Order, people: dict[str, User], sent: Any
) -> None:
    hold = held(order, people)
    actions.end_due(minutes(5))
    assert [row[0] for row in sent] == ["bank_hold"]
    assert actions.end_due(minutes(7)) == 1
    assert actions.end_due(minutes(8)) == 0
    actions.confirm(hold.pk, people["bank"], minutes(9))
    assert [row[0] for row in sent] == ["bank_hold", "sms"]


@pytest.mark.parametrize("code", ["D01", "D06"])
def test_success_lifts_the_hold_at_once_and_a_bank_that_is_slow_to_undo_it_is_a_breach(
    order: Order, people: dict[str, User], sent: Any, code: str
) -> None:
    hold = in_force(order, people)
    succeeded(order, people, minutes(60), code)
    hold.refresh_from_db()
    assert (hold.state, hold.ended_at, hold.end_how) == ("lifted", minutes(60), "success")
    assert [row[0] for row in sent[-2:]] == ["bank_hold", "sms"]
    actions.end_due(minutes(90))
    assert not Breach.objects.filter(step="hold_lift").exists()
    assert actions.end_due(minutes(91)) == 1
    assert actions.end_due(minutes(92)) == 0
    assert Breach.objects.get(step="hold_lift").due_at == minutes(90)
    actions.confirm(hold.pk, people["bank"], minutes(95))
    with pytest.raises(Refusal, match="nothing to confirm"):
        actions.confirm(hold.pk, people["bank"], minutes(96))


def test_a_bank_that_undoes_it_in_time_is_no_breach(order: Order, people: dict[str, User]) -> None:
    hold = in_force(order, people)
    succeeded(order, people, minutes(60))
    actions.confirm(hold.pk, people["bank"], minutes(80))
    actions.end_due(minutes(500))
    assert not Breach.objects.filter(step="hold_lift").exists()


def test_an_outcome_corrected_into_a_success_lifts_the_hold_too(order: Order, people: dict[str, User]) -> None:
    hold = in_force(order, people)
    operator = people["operator"]
    dissuasion.take(order.order_id, operator, minutes(3))
    dissuasion.record_contact(order.order_id, operator, minutes(3), "answered")
    dissuasion.record_outcome(order.order_id, operator, minutes(4), "D04", who_said="person")
    assert Hold.objects.get().state == "in_force"
    said = {"who_said": "person", "exception": "人在外地"}
    dissuasion.correct_outcome(order.order_id, operator, minutes(30), "D01", "本人未转账", **said)
    actions.end_due(minutes(31))
    hold.refresh_from_db()
    assert (hold.state, hold.confirm_due_at) == ("lifted", minutes(60))


def test_a_hold_ends_by_itself_at_its_hour_even_when_the_worker_slept(
    order: Order, people: dict[str, User], sent: Any
) -> None:
    hold = in_force(order, people)
    assert not queries.is_live(hold, minutes(1 + 24 * 60))
    actions.end_due(minutes(30 * 60))
    hold.refresh_from_db()
    assert (hold.state, hold.ended_at) == ("expired", minutes(1 + 24 * 60))
    assert "已于3月3日12:01解除" in sent[-1][2].zh


def test_what_nobody_answers_lapses_and_cannot_be_approved_late(order: Order, people: dict[str, User]) -> None:
    asked = actions.request(order.order_id, people["operator"], NOW, card(), "money_moving")
    with pytest.raises(Refusal, match="has lapsed"):
        actions.approve(asked.pk, people["second"], minutes(60))
    actions.end_due(minutes(60))
    asked.refresh_from_db()
    assert (asked.state, asked.end_how) == ("expired", "unanswered")


def test_holds_are_not_strung_together_without_a_further_sign(order: Order, people: dict[str, User]) -> None:
    actions.lift(held(order, people).pk, people["leader"], minutes(5), "本人要求")
    with pytest.raises(Refusal, match="a further hold needs a further sign"):
        actions.request(order.order_id, people["operator"], minutes(6), card(), "cash")


def test_a_bank_sees_and_confirms_its_own_customers_holds_alone(order: Order, people: dict[str, User]) -> None:
    hold = held(order, people)
    assert list(queries.visible(people["bank"])) == [hold]
    assert list(queries.visible(people["telecom"])) == []
    duty.place_in(people["bank"], "CCB")
    assert list(queries.visible(people["bank"])) == []
    with pytest.raises(PermissionDenied):
        actions.confirm(hold.pk, people["bank"], minutes(2))
    duty.place_in(people["bank"], "city")
    assert list(queries.visible(people["bank"])) == []


def test_neither_decider_answers_the_objection_and_granted_it_is_lifted_the_same_instant(
    order: Order, people: dict[str, User], sent: Any
) -> None:
    hold = in_force(order, people)
    objection = actions.object_by_receipt(
        f" {hold.receipt[:4]} {hold.receipt[4:8]}-{hold.receipt[8:]}", "我在付货款", NOW
    )
    for name in ("operator", "second"):
        with pytest.raises(Refusal, match="somebody who did not decide"):
            actions.decide_objection(objection.pk, people[name], True, "有依据", minutes(10))
    actions.decide_objection(objection.pk, people["third"], True, "货款已核实", minutes(10))
    hold.refresh_from_db()
    assert (hold.state, hold.ended_at, hold.end_how) == ("lifted", minutes(10), "objection")
    assert "异议" in sent[-1][2].zh
    with pytest.raises(Refusal, match="decided already"):
        actions.decide_objection(objection.pk, people["leader"], False, "再议", minutes(11))


def test_a_refused_objection_tells_its_reason_and_the_hold_stays(
    order: Order, people: dict[str, User], sent: Any
) -> None:
    hold = in_force(order, people)
    objection = actions.object_by_receipt(hold.receipt, "", minutes(3))
    with pytest.raises(Refusal, match="say why"):
        actions.decide_objection(objection.pk, people["leader"], False, " ", minutes(4))
    actions.decide_objection(objection.pk, people["leader"], False, "仍在与涉诈号码通话", minutes(4))
    assert "仍在与涉诈号码通话" in sent[-1][2].zh
    assert Hold.objects.get().state == "in_force"
    assert actions.object_by_receipt(hold.receipt, "再次", minutes(5)) == objection


def test_an_objection_about_an_account_is_answered_in_two_working_days_and_about_a_line_in_a_day(
    order: Order, people: dict[str, User]
) -> None:
    account, line = held(order, people), held(order, people, target=phone())
    friday_before_may_day = datetime(2026, 4, 30, 4, 0, tzinfo=UTC)
    assert due("order.objection_account", friday_before_may_day) == datetime(2026, 5, 7, 16, 0, tzinfo=UTC)
    assert actions.object_by_receipt(line.receipt, "", NOW).due_at == minutes(24 * 60)
    late = actions.object_by_receipt(account.receipt, "", NOW)
    assert late.due_at == datetime(2026, 3, 4, 16, 0, tzinfo=UTC)
    actions.end_due(late.due_at + timedelta(minutes=1))
    actions.end_due(late.due_at + timedelta(minutes=2))
    assert sorted(Breach.objects.filter(step__startswith="objection").values_list("step", flat=True)) == [
        "objection_account",
        "objection_line",
    ]


def test_at_a_counter_identity_is_enough_and_a_bank_finds_its_own_customers_alone(
    order: Order, people: dict[str, User]
) -> None:
    hold = held(order, people)
    with pytest.raises(Refusal, match="nothing of this person is held"):
        actions.object_at_counter(CARD, people["telecom"], "known", "", NOW)
    with pytest.raises(Refusal, match="check who the person is"):
        actions.object_at_counter(CARD, people["officer"], "", "", NOW)
    (objection,) = actions.object_at_counter(f" {CARD}", people["bank"], "bank_check", "我没有被骗", NOW)
    assert (objection.hold, objection.taken_by) == (hold, people["bank"])


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
        self.attempt(
            actions.confirm, self.one(which, "approved", *states.WAS_LIVE_ENDED).pk, self.people[who], self.now
        )

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
    told = settings(max_examples=30, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(AnyLife, settings=told)


@pytest.mark.usefixtures("sent")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_way_of_a_hold_through_the_pages(order: Order, people: dict[str, User], language: str) -> None:
    clients = {
        name: Client(headers={"Accept-Language": language}) for name in ("operator", "leader", "bank", "analyst")
    }
    for name, client in clients.items():
        client.post(f"/access/demo/{name}/")
    page = clients["operator"].get(f"/dissuasion/{order.order_id}/")
    assert ("申请保护" if language == "zh-hans" else "Ask for a hold") in page.text
    asked = {"target": card(), "reason": "money_moving", "hours": "12", "yuan": "3000"}
    refused = clients["operator"].post(f"/holds/ask/{order.order_id}/", asked | {"yuan": "10"})
    assert refused.status_code == 409
    made = clients["operator"].post(f"/holds/ask/{order.order_id}/", asked)
    assert made.status_code == 302
    address = made["Location"]
    assert 'id="approve"' not in clients["operator"].get(address).text
    assert clients["bank"].get(address).status_code == 404
    assert 'id="approve"' in clients["leader"].get(address).text
    assert clients["operator"].post(f"{address}approve").status_code == 409
    clients["leader"].post(f"{address}approve")
    assert 'id="confirm"' in clients["bank"].get(address).text
    assert clients["analyst"].post(f"{address}confirm").status_code == 403
    clients["bank"].post(f"{address}confirm")
    hold = Hold.objects.get()
    assert (hold.state, hold.hours, hold.leaves_fen) == ("in_force", 12, 300_000)
    stranger = Client(headers={"Accept-Language": language})
    told = stranger.post("/holds/object/", {"receipt": hold.receipt, "do": "object", "said": "不同意"})
    assert told.status_code == 200
    assert CARD[-4:] not in told.text
    objection = Objection.objects.get()
    clients["leader"].post(f"/holds/objections/{objection.pk}/decide", {"answer": "grant", "reason": "核实"})
    assert Objection.objects.get().state == "submitted"
    third = Client(headers={"Accept-Language": language})
    third.force_login(people["third"])
    third.post(f"/holds/objections/{objection.pk}/decide", {"answer": "grant", "reason": "已核实"})
    hold.refresh_from_db()
    assert hold.state == "lifted"
    assert "已核实" in stranger.post("/holds/object/", {"receipt": hold.receipt, "do": "look"}).text
    for name in ("operator", "leader", "bank"):
        for path in ("/holds/", address, "/holds/objections/", "/holds/counter/"):
            page = clients[name].get(path)
            assert page.status_code == 200, (name, path)
            assert ("保护" in page.text) == (language == "zh-hans"), (name, path)


def test_the_page_to_object_tells_nothing_without_a_receipt_and_counts_tries(
    order: Order, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: minutes(3))
    requested = actions.request(order.order_id, people["operator"], NOW, card(), "cash")
    stranger = Client()
    body = lambda page: page.text.split("<form")[0]  # noqa: E731
    unknown = stranger.post("/holds/object/", {"receipt": "000000000000", "do": "look"})
    undecided = stranger.post("/holds/object/", {"receipt": requested.receipt, "do": "object"})
    assert body(unknown) == body(undecided)
    assert not Objection.objects.exists()
    answers = [stranger.post("/holds/object/", {"receipt": "1", "do": "look"}) for _ in range(19)]
    assert {answer.status_code for answer in answers[:18]} == {200}
    assert answers[18].status_code == 429
    assert int(answers[18]["Retry-After"]) == 180
    elsewhere = stranger.post("/holds/object/", {"receipt": "1", "do": "look"}, REMOTE_ADDR="203.0.113.7")
    assert elsewhere.status_code == 200
