"""What is told of a person to somebody else: to relatives as the rules allow, to partners what they need to act."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre.access.models import AuditEntry
from fanzha.centre.channels import actions
from fanzha.centre.channels.models import Message
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people import actions as people
from fanzha.centre.people import queries as people_of
from fanzha.refusal import Refusal
from tests.centre import simulated_providers
from tests.centre.simulated_providers import MOTHER, NIGHT, NOON, PHONE, TEACHER, City, after, in_hands, order

running = simulated_providers.running
city = simulated_providers.city
users = simulated_providers.users
teacher = simulated_providers.teacher

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("teacher")
def test_a_relative_is_told_as_the_rules_allow_in_their_words_and_with_the_reason_on_record(
    city: City, users: dict[str, User]
) -> None:
    def tell(once: str, reason: str = "", number: str = MOTHER, **stated: bool) -> Message:
        given = {"consent": False, "money_leaving_now": False, **stated}
        return actions.tell_relative(
            one.order_id, users["operator"], number, reason=reason, once=once, now=NOON, **given
        )

    one = in_hands(order(2), users)
    with pytest.raises(Refusal, match="has not named this relative"):
        tell("a", "联系不上", consent=True)
    people.name_relative(TEACHER, MOTHER, "母亲", NOON)
    with pytest.raises(Refusal, match="only with the person's consent"):
        tell("b", "联系不上")
    for stated in ({"consent": True}, {"money_leaving_now": True}):
        with pytest.raises(Refusal, match="say why"):
            tell("c", " ", **stated)
    tell("d", "本人同意", consent=True)
    urgent = tell("e", "正在向涉案账户转账", money_leaving_now=True)
    assert urgent.values == {"consent": False, "money_leaving_now": True}
    assert AuditEntry.objects.filter(action="send_relative", reason="正在向涉案账户转账").exists()
    assert Message.objects.filter(channel="relative").count() == 2, "what was refused is not kept"
    actions.deliver(NOON)
    for told in city.taken("relative"):
        assert told["text"].startswith("【百色反诈】")
        assert not any(word in told["text"] for word in ("诈骗", "转账", "公检法"))


@pytest.mark.usefixtures("city", "teacher")
def test_a_relative_is_named_on_the_orders_page_and_can_then_be_told(users: dict[str, User]) -> None:
    one = in_hands(order(2), users)
    client = Client(headers={"Accept-Language": "en"})
    client.post("/access/demo/operator/")
    address = f"/channels/order/{one.order_id}/name_relative"
    assert "Tell a relative whom" not in client.get(f"/dissuasion/{one.order_id}/").text
    for told, refused in (
        ({"number": "mother", "relation": "母亲"}, "Write a telephone number."),
        ({"number": "154 0000 0002", "relation": " "}, "Say who they are"),
    ):
        page = client.post(address, told)
        assert (page.status_code, refused in page.text) == (409, True)
    told = {"number": "154 0000 0002", "relation": "母亲", "guardian": "on"}
    assert client.post(address, told).status_code == 302
    page = client.get(f"/dissuasion/{one.order_id}/").text
    (token,) = re.findall(r'<option value="(\S+)">母亲 154\*{4}0002<', page)
    assert "Wrote down a relative whom the person named" in page
    said = {"number": token, "consent": "on", "reason": "本人同意", "once": "x"}
    assert client.post(f"/channels/order/{one.order_id}/relative", said).status_code == 302
    assert Message.objects.get(channel="relative").recipient == token
    (named,) = people_of.relatives_of(TEACHER)
    assert (named.guardian, named.relation) == (True, "母亲")


@pytest.mark.usefixtures("city", "teacher")
@pytest.mark.parametrize(
    ("case_class", "relation", "minor", "guardian", "refused"),
    [
        ("AI", "单位", False, False, "ever told"),
        ("AM", "community", False, False, "ever told"),
        ("AF", "单位", False, False, None),
        ("AI", "母亲", False, False, None),
        ("AF", "姑姑", True, False, "through the guardian"),
        ("AF", "母亲", True, True, None),
    ],
)
def test_work_and_neighbours_never_hear_of_shame_and_a_minor_is_told_of_to_the_guardian_alone(
    users: dict[str, User], case_class: str, relation: str, minor: bool, guardian: bool, refused: str | None
) -> None:
    people.name_relative(TEACHER, MOTHER, relation, NOON, guardian)
    one = in_hands(order(1, case_class=case_class), users)
    Order.objects.update(minor=minor)

    def tell() -> Message:
        return actions.tell_relative(one.order_id, users["operator"], MOTHER, True, "本人同意", "a", NOON, True)

    if refused is None:
        assert tell().state == "queued"
    else:
        with pytest.raises(Refusal, match=refused):
            tell()


@pytest.mark.usefixtures("teacher")
def test_partners_are_told_what_to_act_on_and_their_answer_comes_back(city: City) -> None:
    heard: list[tuple[str, str]] = []
    actions.after_receipt.append(lambda message, read, _: heard.append((message.key, read.answer)))
    try:
        city.answering("bank_hold", {"status": "received"}, {"status": "done"})
        asked = {"recipient": "合成银行", "about": PHONE, "values": {"action": "hold", "reference": "h1"}}
        actions.send("bank_hold", key="h1", now=NIGHT, level=4, **asked)
        city.round(NIGHT)
        city.round(after(7, NIGHT))
    finally:
        actions.after_receipt.clear()
    (told,) = city.taken("bank_hold")
    assert (told["bank"], told["account"], told["action"]) == ("合成银行", "+8615400000001", "hold")
    assert heard == [("h1", ""), ("h1", "done")]
    with pytest.raises(Refusal, match=r"bank_hold\.action"):
        actions.send("bank_hold", key="h2", now=NOON, recipient="合成银行", about=PHONE)


@pytest.mark.usefixtures("teacher")
def test_the_operator_and_the_station_are_asked_from_an_order(city: City, users: dict[str, User]) -> None:
    one = in_hands(order(1), users)
    actions.ask_operator(one.order_id, users["operator"], "reach_line", "三次未接通", "a", NOON)
    with pytest.raises(Refusal, match="no such number is known"):
        actions.ask_operator(one.order_id, users["operator"], "stop_number", "涉诈", "b", NOON)
    actions.dispatch(one.order_id, users["operator"], "c", NOON)
    actions.deliver(NOON)
    assert city.taken("operator_help")[0]["line"] == "+8615400000001"
    assert city.taken("visit")[0]["order"] == one.order_id
    assert "154" not in json.dumps(city.taken("visit"))
