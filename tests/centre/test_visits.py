"""The officer's visit: whom the address is shown to and how long, what a report must hold, and which time counts."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as some

from fanzha.centre.access import vault
from fanzha.centre.access.models import AuditEntry, VaultEntry
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Breach, Clock, Contact, Order, Task
from fanzha.centre.duty import actions as duty
from fanzha.centre.holds import actions as holds
from fanzha.centre.people.models import Holding
from fanzha.centre.visits import actions, form
from fanzha.centre.visits.models import Visit
from fanzha.refusal import Refusal
from tests.centre.demo_staff import demo_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TEACHER, NUMBER, ADDRESS = "p-teacher", "n-teacher", "右江区城北路 1 号(虚构)"
JPEG = b"\xff\xd8\xff" + bytes(100)


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


@pytest.fixture
def people() -> dict[str, User]:
    return demo_staff("operator", "officer", "analyst", "leader")


def warned() -> Order:
    """A teacher at level 1 in the officer's county, with a number that the vault knows."""
    told = {"reasons": [{"indicator": "W01", "text_zh": "与涉诈号码通话", "text_en": "A fraud call"}]}
    one = dissuasion.Incoming(dissuasion.OWN, "w1", TEACHER, "person", 1, NOW, told, 0.7, place="451002")
    values = {"kind": ["person", "number"], "token": [TEACHER, NUMBER], "value": ["P000001", "+8615400000001"]}
    vault.remember(pl.DataFrame(values))
    Holding.objects.create(token=NUMBER, kind="number", holder=TEACHER)
    return dissuasion.open_orders([one], NOW)[0]


@pytest.fixture
def order(people: dict[str, User]) -> Order:
    """Signed in by the operator, who gave an address; the visit is in the officer's hands."""
    found = warned()
    dissuasion.take(found.order_id, people["operator"], NOW)
    actions.give_address(found.order_id, people["operator"], NOW, ADDRESS)
    actions.take(Task.objects.get(kind="visit").pk, people["officer"], NOW)
    return found


def reported(met: float = 20, sent: float = 20, **more: Any) -> dict[str, Any]:
    """What a phone sends: `met` and `sent` in minutes by its own clock."""
    return {
        "visit_id": str(uuid.UUID(int=7)),
        "result": "met",
        "looks": dict.fromkeys(form.LOOKS, "nothing"),
        "questions": {"why_transfer": "投资", "to_strangers": "yes", "who_told": "群里的老师"},
        "protection_wanted": True,
        "note": "",
        "photo": None,
        "place": {"latitude": 23.90217, "longitude": 106.61844},
        "met_at": minutes(met).isoformat(),
        "sent_at": minutes(sent).isoformat(),
        "confirmed": True,
        **more,
    }


def another_officer() -> User:
    """A second officer of the same station."""
    found = User.objects.create_user("second-officer")
    found.groups.set(User.objects.get(username="demo-officer").groups.all())
    duty.place_in(found, "station-451002")
    return found


def close(order: Order, people: dict[str, User], at: float = 30) -> None:
    """The operator ends the order by phone."""
    operator = people["operator"]
    dissuasion.record_contact(order.order_id, operator, minutes(at), "answered")
    said = {"who_said": "person", "exception": "电话中已核实"}
    dissuasion.record_outcome(order.order_id, operator, minutes(at), "D01", **said)


def test_the_holder_of_the_visit_sees_the_address_with_a_record_and_nobody_else_does(
    order: Order, people: dict[str, User]
) -> None:
    told = actions.open_visit(order.order_id, people["officer"], NOW)
    assert (told["who"], told["numbers"], told["address"]) == ("P000001", ["+8615400000001"], ADDRESS)
    shown = AuditEntry.objects.filter(action="unmask", subject=order.order_id)
    assert set(shown.values_list("actor__username", "reason")) == {("demo-officer", f"visit of order {order.order_id}")}
    for name in ("operator", "analyst", "leader"):
        with pytest.raises(PermissionDenied):
            actions.open_visit(order.order_id, people[name], NOW)


def test_when_the_order_closes_the_address_is_forgotten_and_the_phone_is_told_to_forget(
    order: Order, people: dict[str, User]
) -> None:
    close(order, people)
    with pytest.raises(Refusal, match="this visit is over"):
        actions.open_visit(order.order_id, people["officer"], minutes(31))
    assert not VaultEntry.objects.filter(kind="address").exists()
    client = Client()
    client.post("/access/demo/officer/")
    page = f"/visits/{order.order_id}/"
    answers = [client.get(page), client.get(page + "state"), client.post(page + "open")]
    assert [answer.status_code for answer in answers] == [410, 410, 410]


def test_a_key_is_of_one_visit_alone_and_the_same_when_asked_again(order: Order, people: dict[str, User]) -> None:
    first = actions.open_visit(order.order_id, people["officer"], NOW)["key"]
    assert actions.open_visit(order.order_id, people["officer"], minutes(5))["key"] == first
    actions.give_back(order.order_id, people["officer"], NOW)
    actions.take(Task.objects.get(kind="visit").pk, people["officer"], minutes(6))
    assert actions.open_visit(order.order_id, people["officer"], minutes(6))["key"] != first
    assert len(base64.b64decode(first)) == 32


def test_a_report_of_a_meeting_moves_the_order_and_stops_its_clock_at_the_time_of_the_meeting(
    order: Order, people: dict[str, User]
) -> None:
    visit = actions.report(order.order_id, people["officer"], minutes(21), reported(met=20, sent=21))
    assert (Order.objects.get().state, Order.objects.get().met_at) == ("met", minutes(20))
    assert Clock.objects.get(step="in_person").met_at == minutes(20)
    assert Task.objects.get(kind="visit").state == "done"
    assert (visit.latitude, visit.longitude, visit.protection_wanted) == (23.9, 106.62, True)


def test_protection_wanted_at_the_door_asks_for_a_hold_of_the_account_the_money_left_from_and_a_second_person_decides(
    order: Order, people: dict[str, User]
) -> None:
    for token in ("a-one", "a-two"):
        Holding.objects.create(token=token, kind="account", holder=order.subject, carrier="合成银行")
    basis = order.bases.get()
    basis.told["events"] = [{"table": "payments", "payer": "a-two", "payee": "a-else"}]
    basis.save()
    actions.report(order.order_id, people["officer"], minutes(21), reported())
    actions.report(order.order_id, people["officer"], minutes(22), reported())
    hold = order.holds.get()
    assert (hold.target, hold.state, hold.decider, hold.reason) == ("a-two", "requested", people["officer"], "visit")
    with pytest.raises(PermissionDenied):
        holds.approve(hold.pk, people["officer"], minutes(23))
    assert holds.approve(hold.pk, people["leader"], minutes(23)).state == "approved"
    assert not AuditEntry.objects.filter(action="protection_not_asked").exists()


def test_protection_that_cannot_be_asked_for_is_written_down(order: Order, people: dict[str, User]) -> None:
    actions.report(order.order_id, people["officer"], minutes(21), reported())
    assert not order.holds.exists()
    assert AuditEntry.objects.get(action="protection_not_asked").reason == "no account of the person is known"
    with pytest.raises(PermissionDenied):
        holds.request(order.order_id, people["analyst"], NOW, "a-one", "visit")
    assert not AuditEntry.objects.filter(action="hold_requested").exists()


def test_what_is_sent_again_adds_nothing_and_is_answered_the_same(order: Order, people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["officer"])
    path, said = f"/visits/{order.order_id}/report", reported()
    first = client.post(path, said, content_type="application/json")
    again = client.post(path, {**said, "sent_at": minutes(50).isoformat()}, content_type="application/json")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert (Visit.objects.count(), Contact.objects.count()) == (1, 1)
    other = client.post(path, {**said, "note": "别的"}, content_type="application/json")
    assert (other.status_code, other.json()["error"]["code"]) == (409, "visit.changed")


def test_a_clock_that_is_far_off_is_recorded_and_the_arrival_counts(order: Order, people: dict[str, User]) -> None:
    visit = actions.report(order.order_id, people["officer"], minutes(90), reported(met=30, sent=40))
    assert (visit.skew_s, visit.phone_met_at, visit.counted_at) == (3000, minutes(30), minutes(90))
    assert Clock.objects.get(step="in_person").late


def test_a_meeting_in_time_that_was_reported_late_is_no_breach(order: Order, people: dict[str, User]) -> None:
    dissuasion.find_breaches(minutes(70))
    assert Breach.objects.filter(step="in_person", reason="").exists()
    actions.report(order.order_id, people["officer"], minutes(90), reported(met=30, sent=90))
    clock = Clock.objects.get(step="in_person")
    assert (clock.met_at, clock.late) == (minutes(30), False)
    assert "met in time" in Breach.objects.get(step="in_person").reason


@limits(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(met=some.integers(-500, 500), sent=some.integers(-500, 500), arrived=some.integers(0, 400))
def test_no_phone_makes_a_visit_count_before_it_was_taken_or_after_it_arrived(
    met: int, sent: int, arrived: int
) -> None:
    said = form.read_report(reported(met=met, sent=sent))
    counts = form.counted(said, NOW, minutes(arrived))
    assert NOW <= counts <= minutes(arrived)
    if abs(arrived - sent) > 5:
        assert counts == minutes(arrived)


def test_a_door_that_nobody_opened_is_an_attempt_and_the_visit_stays_in_hand(
    order: Order, people: dict[str, User]
) -> None:
    said = reported(result="not_at_home", looks={}, questions={}, note="邻居说晚上回来")
    actions.report(order.order_id, people["officer"], minutes(20), said)
    contact = Contact.objects.get()
    assert (contact.channel, contact.contact, contact.note) == ("visit", "rang_out", "not_at_home: 邻居说晚上回来")
    assert Task.objects.get(kind="visit").state == "held"
    running = set(Clock.objects.filter(met_at=None).values_list("step", flat=True))
    assert {"first_call", "in_person"} <= running


def test_a_visit_before_anybody_signed_the_order_in_stops_its_clock_and_is_entered_afterwards(
    people: dict[str, User],
) -> None:
    order = warned()
    actions.take(Task.objects.get(kind="visit").pk, people["officer"], NOW)
    actions.report(order.order_id, people["officer"], minutes(4), reported(met=4, sent=4))
    assert (Order.objects.get().state, Clock.objects.get(step="in_person").met_at) == ("created", minutes(4))
    assert actions.enter_waiting(minutes(5)) == 0
    dissuasion.take(order.order_id, people["operator"], minutes(5))
    assert [actions.enter_waiting(minutes(6)), actions.enter_waiting(minutes(7))] == [1, 0]
    assert (Order.objects.get().state, Order.objects.get().met_at) == ("met", minutes(4))


@pytest.mark.parametrize("taken_by_another", [False, True])
def test_a_report_from_before_the_sign_in_is_entered_though_the_visit_was_put_back(
    people: dict[str, User], taken_by_another: bool
) -> None:
    order, task = warned(), Task.objects.get(kind="visit")
    actions.take(task.pk, people["officer"], NOW)
    said = reported(4, 4, result="not_at_home", looks={}, questions={})
    actions.report(order.order_id, people["officer"], minutes(4), said)
    actions.give_back(order.order_id, people["officer"], minutes(5))
    if taken_by_another:
        actions.take(task.pk, another_officer(), minutes(6))
    dissuasion.take(order.order_id, people["operator"], minutes(7))
    assert [actions.enter_waiting(minutes(8)), actions.enter_waiting(minutes(9))] == [1, 0]
    contact, visit = Contact.objects.get(), Visit.objects.get()
    assert (contact.by, contact.at, contact.contact) == (people["officer"], minutes(4), "rang_out")
    assert (visit.after_end, visit.entered_at) == (False, minutes(8))


def test_a_report_that_comes_after_the_end_is_kept_and_changes_nothing(order: Order, people: dict[str, User]) -> None:
    close(order, people)
    client = Client()
    client.force_login(people["officer"])
    path = f"/visits/{order.order_id}/report"
    answers = [client.post(path, reported(), content_type="application/json") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert (Visit.objects.get().after_end, Order.objects.get().state) == (True, "closed")
    assert Order.objects.get().met_at is None


def test_a_late_report_of_the_visit_before_does_not_end_the_visit_of_an_order_that_was_opened_again(
    order: Order, people: dict[str, User]
) -> None:
    close(order, people)
    again = dissuasion.Incoming("ICBC", "c1", TEACHER, "person", 1, minutes(60), {"reasons": []}, kind="fund")
    dissuasion.open_orders([again], minutes(60))
    dissuasion.take(order.order_id, people["operator"], minutes(61))
    second = Task.objects.get(kind="visit", state="open")
    actions.take(second.pk, people["officer"], minutes(62))
    visit = actions.report(order.order_id, people["officer"], minutes(70), reported(met=20, sent=70))
    assert (visit.after_end, Order.objects.get().met_at, Task.objects.get(pk=second.pk).state) == (True, None, "held")
    now = reported(met=80, sent=80, visit_id=str(uuid.UUID(int=8)))
    actions.report(order.order_id, people["officer"], minutes(80), now)
    assert Order.objects.get().met_at == minutes(80)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"confirmed": False}, "confirmed"),
        ({"visit_id": "7"}, "visit_id"),
        ({"result": "asleep"}, "result"),
        ({"looks": {}}, "calls_and_messages"),
        ({"questions": {"why_transfer": "x", "who_told": "y"}}, "to_strangers"),
        ({"met_at": "2026-03-02T12:00"}, "met_at"),
        ({"photo": {"jpeg": base64.b64encode(JPEG).decode()}}, "photo"),
        ({"met_at": "0001-01-01T00:00:00+14:00"}, "met_at"),
        ({"photo": {"consent": True, "jpeg": base64.b64encode(JPEG * 9000).decode()}}, "photo"),
        ({"photo": {"consent": True, "jpeg": "照片"}}, "photo"),
        ({"place": {"latitude": 1000, "longitude": 0}}, "place"),
        ({"note": "长" * 1001}, "note"),
    ],
)
def test_a_report_that_lacks_something_is_refused_with_the_name_of_the_field(
    change: dict[str, Any], where: str
) -> None:
    with pytest.raises(Refusal) as refused:
        form.read_report(reported(**change))
    assert refused.value.where == where


@pytest.mark.parametrize("note", ['"\\ud83d"', "NaN", "[" * 30_000], ids=["half an emoji", "no number", "too deep"])
def test_a_report_that_no_record_can_hold_is_refused_so_that_the_phone_says_so(
    order: Order, people: dict[str, User], note: str
) -> None:
    client = Client()
    client.force_login(people["officer"])
    sent = f'{{"note": {note}, {json.dumps({**reported(), "note": None})[1:]}'
    sent = sent.replace(', "note": null', "")
    answer = client.post(f"/visits/{order.order_id}/report", sent, content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "visit.report")


def test_a_photo_lies_sealed_is_shown_for_a_reason_on_record_and_forgotten_in_time(
    order: Order, people: dict[str, User]
) -> None:
    photo = {"consent": True, "jpeg": base64.b64encode(JPEG).decode()}
    visit = actions.report(order.order_id, people["officer"], minutes(20), reported(photo=photo))
    assert JPEG not in bytes(Visit.objects.get().photo)
    with pytest.raises(Refusal, match="what the photo is needed for"):
        actions.show_photo(visit.visit_id, people["analyst"], " ", minutes(30))
    assert actions.show_photo(visit.visit_id, people["analyst"], "核对身份", minutes(30)) == JPEG
    assert AuditEntry.objects.filter(action="visit_photo", reason="核对身份").count() == 1
    assert [actions.forget_photos(NOW + timedelta(days=days)) for days in (29, 31, 32)] == [0, 1, 0]
    assert Visit.objects.get().photo is None


def test_a_visit_is_taken_once_and_by_an_officer_of_its_unit(people: dict[str, User]) -> None:
    warned()
    task = Task.objects.get(kind="visit")
    for name in ("operator", "analyst", "leader"):
        with pytest.raises(PermissionDenied):
            actions.take(task.pk, people[name], NOW)
    duty.place_in(people["officer"], "station-451081")
    with pytest.raises(Refusal, match="waits for another unit"):
        actions.take(task.pk, people["officer"], NOW)
    duty.place_in(people["officer"], "station-451002")
    actions.take(task.pk, people["officer"], NOW)
    with pytest.raises(Refusal, match="is taken"):
        actions.take(task.pk, people["officer"], NOW)


def test_a_visit_to_somebody_whose_place_nobody_knows_is_taken_by_an_officer_of_any_station(
    people: dict[str, User],
) -> None:
    one = dissuasion.Incoming(dissuasion.OWN, "w1", TEACHER, "person", 1, NOW, {"reasons": []}, 0.7)
    order = dissuasion.open_orders([one], NOW)[0]
    client = Client()
    client.force_login(people["officer"])
    task = Task.objects.get(kind="visit")
    assert f"/visits/take/{task.pk}" in client.get("/visits/").content.decode()
    assert client.post(f"/visits/take/{task.pk}").headers["Location"] == f"/visits/{order.order_id}/"


def test_signing_out_tells_the_browser_to_forget_what_it_kept(people: dict[str, User]) -> None:
    client = Client()
    client.force_login(people["officer"])
    assert client.post("/access/sign-out/").headers["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_answer_in_both_languages_and_hold_nothing_of_the_person(
    order: Order, people: dict[str, User], language: str
) -> None:
    client = Client(headers={"Accept-Language": language})
    assert client.get("/visits/").status_code == 302
    client.force_login(people["officer"])
    chinese = language == "zh-hans"
    for path in ("/visits/", "/visits/shell/", "/visits/shell/list/", f"/visits/{order.order_id}/"):
        page = client.get(path)
        assert page.status_code == 200, path
        assert ("我的上门" in page.text) == chinese
        assert [word for word in (ADDRESS, "15400000001", "P000001") if word in page.text] == []
    script = client.get("/visits/worker.js")
    assert script.headers["Content-Type"] == "text/javascript"
    client.force_login(people["leader"])
    assert client.get("/visits/").status_code == 403


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_the_order_shows_what_the_officer_reported(
    order: Order, people: dict[str, User], language: str
) -> None:
    actions.report(order.order_id, people["officer"], minutes(20), reported())
    client = Client(headers={"Accept-Language": language})
    client.force_login(people["operator"])
    page = client.get(f"/dissuasion/{order.order_id}/").text
    for words in (form.RESULTS["met"], form.LOOKS["fraud_apps"], form.QUESTIONS["who_told"], form.CHOICES["yes"]):
        assert words.in_language(language) in page
    assert "群里的老师" in page
    assert ADDRESS not in page
