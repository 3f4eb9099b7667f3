"""What is sent to people and partners: once, in our words, at the right hour, and what comes back. Over real HTTP."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import polars as pl
import pytest
import uvicorn
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanzha.centre import clock
from fanzha.centre.access import actions as accounts
from fanzha.centre.access import vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.channels import actions, connectors, queries, relative, texts
from fanzha.centre.channels.actions import delivering
from fanzha.centre.channels.channel import channel, settings_of
from fanzha.centre.channels.models import Message, Receipt
from fanzha.centre.channels.simulation import Providers
from fanzha.centre.channels.simulators import Application
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.duty import actions as duty
from fanzha.centre.people import actions as people
from fanzha.centre.people import queries as people_of
from fanzha.centre.people.models import Holding
from fanzha.centre.people.telling import may_tell
from fanzha.centre.secrets import secret
from fanzha.centre.trials import actions as trials
from fanzha.centre.trials.models import Assignment
from fanzha.home import Home
from fanzha.refusal import Refusal
from fanzha.vocabulary import CASE_CLASSES, Text

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
TEACHER, PHONE, MOTHER = "p-teacher", "t-phone", "t-mother"


def after(seconds: float, since: datetime = NOON) -> datetime:
    return since + timedelta(seconds=seconds)


class City:
    """The simulated providers, listening on a free port, with a clock that the test sets."""

    def __init__(self) -> None:
        self.clock = NOON
        self.providers = Providers()
        self.application = Application(self.providers, now=lambda: self.clock)
        self.listening = socket.socket()
        self.listening.bind(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(self.application, log_level="critical", lifespan="off"))
        self.thread = threading.Thread(target=self.server.run, args=([self.listening],), daemon=True)
        self.thread.start()

    def answering(self, channel: str, *receipts: dict[str, Any], after_s: float = 5) -> None:
        """From now on every message of a channel is answered with these receipts."""
        told = [{"after_s": after_s + place, "body": body} for place, body in enumerate(receipts)]
        self.providers._answers[channel] = [{"share": 1.0, "receipts": told}]

    def began_anew(self) -> None:
        self.clock, self.application.trouble = NOON, {}
        self.providers.__init__()  # type: ignore[misc]

    def round(self, at: datetime) -> int:
        """A worker's round at an instant, and the receipts that are due then."""
        self.clock = at
        actions.begin_telling(at)
        sent = actions.deliver(at)
        self.receipts(at)
        return sent

    def receipts(self, at: datetime) -> None:
        clock.publish(django_settings.HOME, at.timestamp(), 0.0)
        self.providers.hand_in(at, lambda name, body: hand_in(name, body).status_code < 500)

    def taken(self, channel: str) -> list[dict[str, Any]]:
        return list(httpx.get(f"{self.address}/{channel}/messages", trust_env=False).json())


def hand_in(name: str, body: Any, token: str | None = None) -> Any:
    given = token or secret(django_settings.HOME, "receipt_token")
    sent = body if isinstance(body, str) else json.dumps(body)
    headers = {"Authorization": f"Bearer {given}"}
    return Client().post(f"/channels/receipts/{name}", sent, content_type="application/json", headers=headers)


@pytest.fixture(scope="module")
def running() -> Iterator[City]:
    city = City()
    yield city
    city.server.should_exit = True
    city.thread.join(5)


@pytest.fixture
def city(running: City) -> Iterator[City]:
    running.began_anew()
    with connected(running):
        yield running


@contextmanager
def connected(city: City) -> Iterator[None]:
    path = django_settings.HOME.root / "simulators.json"
    path.write_text(json.dumps({"address": city.address}))
    clock.publish(django_settings.HOME, NOON.timestamp(), 0.0)
    yield
    path.unlink()
    (django_settings.HOME.root / "city_clock.json").unlink()


@pytest.fixture
def users() -> dict[str, User]:
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    duty.ensure_demo_members()
    return {name: User.objects.get(username=f"demo-{name}") for name in ("operator", "analyst", "leader")}


@pytest.fixture
def teacher() -> None:
    known("+8615400000001", PHONE)
    known("+8615400000002", MOTHER)
    Holding.objects.create(token=PHONE, kind="number", holder=TEACHER, carrier="mobile")


def known(number: str, token: str) -> None:
    vault.remember(pl.DataFrame({"kind": ["number"], "token": [token], "value": [number]}))


def order(level: int, at: datetime = NOON, subject: str = TEACHER, case_class: str = "AF") -> Order:
    told: dict[str, Any] = {"reasons": [], "events": [], "related": []}
    name = f"w-{subject}-{level}-{at.timestamp()}"
    one = dissuasion.Incoming(dissuasion.OWN, name, subject, "person", level, at, told, 0.7, case_class)
    return dissuasion.open_orders([one], at)[0]


def in_hands(one: Order, users: dict[str, User]) -> Order:
    """Taken by the operator, who alone can call and write from then on."""
    return dissuasion.take(one.order_id, users["operator"], one.issued_at)


def states() -> dict[str, str]:
    return dict(Message.objects.values_list("channel", "state"))


@pytest.mark.usefixtures("teacher")
def test_level_four_is_told_by_voice_by_itself_and_ends_as_told_only(city: City) -> None:
    city.answering("voice", {"result": "answered", "digits": "1"})
    one = order(4)
    city.round(NOON)
    (heard,) = city.taken("voice")
    assert (heard["to"], heard["from"]) == ("+8615400000001", "077696110")
    assert "公检法没有安全账户" in heard["say"]
    city.round(after(6))
    one.refresh_from_db()
    assert (one.state, one.outcome, one.reached_at) == ("closed", "D00", None)
    assert [(made.channel, made.contact, made.by) for made in one.contacts.all()] == [("voice", "answered", None)]


@pytest.mark.usefixtures("teacher")
def test_where_the_voice_fails_an_sms_goes_out_and_where_that_fails_a_person_calls(city: City) -> None:
    city.answering("voice", {"result": "no_answer"})
    city.answering("sms", {"stat": "UNDELIV"})
    one = order(4)
    city.round(NOON)
    city.round(after(6))
    city.round(after(7))
    assert states() == {"voice": "failed", "sms": "sent"}
    city.round(after(14))
    one.refresh_from_db()
    assert (one.state, one.outcome) == ("created", "")
    call = one.tasks.get(kind="call")
    assert (call.state, call.due_at) == ("open", after(14 + 2 * 3600))
    assert not Message.objects.exclude(marked_at=None).exists(), "somebody has it in hand already"


@pytest.mark.usefixtures("teacher")
def test_who_presses_two_is_called_by_a_person(city: City, users: dict[str, User]) -> None:
    city.answering("voice", {"result": "answered", "digits": "2"})
    one = order(4)
    assert dissuasion.take_next(users["operator"], NOON) is None, "a machine's work until somebody asks"
    city.round(NOON)
    city.round(after(6))
    assert dissuasion.take_next(users["operator"], after(7)) == one
    assert queries.lines(queries.outbox())[0].came_back[0].en == "pressed 2: call me back"


@pytest.mark.usefixtures("teacher")
def test_who_pressed_three_hears_no_automatic_voice_for_a_while(city: City) -> None:
    city.answering("voice", {"result": "answered", "digits": "3"})
    order(4)
    city.round(NOON)
    city.round(after(6))
    tomorrow = NOON + timedelta(days=2)
    order(4, tomorrow)
    city.round(tomorrow)
    assert len(city.taken("voice")) == 1
    assert len(city.taken("sms")) == 1


@pytest.mark.usefixtures("teacher")
def test_level_three_gets_a_flash_message_at_once_beside_the_persons_call(city: City) -> None:
    one = order(3)
    city.round(NOON)
    city.round(after(1))
    assert len(city.taken("flash")) == 1
    assert list(one.tasks.values_list("kind", flat=True)) == ["call"]


def compared(users: dict[str, User], variant: str, count: int = 12) -> list[str]:
    """An approved comparison, and as many grown people with a number each."""
    plan = trials.write_plan(users["analyst"], NOON, variant, "为了比较", 400, 7, 2)
    trials.approve(plan.plan_id, users["leader"], NOON)
    subjects = [f"p-{n}" for n in range(count)]
    people.take_in(
        "people", pl.DataFrame({"person": subjects, "birth_year": [1980] * count, "place": ["451002"] * count})
    )
    for n, subject in enumerate(subjects):
        known(f"+86154000001{n:02d}", f"t-{n}")
        Holding.objects.create(token=f"t-{n}", kind="number", holder=subject, carrier="mobile")
    return subjects


def test_a_flash_message_says_the_words_that_its_order_is_drawn_for(city: City, users: dict[str, User]) -> None:
    orders = [order(3, subject=one) for one in compared(users, "flash_question")]
    city.round(NOON)
    assert Assignment.objects.count() == len(orders)
    for one in orders:
        asks = "是否有人正让您转账" in one.messages.get(channel="flash").text_zh
        assert asks == (one.assignments.get().variant == "flash_question")
        assert one.messages.get(channel="flash").text_zh.endswith(texts.standing_advice().zh)
    urgent = order(2, subject="p-0", at=after(60))
    by_hand = actions.send("flash", key="k", now=after(60), order=urgent)
    assert "是否有人正让您转账" not in by_hand.text_zh, "the urgent levels get the standard"


@pytest.mark.parametrize("arrives", ["DELIVRD", "UNDELIV"])
def test_where_it_is_compared_a_message_follows_the_voice_and_then_the_order_ends(
    city: City, users: dict[str, User], arrives: str
) -> None:
    city.answering("voice", {"result": "answered", "digits": "1"})
    city.answering("sms", {"stat": arrives})
    orders = [order(4, subject=one) for one in compared(users, "sms_after_voice")]
    for seconds in (0, 6, 7, 14):
        city.round(after(seconds))
    more = {one.order_id for one in orders if one.messages.filter(channel="sms").exists()}
    assert more == set(Assignment.objects.exclude(variant="").values_list("order__order_id", flat=True))
    assert {one.outcome for one in Order.objects.all()} == {"D00"}, "told by the voice, whatever came of the message"


@pytest.mark.usefixtures("teacher")
def test_a_critical_order_is_told_to_the_units_staff_without_naming_anybody(city: City) -> None:
    one = order(1)
    city.round(NOON)
    (told,) = city.taken("staff")
    assert one.order_id in told["message"]
    assert "154" not in json.dumps(told)


@pytest.mark.usefixtures("teacher")
def test_a_minor_is_never_rung_by_a_machine(city: City) -> None:
    people.take_in("people", pl.DataFrame({"person": [TEACHER], "birth_year": [2012], "place": ["451002"]}))
    one = order(4)
    city.round(NOON)
    assert city.taken("voice") == city.taken("sms") == []
    assert one.tasks.get(kind="call").state == "open"


def test_an_order_without_a_known_number_is_not_lost(city: City) -> None:
    told, seen = order(4, subject="p-a"), order(3, subject="p-b")
    city.round(NOON)
    city.round(after(1))
    assert told.tasks.get(kind="call").state == "open"
    assert seen.messages.get().last_error == "no number of this person is known"
    assert queries.outbox(state="marked").count() == 1


@pytest.mark.usefixtures("teacher")
def test_an_order_taken_over_by_a_person_is_not_ended_by_a_late_receipt(city: City) -> None:
    city.answering("voice", {"result": "answered", "digits": "1"})
    one = order(4)
    city.round(NOON)
    order(2, after(2))
    city.round(after(6))
    one.refresh_from_db()
    assert (one.level, one.outcome) == (2, "")


@pytest.mark.usefixtures("teacher")
def test_what_waits_to_be_sent_by_itself_is_dropped_when_the_order_ends(city: City) -> None:
    one = order(3, NIGHT)
    city.round(NIGHT)
    dissuasion.conclude_automatically(one.order_id, after(60, NIGHT), "D07", "repeated")
    city.round(MORNING)
    assert city.taken("flash") == []


@pytest.mark.usefixtures("teacher")
@pytest.mark.parametrize(
    ("language", "begins"), [("eng", "[Baise anti-fraud]"), ("zha", "【百色反诈】"), ("", "【百色反诈】")]
)
def test_who_asked_for_english_is_written_to_in_english_from_then_on(
    city: City, users: dict[str, User], language: str, begins: str
) -> None:
    one = dissuasion.take(order(2).order_id, users["operator"], NOON)
    if language:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(users["operator"])
        assert client.post(f"/dissuasion/{one.order_id}/language", {"language": "klingon"}).status_code == 409
        assert client.post(f"/dissuasion/{one.order_id}/language", {"language": language}).status_code == 302
        one.refresh_from_db()
    actions.send("sms", key="k", now=NOON, order=one)
    later = order(3, after(90 * 3600))
    assert later.language == language
    actions.deliver(NOON)
    assert city.taken("sms")[0]["text"].startswith(begins)


@pytest.mark.usefixtures("teacher")
def test_the_same_key_is_the_same_message_and_never_another(city: City) -> None:
    one = order(2)
    first = actions.send("sms", key="k", now=NOON, order=one)
    assert actions.send("sms", key="k", now=after(5), order=one) == first
    with pytest.raises(Refusal, match="this key is of another message"):
        actions.send("flash", key="k", now=NOON, order=one)
    city.round(after(5))
    city.round(after(60))
    assert len(city.taken("sms")) == 1


@pytest.mark.usefixtures("teacher")
def test_a_round_killed_between_the_post_and_its_record_sends_nothing_twice(city: City) -> None:
    city.answering("sms", {"stat": "DELIVRD"}, after_s=600)
    actions.send("sms", key="k", now=NOON, order=order(2))
    assert len(delivering.post(delivering.claim(NOON))) == 1, "and here the power goes off"
    assert actions.deliver(after(10)) == 0, "claimed: another round leaves it alone"
    assert actions.deliver(after(31)) == 1
    assert city.providers.posts == [("sms", "k")] * 2
    assert len(city.taken("sms")) == 1
    assert Message.objects.get(key="k").state == "sent"


@pytest.mark.usefixtures("teacher")
def test_a_receipt_faster_than_the_record_of_the_post_counts_and_stops_further_tries(city: City) -> None:
    city.answering("sms", {"stat": "DELIVRD"}, after_s=0)
    actions.send("sms", key="k", now=NOON, order=order(2))
    delivering.post(delivering.claim(NOON))
    city.receipts(NOON)
    assert Message.objects.get(key="k").state == "delivered"
    assert actions.deliver(after(60)) == 0


@pytest.mark.usefixtures("teacher")
def test_a_provider_in_trouble_is_tried_again_as_its_settings_say_and_as_it_asks(city: City) -> None:
    actions.send("sms", key="k", now=NOON, order=order(2))
    city.application.trouble["sms"] = [503, 0, 429]
    tried = [at for at in range(0, 500, 5) if actions.deliver(after(at)) or city.providers.posts]
    waits = [wait.total_seconds() for wait in settings_of("sms").retries]
    assert tried[0] == waits[0], "the second try, taken though the line broke"
    assert (Message.objects.get().attempts, Message.objects.get().state) == (4, "sent")
    assert len(city.taken("sms")) == 1


@pytest.mark.usefixtures("teacher")
def test_what_never_gets_through_is_given_up_marked_and_told_to_staff_until_somebody_explains(
    city: City, users: dict[str, User]
) -> None:
    actions.send("sms", key="k", now=NOON, order=order(2))
    city.application.trouble["sms"] = [500] * 50
    for minute in range(0, 60, 5):
        city.round(after(minute * 60))
    message = Message.objects.get(key="k")
    assert (message.state, message.attempts) == ("failed", 1 + len(settings_of("sms").retries))
    assert [one.key for one in queries.outbox(state="marked")] == ["k"]
    assert any("sms" in told["message"] for told in city.taken("staff"))
    with pytest.raises(Refusal, match="say what was done instead"):
        actions.explain_failure(message.pk, users["operator"], " ", after(4000))
    actions.explain_failure(message.pk, users["operator"], "已改为电话", after(4000))
    assert not queries.outbox(state="marked")


@pytest.mark.usefixtures("teacher")
def test_a_refusal_of_the_provider_is_not_repeated(city: City) -> None:
    actions.send("sms", key="k", now=NOON, order=order(2))
    city.application.trouble["sms"] = [403]
    city.round(NOON)
    assert states()["sms"] == "failed"


@pytest.mark.usefixtures("teacher")
def test_one_silent_provider_is_asked_once_a_round_and_holds_up_no_other(city: City) -> None:
    one = order(2)
    for number in range(5):
        actions.send("sms", key=f"s{number}", now=NOON, order=one)
        actions.send("flash", key=f"f{number}", now=NOON, order=one)
    city.application.trouble["sms"] = [503] * 5
    assert actions.deliver(NOON) == 5
    assert len(city.application.trouble["sms"]) == 4
    assert sorted(Message.objects.filter(channel="sms").values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]


@pytest.mark.usefixtures("teacher")
def test_a_message_of_which_nothing_is_heard_expires(city: City) -> None:
    city.providers._answers["voice"] = [{"share": 1.0, "receipts": []}]
    order(4)
    city.round(NOON)
    city.round(after(3601))
    city.round(after(3602))
    assert states()["voice"] == "expired"
    assert len(city.taken("sms")) == 1


@pytest.mark.usefixtures("city", "teacher")
def test_a_repeated_receipt_adds_nothing_and_every_refusal_has_one_form() -> None:
    actions.send("sms", key="k", now=NOON, order=order(2))
    actions.deliver(NOON)
    body = {"receipt_id": "r1", "key": "k", "at": "2026-03-02T12:01:00+08:00", "stat": "DELIVRD"}
    assert hand_in("sms", body).json() == {"new": True}
    assert hand_in("sms", body).json() == {"new": False}
    assert Receipt.objects.count() == 1
    wrong = {
        401: hand_in("sms", body, token="wrong"),
        404: hand_in("sms", {**body, "key": "unknown"}),
        400: hand_in("sms", {**body, "receipt_id": "r2", "at": "yesterday"}),
    }
    for status, answer in wrong.items():
        assert (answer.status_code, set(answer.json()["error"])) == (status, {"code", "message"})
    assert hand_in("pigeon", body).status_code == 404
    assert hand_in("sms", "[]").status_code == hand_in("sms", "{").status_code == 400
    assert Client().get("/channels/receipts/sms").status_code == 405


@pytest.mark.usefixtures("city", "teacher")
def test_receipts_out_of_order_never_take_a_message_back(users: dict[str, User]) -> None:
    one = order(2)
    actions.send("dial", key="k", now=NOON, order=one, by=users["operator"])
    actions.deliver(NOON)
    body = {"receipt_id": "r1", "key": "k", "at": "2026-03-02T12:05:00+08:00", "call": "ended"}
    hand_in("dial", body)
    hand_in("dial", {**body, "receipt_id": "r0", "call": "busy"})
    message = Message.objects.get(key="k")
    assert (message.state, message.contact, message.receipts.count()) == ("answered", "answered", 2)


@pytest.mark.usefixtures("teacher")
def test_quiet_hours_put_off_levels_three_and_four_and_never_one_and_two(city: City) -> None:
    low, high = order(3, NIGHT), order(2, NIGHT, subject="p-other")
    actions.send("sms", key="low", now=NIGHT, order=low)
    actions.send("sms", key="high", now=NIGHT, order=high, recipient=PHONE)
    city.round(NIGHT)
    assert len(city.taken("sms")) == 1
    city.round(after(-1, MORNING))
    assert len(city.taken("sms")) == 1
    city.round(MORNING)
    assert len(city.taken("sms")) == 2


@pytest.mark.usefixtures("teacher")
def test_what_was_put_off_goes_out_at_once_when_the_order_becomes_urgent(city: City) -> None:
    actions.send("sms", key="k", now=NIGHT, order=order(3, NIGHT))
    city.round(NIGHT)
    order(2, after(60, NIGHT))
    city.round(after(61, NIGHT))
    assert len(city.taken("sms")) == 1


@pytest.mark.usefixtures("teacher")
def test_a_call_by_hand_is_refused_in_quiet_hours_and_rings_at_once_outside_them(
    city: City, users: dict[str, User]
) -> None:
    one = in_hands(order(3, NIGHT), users)
    with pytest.raises(Refusal, match="nobody is rung at level 3 before: 08:00"):
        actions.call(one.order_id, users["operator"], "a", NIGHT)
    actions.call(one.order_id, users["operator"], "b", MORNING)
    actions.call(one.order_id, users["operator"], "b", MORNING)
    (rung,) = city.taken("dial")
    assert (rung["agent"], rung["to"]) == ("demo-operator", "+8615400000001")
    with pytest.raises(PermissionDenied):
        actions.call(one.order_id, users["analyst"], "c", MORNING)
    with pytest.raises(Refusal, match="not in your hands"):
        actions.call(order(3, MORNING, subject=PHONE).order_id, users["operator"], "d", MORNING)


@pytest.mark.usefixtures("teacher")
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sent=st.lists(
        st.tuples(st.integers(1, 4), st.integers(0, 2879), st.sampled_from(["sms", "flash", "voice"])), max_size=6
    ),
    rounds=st.lists(st.integers(0, 2879), min_size=1, max_size=8),
)
def test_no_message_of_levels_three_and_four_is_ever_sent_inside_quiet_hours(
    city: City, sent: list[tuple[int, int, str]], rounds: list[int]
) -> None:
    city.began_anew()
    begins = datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    minutes = [(at, "send", (level, way)) for level, at, way in sent] + [(at, "round", None) for at in rounds]
    with transaction.atomic():
        for number, (at, what, told) in enumerate(sorted(minutes, key=lambda one: one[0])):
            city.clock = now = begins + timedelta(minutes=at)
            if what == "send":
                assert told is not None
                key = f"{told[0]}-{number}"
                actions.send(told[1], key=key, now=now, recipient=PHONE, level=told[0])
            else:
                actions.deliver(now)
        for taken in city.providers.taken.values():
            hour = taken.at.astimezone(SHANGHAI).hour
            assert taken.key[0] in "12" or 8 <= hour < 22
        urgent = Message.objects.filter(level__lte=2, state="queued", attempts=0, created_at__lte=city.clock)
        assert not urgent.filter(created_at__lte=begins + timedelta(minutes=max(rounds))).exists()
        transaction.set_rollback(True)


@pytest.mark.usefixtures("teacher")
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.sampled_from(["send", "deliver", "killed", "receipts"]), max_size=25),
    trouble=st.lists(st.sampled_from([202, 500, 503, 0, 429]), max_size=12),
)
def test_every_key_is_sent_at_most_once_successfully(city: City, steps: list[str], trouble: list[int]) -> None:
    city.began_anew()
    city.application.trouble["sms"] = list(trouble)
    city.answering("sms", {"stat": "DELIVRD"}, after_s=120)
    with transaction.atomic():
        succeeded = 0
        for place, step in enumerate(steps):
            city.clock = now = after(place * 45)
            if step == "send":
                actions.send("sms", key="once", now=now, recipient=PHONE, level=2)
            elif step == "deliver":
                succeeded += actions.deliver(now)
            elif step == "killed":
                delivering.post(delivering.claim(now))
            else:
                city.receipts(now)
        assert succeeded <= 1
        assert len(city.providers.taken) <= 1, "tries under several keys would be several messages"
        assert Message.objects.count() <= 1
        if city.providers.taken and succeeded == 0:
            assert Message.objects.get().state in ("queued", "delivered", "failed")
        transaction.set_rollback(True)


def every_text() -> Iterator[tuple[str, Text]]:
    for name in ("voice", "sms", "flash"):
        for level in (1, 2, 3, 4):
            for case_class in ("", *CASE_CLASSES):
                yield name, texts.finished(texts.reviewed(name, level, case_class), phrase=True)
    for stated in ({"relation": "guardian", "minor": True}, {"consent": True}, {"money_leaving_now": True}):
        asked = {
            "relation": "relative",
            "case_class": "AF",
            "consent": False,
            "money_leaving_now": False,
            "minor": False,
        }
        words = may_tell(**{**asked, **stated}).words
        assert words is not None
        yield "relative", texts.finished(relative.wording(words))


def test_every_text_ends_with_the_standing_advice_carries_no_link_and_asks_for_no_code() -> None:
    found = list(every_text())
    assert len(found) == 3 * 4 * (1 + len(CASE_CLASSES)) + 3
    for name, text in found:
        assert text.zh.endswith("请先挂断，再自己拨打96110或110核实。"), name
        assert text.en.endswith("Hang up first, then dial 96110 or 110 yourself to check."), name
        for forbidden in ("http", "www", ".cn", ".com", "验证码", "密码", "点击", "code", "password", "click"):
            assert forbidden not in (text.zh + text.en).lower(), (name, forbidden)
        assert "{about}" not in text.zh + text.en


def test_no_text_names_a_class_that_would_shame_whoever_receives_it() -> None:
    for case_class in ("AI", "AM"):
        said = texts.reviewed("sms", 3, case_class)
        for word in ("裸聊", "婚恋", "交友", "sext", "romance", "nude"):
            assert word not in said.zh + said.en.lower()


@pytest.mark.usefixtures("city", "teacher")
@pytest.mark.parametrize(
    "words",
    ["请点击 t.cn/abc 处理", "请告知验证码", "see www.example.com", "Tell us your password", "到 10.0.0.1 核对"],
)
def test_another_apps_text_with_a_link_or_asking_for_a_code_is_refused(words: str) -> None:
    with pytest.raises(Refusal, match="no link and ask for no code"):
        actions.send("sms", key="k", now=NOON, recipient=PHONE, text=Text(words, words))


@pytest.mark.usefixtures("teacher")
def test_another_apps_text_gets_the_standing_advice_once(city: City) -> None:
    text = Text("您的账户已临时保护。请先挂断，再自己拨打96110或110核实。", "Your account is protected for now.")
    actions.send("sms", key="k", now=NOON, recipient=PHONE, text=text, level=1)
    actions.deliver(NOON)
    assert city.taken("sms")[0]["text"].count("96110") == 1


@pytest.mark.usefixtures("teacher")
def test_a_one_time_phrase_is_in_what_goes_out_and_not_in_what_staff_read(city: City) -> None:
    actions.phrase_sources.append(lambda recipient, _: f"青山-{recipient[-5:]}")
    try:
        actions.send("sms", key="k", now=NOON, order=order(2))
    finally:
        actions.phrase_sources.clear()
    actions.deliver(NOON)
    assert "青山-phone" in city.taken("sms")[0]["text"]
    shown = queries.lines(queries.outbox())[0].text
    assert shown is not None
    assert "青山" not in shown.zh


@pytest.mark.usefixtures("teacher")
def test_a_relative_is_told_as_the_rules_allow_in_their_words_and_with_the_reason_on_record(
    city: City, users: dict[str, User]
) -> None:
    def tell(once: str, reason: str = "", number: str = MOTHER, **stated: bool) -> Message:
        given = {"consent": False, "money_leaving_now": False, **stated}
        return actions.tell_relative(
            one.order_id, users["operator"], number, reason=reason, once=once, now=NOON, **given
        )

    one = in_hands(order(2), users)
    with pytest.raises(Refusal, match="has not named this relative"):
        tell("a", "联系不上", consent=True)
    people.name_relative(TEACHER, MOTHER, "母亲", NOON)
    with pytest.raises(Refusal, match="only with the person's consent"):
        tell("b", "联系不上")
    for stated in ({"consent": True}, {"money_leaving_now": True}):
        with pytest.raises(Refusal, match="say why"):
            tell("c", " ", **stated)
    tell("d", "本人同意", consent=True)
    urgent = tell("e", "正在向涉案账户转账", money_leaving_now=True)
    assert urgent.values == {"consent": False, "money_leaving_now": True}
    assert AuditEntry.objects.filter(action="send_relative", reason="正在向涉案账户转账").exists()
    assert Message.objects.filter(channel="relative").count() == 2, "what was refused is not kept"
    actions.deliver(NOON)
    for told in city.taken("relative"):
        assert told["text"].startswith("【百色反诈】")
        assert not any(word in told["text"] for word in ("诈骗", "转账", "公检法"))


@pytest.mark.usefixtures("city", "teacher")
def test_a_relative_is_named_on_the_orders_page_and_can_then_be_told(users: dict[str, User]) -> None:
    one = in_hands(order(2), users)
    client = Client(headers={"Accept-Language": "en"})
    client.post("/access/demo/operator/")
    address = f"/channels/order/{one.order_id}/name_relative"
    assert "Tell a relative whom" not in client.get(f"/dissuasion/{one.order_id}/").text
    for told, refused in (
        ({"number": "mother", "relation": "母亲"}, "Write a telephone number."),
        ({"number": "154 0000 0002", "relation": " "}, "Say who they are"),
    ):
        page = client.post(address, told)
        assert (page.status_code, refused in page.text) == (409, True)
    told = {"number": "154 0000 0002", "relation": "母亲", "guardian": "on"}
    assert client.post(address, told).status_code == 302
    page = client.get(f"/dissuasion/{one.order_id}/").text
    (token,) = re.findall(r'<option value="(\S+)">母亲 154\*{4}0002<', page)
    assert "Wrote down a relative whom the person named" in page
    said = {"number": token, "consent": "on", "reason": "本人同意", "once": "x"}
    assert client.post(f"/channels/order/{one.order_id}/relative", said).status_code == 302
    assert Message.objects.get(channel="relative").recipient == token
    (named,) = people_of.relatives_of(TEACHER)
    assert (named.guardian, named.relation) == (True, "母亲")


@pytest.mark.usefixtures("city", "teacher")
@pytest.mark.parametrize(
    ("case_class", "relation", "minor", "guardian", "refused"),
    [
        ("AI", "单位", False, False, "ever told"),
        ("AM", "community", False, False, "ever told"),
        ("AF", "单位", False, False, None),
        ("AI", "母亲", False, False, None),
        ("AF", "姑姑", True, False, "through the guardian"),
        ("AF", "母亲", True, True, None),
    ],
)
def test_work_and_neighbours_never_hear_of_shame_and_a_minor_is_told_of_to_the_guardian_alone(
    users: dict[str, User], case_class: str, relation: str, minor: bool, guardian: bool, refused: str | None
) -> None:
    people.name_relative(TEACHER, MOTHER, relation, NOON, guardian)
    one = in_hands(order(1, case_class=case_class), users)
    Order.objects.update(minor=minor)

    def tell() -> Message:
        return actions.tell_relative(one.order_id, users["operator"], MOTHER, True, "本人同意", "a", NOON, True)

    if refused is None:
        assert tell().state == "queued"
    else:
        with pytest.raises(Refusal, match=refused):
            tell()


@pytest.mark.usefixtures("teacher")
def test_partners_are_told_what_to_act_on_and_their_answer_comes_back(city: City) -> None:
    heard: list[tuple[str, str]] = []
    actions.after_receipt.append(lambda message, read, _: heard.append((message.key, read.answer)))
    try:
        city.answering("bank_hold", {"status": "received"}, {"status": "done"})
        asked = {"recipient": "合成银行", "about": PHONE, "values": {"action": "hold", "reference": "h1"}}
        actions.send("bank_hold", key="h1", now=NIGHT, level=4, **asked)
        city.round(NIGHT)
        city.round(after(7, NIGHT))
    finally:
        actions.after_receipt.clear()
    (told,) = city.taken("bank_hold")
    assert (told["bank"], told["account"], told["action"]) == ("合成银行", "+8615400000001", "hold")
    assert heard == [("h1", ""), ("h1", "done")]
    with pytest.raises(Refusal, match=r"bank_hold\.action"):
        actions.send("bank_hold", key="h2", now=NOON, recipient="合成银行", about=PHONE)


@pytest.mark.usefixtures("teacher")
def test_the_operator_and_the_station_are_asked_from_an_order(city: City, users: dict[str, User]) -> None:
    one = in_hands(order(1), users)
    actions.ask_operator(one.order_id, users["operator"], "reach_line", "三次未接通", "a", NOON)
    with pytest.raises(Refusal, match="no such number is known"):
        actions.ask_operator(one.order_id, users["operator"], "stop_number", "涉诈", "b", NOON)
    actions.dispatch(one.order_id, users["operator"], "c", NOON)
    actions.deliver(NOON)
    assert city.taken("operator_help")[0]["line"] == "+8615400000001"
    assert city.taken("visit")[0]["order"] == one.order_id
    assert "154" not in json.dumps(city.taken("visit"))


def test_every_channel_has_its_own_folder_with_all_of_it() -> None:
    for name in connectors.NAMES:
        assert channel(name).name == name
        assert settings_of(name).retries
        assert Providers().take(name, "k", {}, NOON)[0] == 202
        shares = sum(answer["share"] for answer in Providers()._answers[name])
        assert shares == pytest.approx(1.0)


def test_the_simulators_start_as_a_program_and_write_down_where_they_are(tmp_path: Path) -> None:
    environment = {**os.environ, "FANZHA_HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2] / "src")}
    words = [sys.executable, "-m", "fanzha.centre.channels.simulators"]
    (tmp_path / "demo").touch()
    with subprocess.Popen(words, env=environment) as program:
        try:
            limit = time.monotonic() + 30
            while not connectors.ready(Home(tmp_path), "sms") and program.poll() is None and time.monotonic() < limit:
                time.sleep(0.1)
            address = connectors.connector(Home(tmp_path), "sms").address
            body, headers = {"to": "+8615400000001"}, {"Idempotency-Key": "k"}
            for _ in range(2):
                taken = httpx.post(f"{address}/messages", json=body, headers=headers, trust_env=False)
                assert (taken.status_code, bool(taken.json()["id"])) == (202, True)
            assert httpx.get(f"{address}/messages", trust_env=False).json() == [body]
        finally:
            program.terminate()


def test_a_home_without_addresses_sends_nothing_and_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(Refusal, match="the channel sms has no address; write one"):
        connectors.connector(home, "sms")
    (tmp_path / "channels.yaml").write_text(
        "sms: {address: 'https://localhost/v1/'}\nstaff: {urls: {all: ['json://localhost']}}\n"
    )
    assert connectors.connector(home, "sms").address == "https://localhost/v1"
    assert connectors.ready(home, "staff")
    assert not connectors.ready(home, "dial")
    (tmp_path / "channels.yaml").write_text("pigeon: {}\n")
    with pytest.raises(Refusal, match="expected channels by name"):
        connectors.connector(home, "sms")


@pytest.mark.usefixtures("teacher")
def test_a_channel_without_an_address_refuses_and_what_happens_by_itself_waits() -> None:
    with pytest.raises(Refusal, match="has no address"):
        actions.send("sms", key="k", now=NOON, order=order(2))
    one = order(4, subject="p-b")
    assert actions.begin_telling(NOON) == 0
    assert one.tasks.get().state == "open"


@pytest.mark.usefixtures("teacher")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_outbox_and_the_orders_page_show_what_was_sent_in_both_languages(
    city: City, users: dict[str, User], language: str
) -> None:
    one = order(2)
    dissuasion.take(one.order_id, users["operator"], NOON)
    client = Client(headers={"Accept-Language": language})
    client.post("/access/demo/operator/")
    done = client.post(f"/channels/order/{one.order_id}/write", {"channel": "sms", "once": "x"})
    assert done.status_code == 302
    for path in ("/channels/outbox/", f"/channels/outbox/?order={one.order_id}&channel=sms&state=queued"):
        page = client.get(path)
        assert ("百色反诈" in page.text, "Baise anti-fraud" in page.text) == (language != "en", language == "en")
        assert "+8615400000001" not in page.text
    assert "百色反诈" not in client.get("/channels/outbox/?state=failed").text
    city.round(NOON)
    reference = Message.objects.get(channel="sms", state="sent").provider_reference
    assert reference in client.get("/channels/outbox/?channel=sms").text
    page = client.get(f"/dissuasion/{one.order_id}/")
    assert 'id="call"' in page.text
    assert ("百色反诈" in page.text) == (language != "en")
    refused = client.post(f"/channels/order/{one.order_id}/operator", {"action": "reach_line", "reason": " "})
    assert refused.status_code == 409
    assert client.post(f"/channels/order/{one.order_id}/sing").status_code == 404
    banker = Client()
    banker.post("/access/demo/bank/")
    assert banker.get("/channels/outbox/").status_code == 403
