"""What an order tells by itself, by its level, and what the answer makes of the order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import polars as pl
import pytest
from django.conf import settings
from django.contrib.auth.models import User

from fanzha.centre.channels import actions, queries, texts
from fanzha.centre.channels.models import Message
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people import actions as people
from fanzha.centre.people.models import Holding
from fanzha.centre.trials import actions as trials
from fanzha.centre.trials.models import Assignment
from tests.centre import simulated_providers
from tests.centre.simulated_providers import MORNING, NIGHT, NOON, TEACHER, City, after, known, order, states

running = simulated_providers.running
city = simulated_providers.city
users = simulated_providers.users
teacher = simulated_providers.teacher

pytestmark = pytest.mark.django_db


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
def test_who_pressed_two_is_called_though_the_receipt_comes_after_a_message_has_ended_the_order(
    city: City, users: dict[str, User]
) -> None:
    city.answering("voice", {"result": "answered", "digits": "2"}, after_s=7200)
    city.answering("sms", {"stat": "DELIVRD"})
    one = order(4)
    for seconds in (0, 3601, 3602, 3608):
        city.round(after(seconds))
    one.refresh_from_db()
    assert (one.state, one.outcome) == ("closed", "D00")
    city.round(after(7200))
    assert len(city.taken("voice")) == len(city.taken("sms")) == 1
    assert dissuasion.take_next(users["operator"], after(7201)) == one
    assert [(call.begins_at, call.due_at) for call in one.tasks.filter(kind="call")] == [(after(7200), after(14400))]


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
def test_who_pressed_three_is_called_by_a_person_where_nothing_can_be_written(city: City) -> None:
    city.answering("voice", {"result": "answered", "digits": "3"})
    with the_voice_alone(city):
        order(4)
        city.round(NOON)
        city.round(after(6))
        tomorrow = NOON + timedelta(days=2)
        again = order(4, tomorrow)
        city.round(tomorrow)
    assert len(city.taken("voice")) == 1, "they asked not to be rung by a machine"
    assert again.tasks.get(kind="call").state == "open"


@contextmanager
def the_voice_alone(city: City) -> Iterator[None]:
    """A home where the voice alone has an address."""
    root = settings.HOME.root
    (root / "simulators.json").rename(root / "aside.json")
    (root / "channels.yaml").write_text(f"voice: {{address: '{city.address}/voice'}}\n")
    yield
    (root / "channels.yaml").unlink()
    (root / "aside.json").rename(root / "simulators.json")


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
    grown = {"person": subjects, "birth_year": [1980] * count, "place": ["451002"] * count}
    people.take_in("people", pl.DataFrame(grown), NOON)
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
    people.take_in("people", A_MINOR, NOON)
    one = order(4)
    city.round(NOON)
    assert city.taken("voice") == city.taken("sms") == []
    assert one.tasks.get(kind="call").state == "open"


A_MINOR = pl.DataFrame({"person": [TEACHER], "birth_year": [2012], "place": ["451002"]})


@pytest.mark.usefixtures("teacher")
@pytest.mark.parametrize("ended", [False, True])
def test_who_turns_out_to_be_a_minor_while_an_order_stands_is_spoken_with_as_one(
    users: dict[str, User], ended: bool
) -> None:
    one = order(3)
    if ended:
        dissuasion.take(one.order_id, users["operator"], NOON)
        dissuasion.record_contact(one.order_id, users["operator"], NOON, "answered")
        dissuasion.record_outcome(one.order_id, users["operator"], NOON, "D01", who_said="person")
    people.take_in("people", A_MINOR, NOON)
    if ended:
        order(2, after(60))
    one.refresh_from_db()
    assert one.minor


@pytest.mark.usefixtures("teacher")
def test_who_turns_out_to_be_a_minor_at_night_is_not_rung_by_a_machine_in_the_morning(city: City) -> None:
    one = order(4, NIGHT)
    city.round(NIGHT)
    assert one.messages.get().state == "queued"
    people.take_in("people", A_MINOR, after(60, NIGHT))
    city.round(MORNING)
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
