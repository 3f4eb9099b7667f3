"""What is said to a person, when, and to nobody else; and that a wrong script is found before anybody reads it out."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from fanzha.centre.access.models import AuditEntry
from fanzha.centre.conversations import actions, queries
from fanzha.centre.conversations.reading import BadScript, read, script_for, scripts
from fanzha.centre.conversations.seen import kinds, seen
from fanzha.centre.conversations.walking import SITUATION, walk
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people.models import Person
from fanzha.centre.people.telling import RELATIONS, may_tell
from fanzha.centre.trials import actions as trials
from fanzha.centre.trials.variants import VARIANTS
from fanzha.refusal import Refusal
from fanzha.vocabulary import CASE_CLASSES, load_data
from tests.centre.demo_staff import demo_staff

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HERE = "fanzha.centre.conversations"
TOLD = {
    "reasons": [{"indicator": "V08", "value": 1.0, "threshold": 1.0, "text_zh": "付款给 p-b", "text_en": "Paid p-b"}]
}


@pytest.fixture
def operator() -> User:
    return demo_staff("operator")["operator"]


def taken(operator: User, case_class: str = "AF", level: int = 2, minor: bool = False) -> Order:
    told = {**TOLD, "events": [{"table": "payments", "payee": "p-b", "amount_fen": 8_888_800}], "related": ["p-b"]}
    one = dissuasion.Incoming(dissuasion.OWN, "w1", "p-a", "person", level, NOW, told, case_class=case_class)
    (order,) = dissuasion.open_orders([one], NOW)
    Order.objects.update(minor=minor)
    return dissuasion.take(order.order_id, operator, NOW)


def files() -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    told = {f"{name}.yaml": load_data(HERE, f"scripts/{name}.yaml") for name in scripts()}
    return copy.deepcopy((told, load_data(HERE, "frame.yaml"), load_data(HERE, "situations.yaml")))


def test_every_class_has_its_script_and_what_is_unknown_the_general_one() -> None:
    own = {code for code in CASE_CLASSES if script_for(code).case_class == code}
    assert own == set(CASE_CLASSES) - {"AL", "AN"}
    assert {script_for(code).case_class for code in ("", "AL", "AN")} == {"general"}


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        (("questions", "accused", "answers", 0, "then"), "nowhere", "AF.yaml, questions.accused.yes.then: no question"),
        (("questions", "accused", "answers", 0, "raises"), "anger", "AF.yaml, questions.accused.yes.raises"),
        (
            ("questions", "accused", "ask", "en"),
            "",
            "AF.yaml, questions.accused.ask: expected a text in both languages",
        ),
        (("questions", "accused", "answers", 2, "code"), True, "AF.yaml, questions.accused.answers\\[2\\].code"),
        (("first",), "money", "AF.yaml, questions.accused: no answer leads here"),
        (("questions", "money", "answers"), [], "AF.yaml, questions.money.answers: expected at least two"),
        (
            ("questions", "money", "answers"),
            [{"code": f"a{n}", "name": {"zh": "答", "en": "x"}, "then": "paid"} for n in range(7)],
            "AF.yaml, questions.money.answers: expected at most 6",
        ),
        (("now", 1), {"zh": "挂断"}, "AF.yaml, now\\[1\\]: expected a text in both languages"),
        (("reviewed", "by"), "nobody", "AF.yaml, reviewed"),
        (("since",), "soon", "AF.yaml, since and source"),
        (("situations", "rage"), {"zh": "怒", "en": "rage"}, "AF.yaml, situations.rage"),
        (("case_class",), "AE", "AF.yaml, case_class"),
    ],
)
def test_a_wrong_script_is_refused_by_file_and_key(key: tuple[Any, ...], value: Any, said: str) -> None:
    told, frame, situations = files()
    place = told["AF.yaml"]
    for part in key[:-1]:
        place = place[part]
    place[key[-1]] = value
    with pytest.raises(BadScript, match=f"^{said}"):
        read(told, frame, situations)


def test_questions_that_only_lead_to_each_other_are_refused() -> None:
    told, frame, situations = files()
    for question in ("secrecy", "money"):
        for one in told["AF.yaml"]["questions"][question]["answers"]:
            one["then"] = "money" if question == "secrecy" else "secrecy"
    with pytest.raises(BadScript, match=r"AF.yaml, questions.secrecy: no end can be reached"):
        read(told, frame, situations)


@given(st.sampled_from(sorted(scripts())), st.lists(st.integers(0, 5), max_size=30))
def test_whatever_is_answered_a_conversation_comes_to_an_end_and_tells_nothing_before_it_knows_who(
    name: str, choices: list[int]
) -> None:
    script, said = scripts()[name], []
    for choice in choices:
        stands = walk(script, said)
        assert (stands.next is None) == (stands.end in script.ends)
        if stands.next is None:
            break
        if stands.tells is None:
            assert not seen([TOLD], stands.tells)
            assert stands.next.id in ("who", "reach")
        replies = list(stands.next.replies)
        said.append((stands.next.id, replies[choice % len(replies)]))


def test_who_changes_an_answer_is_asked_again_what_follows_from_it() -> None:
    script = script_for("AF")
    said = [("who", "holder"), ("free", "alone"), ("accused", "yes"), ("secrecy", "no")]
    assert walk(script, said).next == script.questions["money"]
    assert walk(script, [*said, ("free", "watched")]).next == script.questions["accused"]
    assert walk(script, [*said, ("who", "somebody_else")]).tells is None


def test_what_was_seen_is_said_by_its_kind_and_the_holders_money_not_to_a_user_of_the_phone() -> None:
    both = {"reasons": [{"indicator": "W01"}, {"indicator": "V01"}]}
    words = kinds()
    assert seen([both], "all") == [words["call"].words, words["payment"].words]
    assert seen([both], "phone") == [words["call"].words]
    assert seen([both], None) == []
    assert seen([{"reasons": [{"indicator": "model"}], "events": [{"table": "visits"}]}], "all") == [
        words["site"].words
    ]


@given(st.sampled_from(sorted(RELATIONS)), st.sampled_from(["", *CASE_CLASSES]), *[st.booleans()] * 3)
def test_the_rules_on_telling_others(relation: str, case_class: str, consent: bool, leaving: bool, minor: bool) -> None:
    ruling = may_tell(relation, case_class, consent, leaving, minor)
    assert (ruling.words is not None) == ruling.allowed
    if relation not in ("guardian", "relative") and case_class in ("AI", "AM"):
        assert not ruling.allowed
    if minor:
        assert ruling.allowed == (relation == "guardian")
    elif relation in ("guardian", "relative"):
        assert ruling.allowed == (consent or leaving)
        assert ruling.needs_reason == ruling.allowed
    elif case_class not in ("AI", "AM"):
        assert ruling.allowed == consent, "who is told why not hears of the consent alone"


@pytest.mark.django_db
def test_answers_are_kept_as_labels_and_a_changed_one_gives_way(operator: User) -> None:
    order = taken(operator)
    later = NOW + timedelta(minutes=1)
    actions.answer(order.order_id, operator, NOW, "who", "user")
    actions.answer(order.order_id, operator, NOW, SITUATION, "ashamed")
    actions.answer(order.order_id, operator, later, "who", "holder")
    rows = queries.labels(NOW).select("order", "subject", "question", "answer").rows()
    assert rows == [(order.order_id, "p-a", "who", "holder"), (order.order_id, "p-a", SITUATION, "ashamed")]
    assert queries.labels(later + timedelta(minutes=1)).is_empty()
    assert {entry.reason for entry in AuditEntry.objects.filter(action="answer")} == {"who", SITUATION}


@pytest.mark.django_db
def test_only_whoever_has_the_order_answers_and_only_what_is_asked(operator: User) -> None:
    order = taken(operator)
    with pytest.raises(Refusal, match="has not come to this question"):
        actions.answer(order.order_id, operator, NOW, "paid", "already")
    with pytest.raises(Refusal, match="an answer of the list"):
        actions.answer(order.order_id, operator, NOW, "who", "the cat")
    analyst = User.objects.get(username="demo-analyst")
    with pytest.raises(Refusal, match="not in your hands"):
        actions.answer(order.order_id, analyst, NOW, "who", "holder")


@pytest.mark.django_db
@pytest.mark.parametrize("level", [1, 3])
def test_signs_of_self_harm_send_somebody_at_once_and_the_audit_names_no_state_of_health(
    operator: User, level: int
) -> None:
    order = taken(operator, "AM", level)
    actions.answer(order.order_id, operator, NOW, SITUATION, "self_harm")
    order.refresh_from_db()
    assert order.level == 1
    assert order.tasks.get(kind="visit").due_at == NOW + timedelta(minutes=15)
    assert not AuditEntry.objects.filter(reason__contains="harm").exists()
    client = Client(headers={"Accept-Language": "zh-hans"})
    client.force_login(operator)
    page = client.get(f"/dissuasion/{order.order_id}/").text
    assert ("须立即有人到场" in page, "somebody is needed" in page) == (level > 1, False)


@pytest.mark.django_db
def test_after_a_loss_the_second_fraud_is_warned_of_and_a_minor_is_spoken_with_as_one(operator: User) -> None:
    order = taken(operator, "AH", minor=True)
    order.refresh_from_db()
    assert [one.code for one in queries.card(order, NOW).raised] == ["minor"]
    actions.answer(order.order_id, operator, NOW, SITUATION, "paid")
    assert [one.code for one in queries.card(order, NOW).raised] == ["paid", "second_fraud", "minor"]


@pytest.mark.django_db
def test_the_call_opens_with_the_words_that_the_order_is_drawn_for_and_always_reassures(operator: User) -> None:
    users = {name: User.objects.get(username=f"demo-{name}") for name in ("analyst", "leader")}
    plan = trials.write_plan(users["analyst"], NOW, "opening_names_the_county", "更近更可信", 400, 7, 2)
    trials.approve(plan.plan_id, users["leader"], NOW)
    variant = VARIANTS["opening_names_the_county"].text
    for n in range(12):
        Person.objects.create(token=f"p-{n}", birth_year=1980)
        one = dissuasion.Incoming(dissuasion.OWN, f"w-{n}", f"p-{n}", "person", 3, NOW, TOLD, case_class="AF")
        (order,) = dissuasion.open_orders([one], NOW)
        assert not order.assignments.exists(), "drawn when somebody takes it"
        dissuasion.take(order.order_id, operator, NOW)
        opening, assurance = queries.card(order, NOW).greeting
        assert (opening == variant) == (order.assignments.get().variant == "opening_names_the_county")
        assert "96110" in assurance.zh
        assert "验证码" in assurance.zh


@pytest.mark.django_db
def test_telling_others_is_written_down_with_its_reason_or_refused(operator: User) -> None:
    order = taken(operator, "AI")
    for relation, consent, leaving, reason, said in (
        ("employer", True, True, "x", "never|ever"),
        ("relative", False, False, "x", "consent"),
        ("relative", False, True, " ", "say why"),
    ):
        with pytest.raises(Refusal, match=said):
            actions.tell(order.order_id, operator, NOW, relation, consent, leaving, reason)
    told = actions.tell(order.order_id, operator, NOW, "relative", False, True, "本人仍在付款")
    assert AuditEntry.objects.get(action="told_others").reason == "relative: 本人仍在付款"
    assert queries.card(order, NOW).told[0] == (told, may_tell("relative", "AI", False, True, False).words)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_card_never_shows_whose_account_it_was_or_how_much(operator: User, language: str) -> None:
    order = taken(operator)
    client = Client(headers={"Accept-Language": language})
    client.post("/access/demo/operator/")
    for answer in ("who", "holder"), ("free", "alone"):
        page = client.post(
            f"/conversations/{order.order_id}/answer", {"question": answer[0], "answer": answer[1]}, follow=True
        )
        card = page.text.partition('id="conversation"')[2].partition("</section>")[0]
        assert "p-b" not in card
        assert not {"88888", "88,888"} & set(re.findall(r"[0-9,]+", card))
    refused = client.post(f"/conversations/{order.order_id}/tell", {"relation": "relative"})
    said = {"zh-hans": "规则不允许告知此人", "en": "The rules do not allow it"}[language]
    assert (refused.status_code, said in refused.text) == (409, True)
