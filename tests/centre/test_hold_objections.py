"""An objection to a hold: by receipt or at a counter, decided in time by somebody else, and the page tells strangers nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre import clock
from fanzha.centre.dissuasion.models import Breach, Order
from fanzha.centre.holds import actions
from fanzha.centre.holds.models import Hold, Objection
from fanzha.deadlines import due
from fanzha.refusal import Refusal
from tests.centre import teachers_holds
from tests.centre.teachers_holds import CARD, NOW, card, held, in_force, minutes, phone

people = teachers_holds.people
order = teachers_holds.order
sent = teachers_holds.sent

pytestmark = pytest.mark.django_db


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


def test_at_a_counter_a_second_objection_is_not_said_to_be_written_down(
    order: Order, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold, client = held(order, people), Client(headers={"Accept-Language": "en"})
    client.force_login(people["bank"])
    said = {"identifier": CARD, "identity": "bank_check", "said": "我没有被骗"}
    monkeypatch.setattr(clock, "now", lambda: minutes(3))
    assert "Written down" in client.post("/holds/counter/", said).text
    monkeypatch.setattr(clock, "now", lambda: minutes(30))
    page = client.post("/holds/counter/", said | {"said": "收款人是我儿子"}).text
    assert "Written down" not in page
    assert "An objection was made on 03-02 12:03 already (being verified)" in page
    assert Objection.objects.get(hold=hold).said == "我没有被骗"


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
