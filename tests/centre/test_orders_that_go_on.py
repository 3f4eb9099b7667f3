"""An order goes on after its end or with another unit: what it came to, what was missed and who is looked after stay with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from fanzha.centre.dissuasion import actions, figures, leading, queries
from fanzha.centre.dissuasion.models import Breach, Order
from fanzha.centre.dissuasion.pending import pending
from fanzha.centre.duty import actions as duty
from fanzha.centre.people.models import Person
from fanzha.refusal import Refusal
from tests.centre.demo_staff import demo_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def minutes(count: float) -> datetime:
    return NOW + timedelta(minutes=count)


def opened(name: str = "w1", level: int = 3, at: float = 0, **more: Any) -> Order:
    told: dict[str, Any] = {"reasons": [], "events": [], "related": []}
    one = actions.Incoming(actions.OWN, name, "p-teacher", "person", level, minutes(at), told, 0.7, **more)
    return actions.open_orders([one], minutes(at))[-1]


@pytest.fixture
def people() -> dict[str, User]:
    return demo_staff("operator", "officer", "leader")


def test_what_an_order_came_to_counts_also_when_it_is_opened_again_and_ends_otherwise(people: dict[str, User]) -> None:
    operator, order, window = people["operator"], opened(), queries.day_of(NOW)
    actions.take(order.order_id, operator, NOW)
    actions.record_contact(order.order_id, operator, NOW, "answered")
    said = {"who_said": "person", "evidence": "screen", "amount_fen": 500_000}
    actions.record_outcome(order.order_id, operator, NOW, "D01", **said)

    def counted() -> list[float | None]:
        names = ("pushed", "reached", "protected", "kept", "dissuasion_rate", "accuracy")
        found = figures.measure(names, *window)[""]
        return [found[name].value for name in names]

    assert counted() == [1, 1, 1, 500_000, 1, 1]
    opened("w2", at=60, kind="fund")
    assert Order.objects.get().state == "created"
    assert counted() == [1, 1, 1, 500_000, 1, 1], "a person kept from loss was lost from everybody's desk"
    actions.take(order.order_id, operator, minutes(61))
    actions.record_outcome(order.order_id, operator, minutes(62), "D07")
    assert counted() == [1, 1, 1, 500_000, 1, 1]
    assert figures.count("false", *window) == figures.count("late", *window) == 0


def test_what_was_kept_twice_in_one_order_is_counted_once_and_what_was_paid_at_last_is_late_too(
    people: dict[str, User],
) -> None:
    operator, order, window = people["operator"], opened(), queries.day_of(NOW)
    for at, code, fen in ((0, "D01", 500_000), (60, "D01", 300_000), (120, "D03", 900_000)):
        opened(f"w{at}", at=at, kind="fund")
        actions.take(order.order_id, operator, minutes(at))
        actions.record_contact(order.order_id, operator, minutes(at), "answered")
        said = {"who_said": "person", "evidence": "screen", "amount_fen": fen}
        actions.record_outcome(order.order_id, operator, minutes(at), code, **said)
    assert [figures.count(name, *window) for name in ("protected", "late", "kept")] == [1, 1, 500_000]
    effective = figures.measure(["effective_rate"], *window)[""]["effective_rate"]
    assert (effective.numerator, effective.of) == (1, (1, 1, 0)), "dissuaded and deceived all the same: twice below"


@pytest.mark.parametrize("seen", [11, 13], ids=["seen before it was handed over", "seen after it"])
def test_a_limit_that_was_missed_before_a_hand_over_is_the_giving_units_to_explain(
    people: dict[str, User], seen: float
) -> None:
    order, operator, leader = opened(place="451002", level=2), people["operator"], people["leader"]
    duty.place_in(operator, "county-451002")
    duty.place_in(leader, "county-451081")
    offer = actions.offer_transfer(order.order_id, operator, "county-451081", "在那边", NOW)
    if seen < 12:
        actions.find_breaches(minutes(seen))
    actions.decide_transfer(offer.pk, leader, True, minutes(12))
    actions.take(order.order_id, leader, minutes(12))
    missed = Breach.objects.get(step="sign_in")
    in_need = {one.name.en: one.breaches for one in leading.units_in_need(minutes(14))}
    assert [count for count in in_need.values() if count] == [1]
    assert [one.record for one in pending(operator, minutes(14)).breaches] == [missed]
    with pytest.raises(Refusal, match="somebody of the unit that had the order then explains it"):
        actions.explain_breach(missed.pk, leader, "别人的", minutes(14))
    assert actions.explain_breach(missed.pk, operator, "停电", minutes(14)).reason == "停电"


@pytest.mark.parametrize("worked", [False, True])
def test_an_order_without_a_place_goes_to_its_county_as_soon_as_a_warning_knows_it(
    people: dict[str, User], worked: bool
) -> None:
    order = opened(level=2)
    assert order.unit == "city"
    if worked:
        actions.take(order.order_id, people["operator"], NOW)
    order = opened("w2", level=2, at=5, place="451022")
    waits = dict(order.tasks.filter(state="open").values_list("kind", "unit"))
    if worked:  # whoever rings goes on; the car leaves from where the person is
        assert (order.place, order.unit, waits) == ("451022", "city", {"visit": "station-451022"})
    else:
        assert (order.place, order.unit) == ("451022", "county-451022")
        assert waits == {"call": "county-451022", "visit": "station-451022"}
    assert opened("w3", level=2, at=6, place="451002").place == "451022", "what was known stands"


def test_an_order_that_ended_without_a_place_is_its_countys_when_it_is_opened_again(people: dict[str, User]) -> None:
    order = opened()
    actions.take(order.order_id, people["operator"], NOW)
    actions.record_outcome(order.order_id, people["operator"], NOW, "D07")
    assert opened("w2", at=5, place="451022201").unit == "city", "it is over: nobody else did it"
    order = opened("w3", at=6, level=2, place="451022201")
    assert (order.state, order.unit, order.remote) == ("created", "county-451022", True)
    waits = dict(order.tasks.filter(state="open").values_list("kind", "unit"))
    assert waits == {"call": "county-451022", "visit": "station-451022"}


def test_who_was_never_deceived_leaves_the_care_list_when_the_outcome_is_corrected(people: dict[str, User]) -> None:
    order, operator = opened(), people["operator"]
    actions.take(order.order_id, operator, NOW)
    actions.record_contact(order.order_id, operator, NOW, "answered")
    actions.record_outcome(order.order_id, operator, NOW, "D01", who_said="person")
    assert queries.cared_for(minutes(1)).count() == 1
    actions.correct_outcome(order.order_id, operator, minutes(2), "D06", "同名同姓，不是本人")
    assert queries.cared_for(minutes(2)).count() == 0
    actions.correct_outcome(order.order_id, operator, minutes(3), "D01", "是本人", who_said="person")
    assert queries.cared_for(minutes(3)).count() == 1


def test_a_correction_ends_no_stay_that_an_earlier_outcome_of_the_order_asked_for(people: dict[str, User]) -> None:
    order, operator = opened(), people["operator"]
    for at in (0, 60):
        opened(f"w{at}", at=at, kind="fund")
        actions.take(order.order_id, operator, minutes(at))
        actions.record_contact(order.order_id, operator, minutes(at), "answered")
        actions.record_outcome(order.order_id, operator, minutes(at), "D01", who_said="person")
    actions.correct_outcome(order.order_id, operator, minutes(62), "D06", "第二次是误报")
    (stay,) = queries.cared_for(minutes(63))
    assert stay.since == NOW


@pytest.mark.parametrize(("hour", "minor"), [(15, True), (16, False)], ids=["New Year's Eve", "New Year's Day"])
def test_who_may_be_a_minor_is_counted_by_the_year_that_it_is_in_the_city(hour: int, minor: bool) -> None:
    Person.objects.create(token="p-student", birth_year=2007)
    at = datetime(2025, 12, 31, hour, 30, tzinfo=UTC)
    one = actions.Incoming(actions.OWN, "w1", "p-student", "person", 3, at, {"reasons": []}, 0.7)
    assert actions.open_orders([one], at)[0].minor is minor
