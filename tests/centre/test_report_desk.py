"""The desk for couriers, shops and banks: a report is graded, answered at once, and its reporter hears what became of it."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre.access import vault
from fanzha.centre.channels.models import Message
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.inbox import actions, queries, words
from fanzha.centre.inbox.models import Pushed, Report
from tests.centre import handed_down
from tests.centre.handed_down import NOW

empty_home = handed_down.empty_home
people = handed_down.people


@pytest.mark.parametrize(
    ("told", "level"),
    [
        (words.Told("courier", "cash", 20_000_000, "no"), 1),
        (words.Told("courier", "cash", 4_999_999, "no"), 2),
        (words.Told("gold_shop", "gold", 100_000, "unknown"), 1),
        (words.Told("bank", "transfer", 20_000_000, "yes"), 2),
        (words.Told("ride", "other", 0, "yes", under_way=True), 1),
    ],
)
def test_a_report_is_graded_by_the_dated_rules(told: words.Told, level: int) -> None:
    assert words.level_of_report(told, NOW) == level


def test_a_courier_with_cash_for_a_stranger_gets_an_answer_and_the_order_is_open(people: dict[str, User]) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["operator"])
    said = {
        "form": "form-1", "reporter": "courier", "item": "cash", "yuan": "200,000", "recipient": "no", "place": "451002",
        "where": "某小区门口", "number": "154 0000 0009", "call_back": "15400000010",
    }  # fmt: skip
    answer = client.post("/inbox/desk/", said)
    assert client.post("/inbox/desk/", said)["Location"] == answer["Location"]
    page = client.get(answer["Location"]).text
    for text in ("请先不要送出", "Do not deliver it", "96110"):
        assert text in page
    order = Order.objects.get()
    assert (order.level, order.unit, order.source) == (1, "county-451002", "desk")
    assert Pushed.objects.get().subject == vault.keep("number", "15400000009")
    assert "现金 200,000.00 元" in client.get(f"/dissuasion/{order.order_id}/").text


@pytest.mark.parametrize(
    ("code", "words_zh"), [("D01", "感谢您及时停手"), ("D06", "可以正常办理"), ("D09", "我们已处理")]
)
def test_a_reporter_hears_what_became_of_it_by_message_and_on_the_page_and_nothing_of_the_customer(
    people: dict[str, User], code: str, words_zh: str
) -> None:
    settings_of_channels = django_settings.HOME.root / "channels.yaml"
    settings_of_channels.write_text('sms: {address: "http://127.0.0.1:9"}\n')
    try:
        told = words.Told("courier", "cash", 20_000_000, "no")
        numbers = {"number": "15400000009", "call_back": "15400000010"}
        made = actions.report(people["operator"], told, NOW, "form-1", place="451002", **numbers)
        quiet = actions.report(people["operator"], told, NOW, "form-2", place="451002", number="15400000011")
        for report in (made, quiet):
            report.pushed.refresh_from_db()
            order_id = report.pushed.order.order_id
            dissuasion.take(order_id, people["operator"], NOW)
            dissuasion.record_contact(order_id, people["operator"], NOW, "answered")
            said = {"who_said": "person", "evidence": "screen", "exception": "电话中已核实"}
            assert queries.closings_of(report) == []
            dissuasion.record_outcome(order_id, people["operator"], NOW, code, **said)
    finally:
        settings_of_channels.unlink()
    message = Message.objects.get(channel="sms", order=None)
    assert message.recipient == vault.keep("number", "15400000010")
    assert words_zh in message.text_zh
    assert "15400000009" not in message.text_zh + message.text_en
    told_by = {one.form: queries.closings_of(one)[0].sent for one in Report.objects.all()}
    assert told_by["form-1"] is not None
    assert told_by["form-2"] is None
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["operator"])
    assert words_zh in client.get("/inbox/desk/form-1/").text
    assert "tell the reporter" in client.get("/inbox/desk/form-2/").text
    assert "Answered" in client.get("/inbox/desk/").text


def test_a_banks_own_staff_report_and_see_only_their_reports(people: dict[str, User]) -> None:
    told = words.Told("gold_shop", "gold", 100_000_00, "no")
    others = actions.report(people["operator"], told, NOW, "form-a")
    client = Client()
    client.force_login(people["bank"])
    said = {"form": "form-b", "reporter": "bank", "item": "transfer", "yuan": "9000", "recipient": "unknown"}
    answer = client.post("/inbox/desk/", said)
    assert "请马上拨打110" in client.get(answer["Location"]).text
    assert client.get(f"/inbox/desk/{others.form}/").status_code == 403
    assert others.form not in client.get("/inbox/desk/").text
    assert client.get("/inbox/").status_code == 403
    assert client.post("/inbox/desk/", {**said, "form": "c", "yuan": "many"}).status_code == 409
    client.force_login(people["officer"])
    assert client.get("/inbox/desk/").status_code == 403


@pytest.mark.parametrize("yuan", ["1e300", "-1", "nan", "99999999999999999"])
def test_an_amount_that_nobody_has_is_refused_on_the_page(people: dict[str, User], yuan: str) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(people["operator"])
    said = {"form": "form-2", "reporter": "courier", "item": "cash", "yuan": yuan, "recipient": "no"}
    assert client.post("/inbox/desk/", said).status_code == 409
    assert not Report.objects.exists()
