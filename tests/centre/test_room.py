"""The operators' room through its pages: on and off duty, what waits, corrections, and orders that arrive by themselves."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre import clock
from fanzha.centre.dissuasion import actions, live, queries
from fanzha.centre.dissuasion.models import Breach, LevelChange, Order, Transfer
from fanzha.centre.duty.models import Member
from tests.centre.demo_staff import demo_staff

TOLD = {
    "reasons": [{"indicator": "V08", "text_zh": "通话期间付款", "text_en": "Paid during a call"}],
    "events": [],
    "related": [],
}


NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def opened(name: str = "a", level: int = 2, minutes_ago: float = 1, place: str = "") -> Order:
    at = NOW - timedelta(minutes=minutes_ago)
    one = actions.Incoming(actions.OWN, name, f"p-{name}", "person", level, at, TOLD, place=place)
    return actions.open_orders([one], at)[0]


@pytest.fixture
def people() -> dict[str, User]:
    return demo_staff("operator", "leader", "bank")


def signed_in(role: str, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.post(f"/access/demo/{role}/")
    return client


@pytest.mark.django_db
def test_what_is_due_first_stands_first_with_words_for_state_and_time(people: dict[str, User]) -> None:
    opened("calm", 3)
    opened("late", 2, minutes_ago=20)
    opened("soon", 1)
    assert [line.order.subject for line in queries.room(people["operator"], NOW)] == ["p-late", "p-soon", "p-calm"]
    text = signed_in("operator", "zh-hans").get("/dissuasion/").text
    assert text.index("超 10:00") < text.index("剩 4:00")
    assert "待接单" in text
    assert "created" not in text


@pytest.mark.django_db
def test_a_shift_begins_and_ends_with_one_button(people: dict[str, User]) -> None:
    client = signed_in("operator")
    client.post("/dissuasion/room/on")
    assert Member.objects.get(user=people["operator"]).on_duty
    assert "Orders are offered to you." in client.get("/dissuasion/").text
    client.post("/dissuasion/room/off")
    assert not Member.objects.get(user=people["operator"]).on_duty


@pytest.mark.django_db
def test_breaches_transfers_lowerings_and_follow_ups_wait_in_the_room_until_they_are_answered(
    people: dict[str, User],
) -> None:
    operator = people["operator"]
    order = opened(minutes_ago=12)
    actions.find_breaches(NOW)
    away = opened("away", 3, place="451022")
    actions.offer_transfer(away.order_id, people["leader"], "city", "人在市区", NOW)
    actions.propose_lower(order.order_id, people["leader"], 3, "已核实", NOW)
    client = signed_in("operator")
    text = client.get("/dissuasion/").text
    for said in (
        "Missed limits to explain",
        "Offered by other units",
        "Levels to confirm",
        "人在市区",
        "High → Medium",
    ):
        assert said in text
    client.post(f"/dissuasion/room/breach/{Breach.objects.get().pk}", {"reason": "线路故障"})
    client.post(f"/dissuasion/room/transfer/{Transfer.objects.get().pk}", {"accept": "1"})
    again = client.post(f"/dissuasion/room/breach/{Breach.objects.get().pk}", {"reason": "x"})
    assert (again.status_code, "explained already" in again.text) == (409, True)
    assert Breach.objects.get().reason == "线路故障"
    assert Order.objects.get(pk=away.pk).unit == "city"
    assert LevelChange.objects.get(granted=None).by == people["leader"]
    actions.take(order.order_id, operator, NOW)
    actions.record_contact(order.order_id, operator, NOW, "answered")
    actions.record_outcome(order.order_id, operator, NOW, "D01", who_said="person", exception="elsewhere")
    order.tasks.filter(kind="follow_up").update(begins_at=NOW)
    task = order.tasks.filter(kind="follow_up").first()
    client.post(f"/dissuasion/room/follow_up/{task.pk}", {"contact": "answered"})
    task.refresh_from_db()
    assert (task.state, task.result) == ("done", "answered")
    assert client.post("/dissuasion/room/lowering/999999", {"grant": "1"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("people")
def test_refusals_and_the_history_are_said_in_the_readers_language_and_amounts_are_amounts() -> None:
    order = opened(level=3)
    client = signed_in("operator", "zh-hans")
    page = f"/dissuasion/{order.order_id}/"
    client.post(page + "take")
    client.post(page + "contact", {"contact": "answered"})
    assert "还需要：谁说的" in client.post(page + "outcome", {"code": "D01"}).text
    said = {"code": "D01", "who_said": "person", "yuan": "很多", "evidence": "screen"}
    assert "请填写金额" in client.post(page + "outcome", said).text
    client.post(page + "outcome", {**said, "yuan": "20,000.50"})
    assert order.results.get().amount_fen == 2_000_050
    client.post(page + "correct", {"code": "D03", "who_said": "person", "reason": "当事人承认已转账"})
    assert [one.code for one in order.results.order_by("id")] == ["D01", "D03"]
    text = client.get(page).text
    for word in ("联系: 接通", "更正结果", "¥20,000.50"):
        assert word in text


@pytest.mark.django_db
@pytest.mark.usefixtures("people")
def test_banks_see_no_room_and_send_nothing_to_it() -> None:
    order = opened()
    client = signed_in("bank")
    assert client.get("/dissuasion/").status_code == 403
    assert client.get("/dissuasion/stream").status_code == 403
    task = order.tasks.get(kind="call")
    assert client.post(f"/dissuasion/room/task/{task.pk}").status_code == 403
    assert client.post(f"/dissuasion/{order.order_id}/transfer", {"target": "city", "reason": "x"}).status_code == 403


@pytest.mark.django_db
@pytest.mark.usefixtures("people")
def test_an_order_that_comes_while_the_list_is_read_is_on_the_page_or_sent_by_its_feed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened("early")
    client, read = signed_in("operator"), queries.room

    def slowly(user: User, now: datetime) -> list[queries.Line]:
        found = read(user, now)
        opened("meanwhile", 1)
        return found

    monkeypatch.setattr(queries, "room", slowly)
    page = client.get("/dissuasion/")
    on_it = {line.order.subject for line in page.context["lines"]}
    sent = {one.subject for one in queries.changed_after(page.context["change"])}
    assert "p-meanwhile" in on_it | sent


@pytest.mark.django_db(transaction=True)
def test_an_order_arrives_by_itself_is_sent_again_after_a_cut_and_to_others_only_its_leaving(
    people: dict[str, User],
) -> None:
    operator = people["operator"]

    async def read(after: int | None, user_id: int, unit: str, act=None) -> bytes:  # type: ignore[no-untyped-def]
        feed = live.FEED.follow("en", after, live.wanted_by(user_id, unit))
        try:
            first = await asyncio.wait_for(anext(feed), 60)
            if act is None:
                return first
            assert first == b": here\n\n"
            await sync_to_async(act)()
            return await asyncio.wait_for(anext(feed), 60)
        finally:
            await feed.aclose()

    told = asyncio.run(read(None, operator.pk, "city", opened)).decode()
    order = Order.objects.get()
    assert f"id: {order.changed}\nevent: order\n" in told
    assert f'id="{order.order_id}"' in told
    assert asyncio.run(read(0, operator.pk, "city")).decode() == told
    elsewhere = asyncio.run(read(0, operator.pk, "county-451022")).decode()
    assert elsewhere == f"id: {order.changed}\nevent: gone\ndata: {order.order_id}\n\n"
