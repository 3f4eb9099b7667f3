"""The simple centre of twin cities: the most urgent first, limits kept where there are enough people, nobody contacted before time."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fanzha.evaluation.desk import MINUTE, RULES, Answer, Desk, Order, Told

NOW = round(datetime(2026, 3, 2, 4, 0, tzinfo=UTC).timestamp() * 1e6)
DAY = 24 * 60 * MINUTE


def nobody_answers(_order: Order, _channel: str, _at: int) -> tuple[str, bool]:
    return "rang_out", False


def everybody_stops(_order: Order, _channel: str, _at: int) -> tuple[str, bool]:
    return "answered", True


def a_desk(operators: int = 2, cars: int = 2, answer: Answer = everybody_stops) -> Desk:
    return Desk(operators, cars, answer, np.random.default_rng(1))


def test_with_enough_people_every_first_call_and_visit_is_in_time() -> None:
    desk = a_desk(operators=30, cars=30)
    for n in range(60):
        desk.take_in(Told(f"p{n}", n % 3 + 1, NOW), NOW + n * MINUTE)
        list(desk.work(NOW + (n + 1) * MINUTE))
    list(desk.work(NOW + DAY))
    for order in desk.orders:
        assert order.first_called is not None
        assert order.first_called <= (order.first_call_due or 0)
        if order.level <= 2:
            assert order.visited is not None
            assert order.visited <= (order.met_due or 0)


def test_with_too_few_the_urgent_come_first() -> None:
    desk = a_desk(operators=1, cars=0)
    for n in range(40):
        desk.take_in(Told(f"p{n}", 3 if n < 20 else 1, NOW), NOW)
    list(desk.work(NOW + 2 * DAY))
    calls = [one.level for one in desk.contacts if one.channel == "call"]
    assert calls[:20].count(1) >= 18
    assert len(calls) == 40


def test_who_does_not_answer_is_tried_again_then_held_at_level_one_and_visited_once_more_a_day_later() -> None:
    desk = a_desk(answer=nobody_answers)
    desk.take_in(Told("p1", 1, NOW), NOW)
    list(desk.work(NOW + 3 * DAY))
    made = [one.channel for one in desk.contacts]
    assert (made.count("call"), made.count("hold"), made.count("visit")) == (3, 1, 2)
    visits = [one.at for one in desk.contacts if one.channel == "visit"]
    assert visits[1] - visits[0] >= DAY


def test_warnings_of_one_person_within_a_day_are_one_order_and_a_rise_sends_the_car() -> None:
    desk = a_desk(answer=nobody_answers)
    desk.take_in(Told("p1", 3, NOW), NOW)
    desk.take_in(Told("p1", 3, NOW), NOW + MINUTE)
    assert len(desk.orders) == 1
    desk.take_in(Told("p1", 1, NOW), NOW + 2 * MINUTE)
    assert (len(desk.orders), desk.orders[0].level) == (1, 1)
    list(desk.work(NOW + DAY))
    assert {"sms", "call", "visit", "hold"} <= {one.channel for one in desk.contacts}
    desk.take_in(Told("p1", 3, NOW), NOW + DAY)
    assert len(desk.orders) == 2


@settings(max_examples=60)
@given(
    arrivals=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 4), st.integers(0, 9)), max_size=40),
    operators=st.integers(0, 3),
    cars=st.integers(0, 3),
    width=st.integers(1, 60),
)
def test_contacts_come_in_order_after_their_warning_and_nobody_does_two_things_at_once(
    arrivals: list[tuple[int, int, int]], operators: int, cars: int, width: int
) -> None:
    desk, now = a_desk(operators, cars, nobody_answers), NOW
    waiting = sorted(arrivals)
    while waiting or now < NOW + 2 * DAY:
        now += width * MINUTE
        for made in desk.work(now):
            assert now - width * MINUTE <= made.at < now
        while waiting and NOW + waiting[0][0] * MINUTE < now:
            minute, level, who = waiting.pop(0)
            desk.take_in(Told(f"p{who}", level, NOW + minute * MINUTE), now)
    issued = {
        order.person: min(one.issued_at for one in desk.orders if one.person == order.person) for order in desk.orders
    }
    assert all(one.at >= issued[one.person] for one in desk.contacts)
    at = [one.at for one in desk.contacts]
    assert at == sorted(at)
    calls = [one.at for one in desk.contacts if one.channel == "call"]
    busy = RULES["minutes"]["call"]["failed"] * MINUTE
    for begin in calls:
        assert sum(begin <= other < begin + busy for other in calls) <= operators


def test_the_channels_of_the_levels_have_their_source() -> None:
    assert {level for level in RULES["channels"] if level != "source"} == {1, 2, 3, 4}
    assert RULES["channels"]["source"] == "domain page 3.2"


def test_whom_a_message_convinced_is_called_all_the_same() -> None:
    desk = a_desk()
    desk.take_in(Told("p1", 3, NOW), NOW)
    list(desk.work(NOW + DAY))
    assert [(one.channel, one.convinced) for one in desk.contacts] == [("sms", True), ("call", True)]
