"""The history of an order and the outbox in Chinese: no codes, no keys and no English, whatever was done."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre import clock
from fanzha.centre.access import audit, vault
from fanzha.centre.access.words import act_words
from fanzha.centre.channels.models import Message
from fanzha.centre.conversations import actions as conversations
from fanzha.centre.dissuasion import actions
from fanzha.centre.dissuasion.models import Order, Task
from fanzha.centre.duty import actions as duty
from fanzha.centre.holds import actions as holds
from fanzha.centre.people.models import Holding
from fanzha.centre.visits import actions as visits
from tests.centre.demo_staff import demo_staff
from tests.centre.test_visits import reported

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TEACHER, CARD = "p-teacher", "a-card"


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def people() -> dict[str, User]:
    return demo_staff("operator", "officer", "analyst", "leader")


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def opened(level: int = 2) -> Order:
    told = {"reasons": [{"indicator": "W01", "text_zh": "与涉诈号码通话", "text_en": "A fraud call"}]}
    values = {"kind": ["person", "account"], "token": [TEACHER, CARD], "value": ["P000001", "6200000000000000"]}
    vault.remember(pl.DataFrame(values))
    Holding.objects.create(token=CARD, kind="account", holder=TEACHER, carrier="icbc")
    one = actions.Incoming(actions.OWN, "w1", TEACHER, "person", level, NOW, told, 0.7, place="451002")
    return actions.open_orders([one], NOW)[0]


def history(order: Order, people: dict[str, User], language: str) -> str:
    client = Client(headers={"Accept-Language": language})
    client.force_login(people["operator"])
    page = client.get(f"/dissuasion/{order.order_id}/").text
    return re.sub("<[^>]*>", " ", page[page.index('<ol class="history">') :]).partition("</article>")[0]


def test_what_was_done_with_an_order_is_told_without_codes_and_keys(people: dict[str, User]) -> None:
    order, operator, leader = opened(), people["operator"], people["leader"]
    name = order.order_id
    duty.go_on(operator, NOW)
    actions.assign_waiting(NOW)
    actions.take_back(minutes(30))
    actions.take(name, operator, minutes(31))
    actions.raise_level(name, operator, 1, "正在转账", minutes(32))
    actions.propose_lower(name, operator, 3, "已核实", minutes(33))
    offer = actions.offer_transfer(name, operator, "county-451081", "人在靖西", minutes(34))
    duty.place_in(leader, "county-451081")
    actions.decide_transfer(offer.pk, leader, False, minutes(35))
    duty.place_in(leader, "city")
    visit = Task.objects.get(kind="visit")
    visits.take(visit.pk, people["officer"], minutes(36))
    visits.open_visit(name, people["officer"], minutes(36))
    visits.give_back(name, people["officer"], minutes(37))
    visits.take(visit.pk, people["officer"], minutes(38))
    held = holds.request(name, operator, minutes(39), CARD, "money_moving", note="再核实")
    holds.approve(held.pk, leader, minutes(40))
    actions.find_breaches(minutes(95))
    visits.report(name, people["officer"], minutes(100), reported(met=39, sent=100))
    conversations.tell(name, operator, minutes(101), "relative", True, False, "本人同意")
    actions.record_outcome(name, operator, minutes(102), "D02", who_said="person")
    actions.correct_outcome(name, operator, minutes(103), "D03", "已转账", who_said="person")
    told = history(order, people, "zh-hans")
    for said in (
        "系统派单: demo-operator", "超时收回: demo-operator", "提升等级: 特急：正在转账", "申请移交: 靖西市反诈中心：人在靖西",
        "退回移交: 靖西市反诈中心", "退回任务: 上门见面", "申请保护性止付: 有资金正转往涉诈账户的迹象 再核实", "解除保护: 劝阻成功后解除",
        "上门回报: 已见面，03-02 12:39", "告知他人: 家属：本人同意", "更正结果: 见面劝阻成功(未转账) → ", "查看完整号码: 上门",
        "说明超时原因: 时限内已见面",
    ):  # fmt: skip
        assert said in told
    assert re.findall(r"[a-z_]{2,}(?:-[a-z0-9]+)*", re.sub(r"demo-\w+", "", told)) == []
    assert "Offered: demo-operator" in history(order, people, "en")


@pytest.mark.parametrize(
    ("act", "reason", "zh"),
    [
        ("call_asked", "voice: rang_out", "语音外呼：无人接听"),
        ("call_asked", "voice: no receipt in time", "语音外呼：未按时收到回执"),
        ("contact", "voice: answered", "语音外呼：接通"),
        ("handed_over", "sms", "短信"),
        ("trial_assigned", "t1: standard", "t1：标准联系方式"),
        ("objection", "7: counter", "柜台提出"),
        ("stop_mismatched", "name", "户名不符"),
        ("clue_valued", "A", None),
        ("level_raised", "很急", "很急"),
        ("level_raised", "1: somebody is needed there at once", "特急：须立即有人到场"),
        ("transfer_offered", "county-000000: 在那边", "county-000000：在那边"),
        ("visit", "later, somewhere", "later, somewhere"),
    ],
)
def test_a_reason_is_told_by_its_act_and_what_nobody_knows_as_it_was_written(
    act: str, reason: str, zh: str | None
) -> None:
    told = act_words(act, reason)[1]
    assert told is not None
    assert zh is None or told.zh == zh


def test_the_outbox_says_in_the_readers_language_whom_a_message_was_for_and_why_it_did_not_arrive(
    people: dict[str, User],
) -> None:
    at = {"created_at": NOW, "next_attempt_at": NOW, "expires_at": NOW, "state": "expired"}
    Message.objects.create(key="a", channel="visit", recipient="station-451002", last_error="not sent in time", **at)
    client = Client(headers={"Accept-Language": "zh-hans"})
    client.force_login(people["operator"])
    page = client.get("/channels/outbox/").text
    assert "未能按时发出" in page
    assert "右江区" in page
    assert "station-451002" not in page
    assert audit.broken_at() is None
