"""From a warning to an outcome and a figure: what people may do with an order, and what is written down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client

from fanzha.centre.access import audit, vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.dissuasion import actions, figures, queries
from fanzha.centre.dissuasion.models import Breach, Clock, Order, Task
from fanzha.centre.duty import actions as duty
from fanzha.centre.people.models import Holding
from fanzha.metrics import FIGURES
from fanzha.refusal import Refusal
from tests.centre.demo_staff import demo_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TEACHER = "p-teacher"


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def warned(name: str = "w1", subject: str = TEACHER, level: int = 2, at: float = 0, **more: Any) -> actions.Incoming:
    reason = {
        "indicator": "W01",
        "value": 1.0,
        "threshold": 1.0,
        "text_zh": "与涉诈号码通话",
        "text_en": "A fraud call",
    }
    told = {"reasons": [reason], "events": [], "related": []}
    return actions.Incoming(actions.OWN, name, subject, "person", level, minutes(at), told, 0.7, **more)


def opened(*incoming: actions.Incoming) -> Order:
    return actions.open_orders(incoming or [warned()], incoming[-1].issued_at if incoming else NOW)[-1]


@pytest.fixture
def people() -> dict[str, User]:
    return demo_staff("operator", "officer", "analyst", "leader")


def due_of(order: Order) -> dict[str, datetime]:
    return {
        clock.step: clock.due_at for clock in order.clocks.filter(met_at=None, passed_over=False).order_by("-due_at")
    }


def test_an_order_begins_with_its_clocks_and_at_the_urgent_levels_the_car_leaves_while_the_phone_rings() -> None:
    order = opened()
    assert due_of(order) == {
        "sign_in": minutes(10), "first_call": minutes(15), "in_person": minutes(120), "feedback": minutes(360)
    }  # fmt: skip
    assert sorted(order.tasks.values_list("kind", flat=True)) == ["call", "visit"]


def test_all_that_comes_for_one_person_within_a_day_is_one_order() -> None:
    first = opened()
    assert opened(warned("w2", at=30, level=3)) == first
    assert actions.open_orders([warned("w2", at=30)], minutes(30)) == []
    assert opened(warned("w3", subject="p-other", at=30)) != first


def test_a_raised_level_runs_its_clocks_from_the_raise_and_the_earliest_counts() -> None:
    opened()
    order = opened(warned("w2", level=1, at=8))
    assert order.level == 1
    assert due_of(order)["sign_in"] == minutes(10)
    assert due_of(order)["in_person"] == minutes(68)


def test_an_order_from_taking_to_a_person_kept_from_loss(people: dict[str, User]) -> None:
    operator = people["operator"]
    order = opened()
    actions.take(order.order_id, operator, NOW)
    actions.record_contact(order.order_id, operator, NOW, "answered", note="说明了情况")
    with pytest.raises(Refusal, match="D01 needs: who_said, exception"):
        actions.record_outcome(order.order_id, operator, NOW, "D01")
    actions.record_outcome(order.order_id, operator, NOW, "D01", who_said="person", exception="人在外地，电话已核实")
    begin, end = queries.day_of(NOW)
    found = {name: figures.count(name, begin, end) for name in FIGURES}
    assert (found["pushed"], found["taken"], found["reached"], found["protected"], found["open"]) == (
        1, 1, 1, 1, 0,
    )  # fmt: skip
    assert [entry.action for entry in AuditEntry.objects.all()] == ["take", "contact", "outcome"]
    assert audit.broken_at() is None
    assert Task.objects.filter(kind="follow_up").count() == 3


def test_being_told_only_is_never_counted_as_kept_from_loss() -> None:
    order = opened(warned(level=4))
    actions.conclude_automatically(order.order_id, NOW, "D00", "voice")
    assert figures.count("protected", *queries.day_of(NOW)) == 0
    assert Order.objects.get().state == "closed"


def test_a_person_not_found_for_now_stays_open(people: dict[str, User]) -> None:
    order = opened()
    actions.take(order.order_id, people["operator"], NOW)
    actions.record_outcome(order.order_id, people["operator"], NOW, "D08")
    assert Order.objects.get().state == "acknowledged"


def test_nobody_takes_what_another_has_taken_and_analysts_do_not_dissuade(people: dict[str, User]) -> None:
    order = opened()
    with pytest.raises(PermissionDenied):
        actions.take(order.order_id, people["analyst"], NOW)
    actions.take(order.order_id, people["operator"], NOW)
    with pytest.raises(Refusal, match="somebody else has taken this order"):
        actions.take(order.order_id, people["leader"], NOW)


def test_a_missed_limit_is_recorded_once_goes_up_the_chain_and_stops_at_a_reason(people: dict[str, User]) -> None:
    order = opened(warned(level=1))
    assert actions.find_breaches(minutes(6)) == 2
    assert actions.find_breaches(minutes(6)) == 0
    actions.find_breaches(minutes(11))
    assert set(Breach.objects.values_list("step", "stage")) == {("sign_in", "city"), ("first_call", "city")}
    breach = Breach.objects.get(step="sign_in")
    actions.explain_breach(breach.pk, people["leader"], "停电", minutes(12))
    actions.find_breaches(minutes(40))
    assert set(Breach.objects.values_list("step", "stage")) == {("sign_in", "city"), ("first_call", "leader")}
    assert Clock.objects.filter(order=order, late=True).count() == 2


def test_what_is_not_signed_in_in_time_is_taken_back_and_offered_again(people: dict[str, User]) -> None:
    duty.go_on(people["operator"], NOW)
    order = opened(warned(level=3))
    assert actions.assign_waiting(NOW) == 1
    assert Order.objects.get().owner == people["operator"]
    assert actions.take_back(minutes(31)) == 1
    assert Order.objects.get().owner is None
    assert actions.take_next(people["operator"], minutes(32)) == order


def test_lowering_takes_two_and_at_night_the_citys_duty_officer(people: dict[str, User]) -> None:
    order = opened(warned(level=1))
    change = actions.propose_lower(order.order_id, people["operator"], 3, "本人在银行，已核实", NOW)
    with pytest.raises(Refusal, match="a second person decides"):
        actions.decide_lower(change.pk, people["operator"], True, NOW)
    actions.decide_lower(change.pk, people["leader"], True, NOW)
    assert Order.objects.get().level == 3
    assert due_of(order) == {"sign_in": minutes(30), "first_call": minutes(120), "feedback": minutes(1440)}


def test_another_county_takes_an_order_only_when_it_accepts(people: dict[str, User]) -> None:
    order = opened(warned(place="451002"))
    offer = actions.offer_transfer(order.order_id, people["operator"], "city", "人在市区", NOW)
    assert Order.objects.get().unit == "county-451002"
    actions.decide_transfer(offer.pk, people["leader"], True, NOW)
    assert (Order.objects.get().unit, Order.objects.get().state) == ("city", "created")


@pytest.mark.parametrize(
    ("typed", "fen"), [("5万", 5_000_000), ("50,000", 5_000_000), ("1e30", None), ("12.345", None)]
)
def test_an_amount_is_read_as_on_the_form_of_a_stop_and_never_cut(
    typed: str, fen: int | None, people: dict[str, User]
) -> None:
    order = opened(warned(level=3))
    actions.take(order.order_id, people["operator"], NOW)
    actions.record_contact(order.order_id, people["operator"], NOW, "answered")
    client = Client()
    client.force_login(people["operator"])
    said = {"code": "D01", "who_said": "person", "evidence": "screen", "yuan": typed}
    answer = client.post(f"/dissuasion/{order.order_id}/outcome", said)
    assert answer.status_code == (302 if fen else 409)
    assert [one.amount_fen for one in order.results.all()] == ([fen] if fen else [])


def test_who_is_known_by_a_number_alone_can_be_rung(people: dict[str, User]) -> None:
    number = vault.keep("number", "+8615400000001")
    order = actions.open_orders([replace(warned(subject=number), subject_kind="number")], NOW)[0]
    actions.take(order.order_id, people["operator"], NOW)
    client = Client()
    client.force_login(people["operator"])
    page = f"/dissuasion/{order.order_id}/"
    assert f'<option value="{number}">' in client.get(page).text
    shown = client.post(f"{page}unmask", {"token": number, "reason": "联系本人"})
    assert "+8615400000001" in shown.text


def test_an_institutions_number_that_is_shown_as_it_is_has_nothing_more_to_show(people: dict[str, User]) -> None:
    order, client = opened(warned()), Client()
    Holding.objects.create(token="CN:95588", kind="number", holder=order.subject)
    client.force_login(people["operator"])
    answer = client.post(f"/dissuasion/{order.order_id}/unmask", {"token": "CN:95588", "reason": "联系本人"})
    assert answer.status_code == 409
    assert not AuditEntry.objects.filter(action="unmask").exists()


def test_an_order_that_another_unit_took_over_does_not_fall_back_to_who_gave_it_away(people: dict[str, User]) -> None:
    order, operator, leader = opened(warned(place="451002")), people["operator"], people["leader"]
    duty.place_in(operator, "county-451002")
    duty.place_in(leader, "county-451081")
    actions.take(order.order_id, operator, NOW)
    actions.record_contact(order.order_id, operator, minutes(1), "answered")
    offer = actions.offer_transfer(order.order_id, operator, "county-451081", "在那边", minutes(2))
    actions.decide_transfer(offer.pk, leader, True, minutes(3))
    with pytest.raises(Refusal, match="an order that is created is not worked on"):
        actions.record_contact(order.order_id, operator, minutes(4), "busy")
    assert actions.take_next(leader, minutes(5)) == order
    with pytest.raises(Refusal, match="this order is in other hands"):  # from a page that was opened before
        actions.record_outcome(order.order_id, operator, minutes(6), "D01", who_said="person")


def test_after_a_hand_over_the_visit_is_the_new_countys_also_when_it_is_asked_for_later(
    people: dict[str, User],
) -> None:
    order, operator, leader = opened(warned(place="451002", level=3)), people["operator"], people["leader"]
    actions.take(order.order_id, operator, NOW)
    offer = actions.offer_transfer(order.order_id, operator, "county-451081", "在那边", minutes(2))
    duty.place_in(leader, "county-451081")
    actions.decide_transfer(offer.pk, leader, True, minutes(3))
    actions.take(order.order_id, leader, minutes(4))
    actions.record_outcome(order.order_id, leader, minutes(5), "D08")
    assert Task.objects.get(kind="visit").unit == "station-451081"


def test_the_visit_of_an_order_that_the_city_takes_over_stays_with_the_station_where_the_person_is(
    people: dict[str, User],
) -> None:
    order, operator = opened(warned(place="451002", level=2)), people["operator"]
    duty.place_in(operator, "county-451002")
    offer = actions.offer_transfer(order.order_id, operator, "city", "人手不够", minutes(2))
    actions.decide_transfer(offer.pk, people["leader"], True, minutes(3))
    waits = dict(order.tasks.filter(state="open").values_list("kind", "unit"))
    assert waits == {"call": "city", "visit": "station-451002"}


def test_who_must_not_be_rung_at_night_is_not_offered_before_the_morning(people: dict[str, User]) -> None:
    order = opened(warned(level=4))
    duty.go_on(people["operator"], NOW)
    actions.ask_for_call(order.order_id, NOW, "voice: no answer", begins=minutes(540))
    assert (actions.assign_waiting(NOW), actions.take_next(people["operator"], NOW)) == (0, None)
    assert actions.assign_waiting(minutes(540)) == 1


def test_the_steps_of_an_order_are_those_since_it_was_last_opened(people: dict[str, User]) -> None:
    order = opened(warned(level=3))
    actions.take(order.order_id, people["operator"], NOW)
    actions.record_contact(order.order_id, people["operator"], minutes(1), "answered")
    actions.record_outcome(order.order_id, people["operator"], minutes(2), "D06")
    opened(warned("w2", level=2, at=30))
    client = Client()
    client.force_login(people["operator"])
    steps = client.get(f"/dissuasion/{order.order_id}/").context["steps"]
    assert [(step.done_at, step.due_at) for step in steps] == [
        (None, minutes(40)), (None, minutes(45)), (None, minutes(150)), (None, minutes(390)), (None, None)
    ]  # fmt: skip


def test_a_correction_stands_beside_what_it_corrects_and_figures_follow(people: dict[str, User]) -> None:
    operator = people["operator"]
    order = opened(warned(level=3))
    actions.take(order.order_id, operator, NOW)
    actions.record_contact(order.order_id, operator, NOW, "answered")
    actions.record_outcome(order.order_id, operator, NOW, "D01", who_said="person")
    later = NOW + timedelta(days=2)
    actions.correct_outcome(order.order_id, operator, later, "D03", "当事人承认已转账", who_said="person")
    window = queries.day_of(NOW)
    assert (figures.count("protected", *window), figures.count("late", *window)) == (0, 1)
    assert [result.code for result in order.results.order_by("id")] == ["D01", "D03"]


def test_who_was_followed_up_already_is_not_rung_three_times_more_for_a_correction(people: dict[str, User]) -> None:
    operator, order = people["operator"], opened()
    actions.take(order.order_id, operator, NOW)
    actions.record_meeting(order.order_id, operator, NOW)
    actions.record_outcome(order.order_id, operator, NOW, "D01", who_said="person")
    later = NOW + timedelta(days=8)
    for task in Task.objects.filter(kind="follow_up"):
        actions.finish_follow_up(task.pk, operator, later, "answered")
    actions.correct_outcome(order.order_id, operator, later, "D02", "当面劝阻的", who_said="person")
    assert Task.objects.filter(kind="follow_up").count() == 3
    actions.correct_outcome(order.order_id, operator, later, "D06", "误报", evidence="screen")
    actions.correct_outcome(order.order_id, operator, later, "D02", "不是误报", who_said="person")
    assert Task.objects.filter(kind="follow_up", state="open").count() == 3


def test_an_amount_is_not_lost_by_correcting_on_the_page_how_somebody_was_dissuaded(people: dict[str, User]) -> None:
    operator, order, window = people["operator"], opened(), queries.day_of(NOW)
    actions.take(order.order_id, operator, NOW)
    actions.record_meeting(order.order_id, operator, NOW)
    said = {"who_said": "person", "evidence": "screen"}
    actions.record_outcome(order.order_id, operator, NOW, "D01", amount_fen=500_000, **said)
    client = Client()
    client.force_login(operator)
    page = client.get(f"/dissuasion/{order.order_id}/").text
    assert 'name="yuan"' in page[page.index(f"/dissuasion/{order.order_id}/correct") :]
    told = {**said, "code": "D02", "reason": "当面劝阻的", "yuan": "5000"}
    client.post(f"/dissuasion/{order.order_id}/correct", told)
    assert (Order.objects.get().outcome, figures.count("kept", *window)) == ("D02", 500_000)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages_and_strangers_are_sent_to_sign_in(language: str) -> None:
    order = opened()
    paths = ["/", "/dissuasion/", f"/dissuasion/{order.order_id}/"]
    client = Client(headers={"Accept-Language": language})
    assert {client.get(path).status_code for path in paths} == {302}
    client.post("/access/demo/operator/")
    for path in paths:
        page = client.get(path)
        assert page.status_code == 200, path
        assert ("劝阻" in page.text) == (language == "zh-hans"), path


def test_an_offer_that_lapsed_goes_to_another_even_to_one_of_the_citys_before_it_comes_back(
    people: dict[str, User],
) -> None:
    county = ["first-operator", "second-operator"]
    for name in county:
        made = User.objects.create_user(name)
        made.groups.set(people["operator"].groups.all())
        duty.place_in(made, "county-451002")
        duty.go_on(made, NOW)
    duty.go_on(people["operator"], NOW)
    opened(warned(level=3, place="451002"))
    offered = []
    for quarter in range(4):
        actions.take_back(minutes(16 * quarter))
        actions.assign_waiting(minutes(16 * quarter))
        offered.append(Order.objects.get().owner.username)  # type: ignore[union-attr]
    assert offered == [*county, "demo-operator", "first-operator"]


def test_what_nobody_is_on_duty_for_keeps_no_other_order_waiting(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fanzha.centre.dissuasion.actions.assigning.BATCH", 1)
    duty.place_in(people["operator"], "county-451081")
    duty.go_on(people["operator"], NOW)
    opened(warned(level=1, place="451002"))
    here = opened(warned("w2", "p-2", level=3, place="451081"))
    assert actions.assign_waiting(NOW) == 1
    assert Order.objects.get(owner=people["operator"]) == here


def test_whoever_is_free_takes_what_is_urgent_and_offered_to_a_colleague_on_the_phone(people: dict[str, User]) -> None:
    duty.go_on(people["operator"], NOW)
    urgent, other = opened(warned(level=2)), opened(warned("w2", "p-other", level=3))
    assert actions.assign_waiting(NOW) == 2
    assert actions.take_next(people["leader"], NOW) == urgent
    assert actions.take_next(people["leader"], NOW) is None
    assert actions.take_next(people["operator"], NOW) == other


def test_the_last_place_in_each_pair_of_hands_is_kept_for_what_is_urgent(people: dict[str, User]) -> None:
    duty.go_on(people["operator"], NOW)
    for number in range(3):
        opened(warned(f"w{number}", f"p{number}", level=3))
    assert actions.assign_waiting(NOW) == 2
    for name, level in (("w8", 2), ("w9", 1)):
        opened(warned(name, f"p-{name}", level=level))
        assert actions.assign_waiting(NOW) == 1
    assert set(Order.objects.filter(state="created").values_list("level", flat=True)) == {3}
