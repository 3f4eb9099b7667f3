"""Stopping a payment: four fields, two people, 48 hours, at most two stops; and what is shown to whom."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from fanzha import reading
from fanzha.centre.access import audit
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.cases import actions as cases
from fanzha.centre.cases.models import Case
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.funds import actions, queries
from fanzha.centre.funds.models import StopPayment
from fanzha.refusal import Refusal
from tests.centre.demo_staff import demo_staff

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CARD = "9999991234567890124"
SCENARIOS = yaml.safe_load((Path(__file__).parent / "scenarios" / "stops.yaml").read_text(encoding="utf-8"))


def everybody() -> dict[str, User]:
    return demo_staff("operator", "officer", "analyst", "leader", "bank")


@pytest.fixture
def people(db: None) -> dict[str, User]:  # noqa: ARG001  (the fixture that opens the database)
    return everybody()


def order_of_a_teacher(now: datetime = NOW) -> Order:
    incoming = dissuasion.Incoming(dissuasion.OWN, "w1", "p-teacher", "person", 2, now, {"reasons": []})
    return dissuasion.open_orders([incoming], now)[0]


def fields(account: str = CARD, paid_at: datetime = NOW - timedelta(minutes=5)) -> actions.Fields:
    return actions.Fields("张三", account, 5_000_000, paid_at, "合成银行")


def drafted(people: dict[str, User], now: datetime = NOW, order: Order | None = None, **more: Any) -> StopPayment:
    told = fields(paid_at=now - timedelta(minutes=5), **more)
    return actions.draft(order, people["operator"], told, now, str(uuid.uuid4()))


def stopped(people: dict[str, User], at: datetime, typed_in: datetime | None = None, **more: Any) -> StopPayment:
    stop = drafted(people, at - timedelta(minutes=3), **more)
    actions.approve(stop.pk, people["leader"], at - timedelta(minutes=2))
    actions.send(stop.pk, people["operator"], at - timedelta(minutes=1))
    return actions.take_effect(stop.pk, people["operator"], typed_in or at, 4_000_000, at)


def moment(told: Any) -> datetime:
    return datetime.fromisoformat(str(told)).replace(tzinfo=SHANGHAI)


def do(people: dict[str, User], stop: StopPayment, step: dict[str, Any]) -> None:
    at, leader = moment(step["at"]), people["leader"]
    if "renew" in step:
        actions.renew(stop.pk, leader, at)
    elif "stop_again" in step:
        actions.lapse(at)
        drafted(people, at)
    elif "decide" in step:
        actions.decide(stop.pk, leader, step["decide"], "已报立案", at)
    else:
        actions.end(stop.pk, leader, step["end"], "已核实", at)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[one["it"] for one in SCENARIOS])
def test_the_clock_of_a_stop(scenario: dict[str, Any], people: dict[str, User]) -> None:
    given_, then, refused = scenario["given"], scenario["then"], None
    typed_in = moment(given_["typed_in"]) if "typed_in" in given_ else None
    stop = stopped(people, moment(given_["stopped"]), typed_in)
    for step in scenario.get("when", []):
        try:
            do(people, stop, step)
        except Refusal as refusal:
            refused = refusal.code
    at = moment(scenario["at"])
    actions.lapse(at)
    actions.alarm(at)
    line = queries.lines([StopPayment.objects.get(pk=stop.pk)], at)[0]
    assert (refused, line.stop.state) == (then.get("refused"), then["state"])
    if "ends" in then:
        assert (line.stop.ends_at, line.alarm) == (moment(then["ends"]), then["asks"])
    else:
        assert line.stop.ended_at == moment(then["ended"])


def test_a_stop_opens_the_case_once_and_a_form_sent_twice_is_one_stop(people: dict[str, User]) -> None:
    order = order_of_a_teacher()
    first = actions.draft(order, people["operator"], fields(), NOW, "form-1")
    again = actions.draft(order, people["operator"], fields(), NOW, "form-1")
    other = actions.draft(order, people["operator"], fields("9999991234567890132"), NOW, "form-2")
    assert (first, first.case) == (again, other.case)
    case = Case.objects.get()
    assert (case.number, case.state, case.order, case.loss_fen) == ("C2026000001", "reported", order, 5_000_000)


def test_a_second_person_approves_and_nothing_goes_out_before(people: dict[str, User]) -> None:
    stop = drafted(people)
    with pytest.raises(Refusal, match="a stop that is drafted cannot become sent"):
        actions.send(stop.pk, people["operator"], NOW)
    with pytest.raises(Refusal, match="a second person approves"):
        actions.approve(stop.pk, people["operator"], NOW)
    with pytest.raises(PermissionDenied):
        actions.approve(stop.pk, people["analyst"], NOW)
    assert actions.approve(stop.pk, people["leader"], NOW).state == "approved"


def test_what_does_not_match_is_not_stopped_and_uses_none_of_the_accounts_stops(people: dict[str, User]) -> None:
    for _ in range(3):
        stop = drafted(people)
        actions.approve(stop.pk, people["leader"], NOW)
        actions.send(stop.pk, people["operator"], NOW)
        assert actions.not_stopped(stop.pk, people["operator"], NOW, "mismatched", "name").state == "mismatched"
    with pytest.raises(Refusal, match="cannot become effective"):
        actions.take_effect(stop.pk, people["operator"], NOW, 100)
    with pytest.raises(Refusal, match="expected a reason of the list"):
        actions.not_stopped(stop.pk, people["operator"], NOW, "effective", "name")


class TwoStops(TestCase):
    @settings(max_examples=25)
    @given(st.lists(st.sampled_from(("draft", "stop", "renew", "mismatch", "lapse", "lift")), max_size=12))
    def test_an_account_never_is_stopped_more_than_twice(self, steps: list[str]) -> None:
        people, now, refused = everybody(), NOW, set()
        for step in steps:
            now += timedelta(hours=7)
            newest = StopPayment.objects.order_by("-id").first()
            try:
                if step == "draft":
                    drafted(people, now)
                elif step == "stop":
                    stopped(people, now)
                elif step == "lapse":
                    now += timedelta(hours=48)
                    actions.lapse(now)
                elif newest and step == "renew":
                    actions.renew(newest.pk, people["leader"], now)
                elif newest and step == "lift":
                    actions.end(newest.pk, people["leader"], "lifted", "核实无关", now)
                elif newest and newest.state == "drafted":
                    actions.approve(newest.pk, people["leader"], now)
                    actions.send(newest.pk, people["operator"], now)
                    actions.not_stopped(newest.pk, people["operator"], now, "mismatched", "time")
            except Refusal as refusal:
                refused.add(refusal.code)
            took = StopPayment.objects.exclude(began_at=None)
            assert sum(1 + stop.renewed for stop in took) <= 2
            for stop in took:
                assert stop.ends_at == stop.began_at + timedelta(hours=48 * (1 + stop.renewed))
        assert refused <= {"stop.renewals", "stop.over"}


def test_names_and_accounts_are_masked_and_clear_ones_need_a_reason_on_record(people: dict[str, User]) -> None:
    stop = stopped(people, NOW)
    client = Client()
    client.force_login(people["operator"])
    for page in (client.get("/funds/"), client.get(f"/funds/{stop.pk}/"), client.get(f"/cases/{stop.case.number}/")):
        assert page.status_code == 200
        assert "张三" not in page.text
        assert CARD not in page.text
    assert "张*" in client.get("/funds/").text
    assert client.post(f"/funds/{stop.pk}/form", {"reason": " ", "as": "page"}).status_code == 409
    printed = client.post(f"/funds/{stop.pk}/form", {"reason": "送银行", "as": "page"})
    assert "张三" in printed.text
    assert CARD in printed.text
    assert "伍万元整" in printed.text
    exported = client.post(f"/funds/{stop.pk}/form", {"reason": "送银行", "as": "csv"})
    assert CARD in exported.content.decode()
    assert AuditEntry.objects.filter(action="unmask", subject=f"stop {stop.pk}", reason="送银行").count() == 4
    client.force_login(people["bank"])
    assert client.get("/funds/").status_code == 403
    assert client.post(f"/funds/{stop.pk}/form", {"reason": "送银行"}).status_code == 403
    assert audit.broken_at() is None


def test_the_form_is_filled_in_on_one_screen_with_the_outcome_beside_it(people: dict[str, User]) -> None:
    order = order_of_a_teacher(datetime.now(UTC))
    dissuasion.take(order.order_id, people["operator"], datetime.now(UTC))
    dissuasion.record_contact(order.order_id, people["operator"], datetime.now(UTC), "answered")
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["operator"])
    page = client.get(f"/funds/new/?order={order.order_id}")
    assert "Three-way call with" in page.text
    said = {
        "form": "f1", "order": order.order_id, "account": "9999 9912 3456 7890 124", "holder": "张三", "bank": "合成银行",
        "yuan": "50,000", "paid_at": "2026-03-02T10:00", "outcome": "D03", "who_said": "person",
    }  # fmt: skip
    assert client.post("/funds/new/", {**said, "yuan": "fifty"}).status_code == 409
    assert not StopPayment.objects.exists()
    answer = client.post("/funds/new/", said)
    stop = StopPayment.objects.get()
    assert answer["Location"] == f"/funds/{stop.pk}/"
    assert (stop.amount_fen, stop.paid_at) == (5_000_000, moment("2026-03-02T10:00"))
    assert Order.objects.get().outcome == "D03"
    assert client.post("/funds/new/", said)["Location"] == answer["Location"], "clicked twice"
    shown = client.get(f"/dissuasion/{order.order_id}/").text
    assert stop.case is not None
    assert stop.case.number in shown
    assert f"/funds/{stop.pk}/" in shown


def test_another_account_in_a_form_that_was_sent_is_refused_and_written_down_when_it_is_sent_again(
    people: dict[str, User],
) -> None:
    client = Client()
    client.force_login(people["operator"])
    said = {"account": CARD, "holder": "张三", "bank": "合成银行", "yuan": "1", "paid_at": "2026-03-02T10:00"}
    first = client.post("/funds/new/", {"form": "f1", **said})
    assert client.post("/funds/new/", {"form": "f1", **said})["Location"] == first["Location"]
    other = said | {"account": "9999991234567890132"}  # typed over after the browser's way back
    page = client.post("/funds/new/", {"form": "f1", **other})
    assert (page.status_code, StopPayment.objects.count()) == (409, 1)
    assert client.post("/funds/new/", {"form": page.context["form"], **other}).status_code == 302
    assert StopPayment.objects.count() == 2


def test_what_was_written_into_the_case_as_frozen_already_does_not_keep_the_stop_from_being_frozen(
    people: dict[str, User],
) -> None:
    stop, later = stopped(people, NOW), NOW + timedelta(hours=40)
    assert stop.case is not None
    cases.recover(stop.case.number, people["analyst"], "frozen", 3_000_000, later, "paper 1", of=f"stop {stop.pk}")
    assert actions.end(stop.pk, people["leader"], "converted_to_freeze", "已冻结", later).state == "converted_to_freeze"
    assert sorted(stop.case.recoveries.filter(kind="frozen").values_list("amount_fen", flat=True)) == [
        1_000_000,
        3_000_000,
    ]


def test_a_renewal_is_offered_only_while_the_account_has_a_stop_left(people: dict[str, User]) -> None:
    first = stopped(people, NOW)
    assert queries.lines([first], NOW)[0].renewable
    second = drafted(people, NOW + timedelta(hours=1))
    assert not queries.lines([first], NOW)[0].renewable
    actions.withdraw(second.pk, people["operator"], "写错了", NOW)
    assert queries.lines([first], NOW)[0].renewable


def test_a_stop_in_the_minute_of_its_sending_is_one(people: dict[str, User]) -> None:
    stop, sent = drafted(people), NOW + timedelta(seconds=40)
    actions.approve(stop.pk, people["leader"], NOW)
    actions.send(stop.pk, people["operator"], sent)
    begun = actions.take_effect(stop.pk, people["operator"], NOW + timedelta(minutes=9), 100, NOW)
    assert (begun.began_at, begun.ends_at) == (sent, sent + timedelta(hours=48))


def test_however_much_is_drafted_what_runs_is_in_the_list_and_in_the_handover_of_its_unit(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    ran = stopped(people, now)
    for account in (CARD, "9999991234567890132"):
        drafted(people, now, account=account)
    monkeypatch.setattr(queries, "LONGEST_LIST", 1)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["operator"])
    page = client.get("/funds/").text
    assert f"/funds/{ran.pk}/" in page
    assert "On their way: 2" in page
    assert "Stopped now: 1" in page
    assert client.get("/duty/").text.count('<li><a href="/funds/') == 3, (
        "no order stands behind them, but the city's case"
    )
    assert [one.shown for one in queries.for_handover("county-451002", now)] == []


def test_an_outcome_that_lacks_something_never_holds_a_stop_up(people: dict[str, User]) -> None:
    order = order_of_a_teacher(datetime.now(UTC))
    client = Client()
    client.force_login(people["operator"])
    said = {
        "form": "f1", "order": order.order_id, "account": CARD, "holder": "张三", "bank": "合成银行",
        "yuan": "1", "paid_at": "2026-03-02T10:00", "outcome": "D03", "who_said": "person",
    }  # fmt: skip
    assert client.post("/funds/new/", said).status_code == 409
    assert StopPayment.objects.get().state == "drafted"
    assert Order.objects.get().outcome == ""


def test_what_is_pasted_is_read_back_with_its_check_digit_and_in_capitals(people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["operator"])
    told = client.post(
        "/funds/check", {"pasted": f"卡号 {CARD} 户名张三", "yuan": "10,050.5", "account": "9999991234567890125"}
    ).json()
    assert told["found"] == [{"value": CARD, "luhn": True}]
    assert (told["capitals"], told["digits"]) == ("壹万零伍拾元伍角整", "10,050.50")
    assert told["luhn"] is False


_DIGITS = {digit: value for value, digit in enumerate("零壹贰叁肆伍陆柒捌玖")}
_POWERS = {"拾": 10, "佰": 100, "仟": 1000}


def fen_of(capitals: str) -> int:
    """Capitals read back, by a reader of its own."""
    total = section = digit = 0
    for sign in capitals:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _POWERS:
            section, digit = section + digit * _POWERS[sign], 0
        elif sign in "万亿":
            scale = 10**4 if sign == "万" else 10**8
            total, section, digit = total + (section + digit) * scale * 100, 0, 0
        elif sign == "元":
            total, section, digit = total + (section + digit) * 100, 0, 0
        elif sign in "角分":
            total, digit = total + digit * (10 if sign == "角" else 1), 0
    return total


@given(st.integers(1, 10**14 - 1))
def test_capitals_say_the_amount_and_never_two_zeros_together(amount: int) -> None:
    said = reading.capitals(amount)
    assert fen_of(said) == amount
    assert "零零" not in said
    assert not any(f"零{sign}" in said for sign in "元万亿拾佰仟角分")


@pytest.mark.parametrize(
    ("amount", "said"),
    [(100, "壹元整"), (1_000_000_00, "壹佰万元整"), (100_000_005, "壹佰万元零伍分"), (10_010_00, "壹万零壹拾元整"), (7, "柒分"),
     (1_0000_0001_00, "壹亿零壹元整"), (20_0300_0000_00, "贰拾亿零叁佰万元整")],
)  # fmt: skip
def test_capitals_as_on_a_cheque(amount: int, said: str) -> None:
    assert reading.capitals(amount) == said
