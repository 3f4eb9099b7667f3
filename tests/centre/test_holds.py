"""A protective hold: two people decide it, it leaves money to live on, it tells the person, and it always ends."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client

from fanzha.centre.access import audit
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Breach, Order, Task
from fanzha.centre.duty import actions as duty
from fanzha.centre.holds import actions, queries, terms
from fanzha.centre.holds.models import Hold, Objection
from fanzha.refusal import Refusal
from tests.centre import teachers_holds
from tests.centre.teachers_holds import CARD, NOW, card, held, in_force, minutes, phone, succeeded

people = teachers_holds.people
order = teachers_holds.order
sent = teachers_holds.sent

pytestmark = pytest.mark.django_db


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


def test_a_bank_that_puts_in_force_what_was_lifted_meanwhile_has_not_undone_it(
    order: Order, people: dict[str, User]
) -> None:
    hold, client = held(order, people), Client()
    client.force_login(people["bank"])
    actions.lift(hold.pk, people["leader"], minutes(3), "本人已核实")
    assert client.post(f"/holds/{hold.pk}/confirm", {"what": "in_force"}).status_code == 409
    assert Hold.objects.get().undone_at is None
    client.post(f"/holds/{hold.pk}/confirm", {"what": "undone"})
    assert Hold.objects.get().undone_at is not None


def test_a_shift_hands_over_what_is_held_also_while_the_bank_has_not_undone_it(
    order: Order, people: dict[str, User]
) -> None:
    hold = held(order, people)
    due = lambda at: [one.due_at for one in queries.for_handover("city", minutes(at))]  # noqa: E731
    assert due(2) == [hold.until]
    actions.lift(hold.pk, people["leader"], minutes(3), "本人已核实")
    assert due(4) == [minutes(33)]
    actions.confirm(hold.pk, people["bank"], minutes(5))
    assert due(6) == []


def test_what_a_bank_has_not_undone_waits_for_it_however_many_holds_came_after_it(
    order: Order, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "LONGEST_LIST", 0)
    hold = held(order, people)
    actions.lift(hold.pk, people["leader"], minutes(3), "本人已核实")
    assert [line.hold for line in queries.to_do(people["bank"], minutes(4))] == [hold]


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
    clients["bank"].post(f"{address}confirm", {"what": "in_force"})
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
