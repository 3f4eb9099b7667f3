"""A message goes out once, outside quiet hours unless it is urgent, is tried again as its channel says, and what comes back counts once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanzha.centre.access.models import AuditEntry
from fanzha.centre.channels import actions, queries
from fanzha.centre.channels.actions import delivering
from fanzha.centre.channels.channel import settings_of
from fanzha.centre.channels.models import Message, Receipt
from fanzha.centre.channels.texts import staff_text
from fanzha.refusal import Refusal
from tests.centre import simulated_providers
from tests.centre.simulated_providers import MORNING, NIGHT, NOON, PHONE, City, after, hand_in, in_hands, order, states

running = simulated_providers.running
city = simulated_providers.city
users = simulated_providers.users
teacher = simulated_providers.teacher

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


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
    assert len(delivering.post(delivering.claim(NOON), NOON)) == 1, "and here the power goes off"
    assert actions.deliver(after(10)) == 0, "claimed: another round leaves it alone"
    assert actions.deliver(after(31)) == 1
    assert city.providers.posts == [("sms", "k")] * 2
    assert len(city.taken("sms")) == 1
    assert Message.objects.get(key="k").state == "sent"


@pytest.mark.usefixtures("teacher")
def test_a_receipt_faster_than_the_record_of_the_post_counts_and_stops_further_tries(city: City) -> None:
    city.answering("sms", {"stat": "DELIVRD"}, after_s=0)
    actions.send("sms", key="k", now=NOON, order=order(2))
    delivering.post(delivering.claim(NOON), NOON)
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
    handed_over = AuditEntry.objects.filter(action="handed_over")
    assert handed_over.filter(reason="sms").count() == 1, "the audit tells of what was posted alone"
    assert handed_over.filter(reason="flash").count() == 5


@pytest.mark.usefixtures("teacher")
def test_however_many_wait_for_a_silent_provider_the_others_are_sent(city: City) -> None:
    for number in range(delivering.BATCH + 1):
        actions.send("sms", key=f"s{number}", now=NOON, recipient=PHONE, level=2)
    actions.send("voice", key="v", now=NOON, recipient=PHONE, level=4)
    city.application.trouble["sms"] = [503] * 5
    assert actions.deliver(NOON) == 1
    assert Message.objects.get(key="v").state == "sent"


class AsksToWait(BaseHTTPRequestHandler):
    """A gateway that asks to wait for longer than there are years."""

    def do_POST(self) -> None:
        self.send_response(429)
        self.send_header("Retry-After", "9" * 12)
        self.end_headers()


@pytest.mark.usefixtures("city", "teacher")
def test_a_provider_that_asks_to_wait_for_ages_ends_no_round() -> None:
    channels = django_settings.HOME.root / "channels.yaml"
    with HTTPServer(("127.0.0.1", 0), AsksToWait) as gateway:
        threading.Thread(target=gateway.serve_forever, daemon=True).start()
        channels.write_text(f"sms: {{address: 'http://127.0.0.1:{gateway.server_port}'}}\n")
        try:
            actions.send("sms", key="s", now=NOON, recipient=PHONE, level=2)
            actions.send("voice", key="v", now=NOON, recipient=PHONE, level=2)
            assert actions.deliver(NOON) == 1
        finally:
            channels.unlink()
            gateway.shutdown()
    assert Message.objects.get(key="v").state == "sent", "and not left as if its round had been killed"
    assert Message.objects.get(key="s").last_error.endswith("answered 429")
    actions.deliver(after(86_401))
    assert Message.objects.get(key="s").state == "expired"


@pytest.mark.usefixtures("teacher")
@pytest.mark.parametrize("address", ["http://[half", "{city}/sms"])
def test_an_address_or_a_token_that_cannot_be_used_holds_up_no_other(city: City, address: str) -> None:
    home = django_settings.HOME
    (home.root / "channels.yaml").write_text(f"sms: {{address: '{address.format(city=city.address)}'}}\n")
    (home.secrets / "connector_sms").write_text("口令")
    try:
        actions.send("sms", key="s", now=NOON, recipient=PHONE, level=2)
        actions.send("voice", key="v", now=NOON, recipient=PHONE, level=2)
        assert actions.deliver(NOON) == 1
    finally:
        (home.root / "channels.yaml").unlink()
        (home.secrets / "connector_sms").unlink()
    unsent = Message.objects.get(key="s")
    assert (unsent.state, unsent.attempts) == ("queued", 1)
    assert "口令" not in unsent.last_error
    assert unsent.last_error


def test_staff_at_two_addresses_hear_a_notice_once_each_though_one_is_away_for_a_while(city: City) -> None:
    home = django_settings.HOME
    there, away = (city.address.replace("http://", "json://") + f"/{name}/messages" for name in ("staff", "visit"))
    (home.root / "channels.yaml").write_text(f"staff: {{urls: {{all: ['{there}', '{away}']}}}}\n")
    city.application.trouble["visit"] = [503, 503]
    try:
        actions.send("staff", key="n", now=NOON, recipient="city", text=staff_text("critical_order", order="o1"))
        assert [actions.deliver(after(at)) for at in (0, 10, 70)] == [0, 0, 1]
    finally:
        (home.root / "channels.yaml").unlink()
    assert sorted(city.providers.posts) == [("staff", "n"), ("visit", "n")], "who heard it is not told again"
    assert Message.objects.get(key="n").state == "sent"


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
@pytest.mark.parametrize(
    "odd",
    ['"x": NaN', '"x": 1e999', f'"x": {"[" * 30_000}', '"receipt_id": "\\ud83d"', '"at": "0001-01-01T00:00:00+14:00"',
     '"at": "9999-12-31T23:59:59-12:00"'],
    ids=["no number", "too large a number", "too deep", "half an emoji", "the first day", "the last day"],
)  # fmt: skip
def test_a_receipt_that_no_record_can_hold_is_refused_and_no_error_of_the_server(odd: str) -> None:
    actions.send("sms", key="k", now=NOON, order=order(2))
    answer = hand_in(
        "sms", f'{{"receipt_id": "r", "key": "k", "at": "2026-03-02T12:01:00+08:00", "stat": "DELIVRD", {odd}}}'
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "receipt.form")
    assert not Receipt.objects.exists()


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
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
                delivering.post(delivering.claim(now), now)
            else:
                city.receipts(now)
        assert succeeded <= 1
        assert len(city.providers.taken) <= 1, "tries under several keys would be several messages"
        assert Message.objects.count() <= 1
        if city.providers.taken and succeeded == 0:
            assert Message.objects.get().state in ("queued", "delivered", "failed")
        transaction.set_rollback(True)
