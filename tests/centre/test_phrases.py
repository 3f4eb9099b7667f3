"""Is this call real: a phrase proves it once, and the answer to anything else tells nothing about anybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanzha.centre import clock
from fanzha.centre.access import rates, vault
from fanzha.centre.access.models import RateRow
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.people.models import Holding
from fanzha.centre.phrases import actions, queries, words
from fanzha.centre.phrases.models import Phrase, WrongPhrase
from tests.centre.demo_staff import demo_staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PHONE, UNWARNED, UNKNOWN = "15400000001", "15400000002", "15400000003"


def token(number: str) -> str:
    return vault.token("number", number)


@pytest.fixture
def people() -> dict[str, User]:
    return demo_staff("operator", "analyst", "leader")


@pytest.fixture
def order() -> Order:
    Holding.objects.create(token=token(PHONE), kind="number", holder="p-teacher", carrier="CMCC")
    Holding.objects.create(token=token(UNWARNED), kind="number", holder="p-other", carrier="CMCC")
    told: dict[str, Any] = {"reasons": [], "events": [], "related": []}
    warned = dissuasion.Incoming(dissuasion.OWN, "w1", "p-teacher", "person", 2, NOW, told, 0.7)
    return dissuasion.open_orders([warned], NOW)[-1]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def set_clock(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    set_clock(NOW)
    return set_clock


def asked(number: str, phrase: str, language: str = "zh-hans") -> Any:
    client = Client(headers={"Accept-Language": language})
    return client.post("/phrases/check/", {"number": number, "phrase": phrase})


def test_a_phrase_is_right_once_in_characters_or_pinyin_and_for_its_number_alone(order: Order) -> None:
    said = actions.issue(token(PHONE), order, NOW)
    assert len(said.zh.split()) == 3
    assert said.en.startswith(said.zh)
    pinyin = words.plain(said.en.split("(")[1])
    assert not actions.check(UNWARNED, said.zh, NOW)
    assert actions.check("+86 154-0000-0001", pinyin.upper(), NOW + timedelta(minutes=9))
    assert not actions.check(PHONE, said.zh, NOW + timedelta(minutes=10))
    assert list(WrongPhrase.objects.values_list("number", "kind")) == [
        (token(UNWARNED), "wrong"), (token(PHONE), "spent"),
    ]  # fmt: skip


def test_a_phrase_ends_with_its_time_and_is_nowhere_but_as_a_keyed_hash(order: Order) -> None:
    said = actions.issue(token(PHONE), order, NOW)
    assert not actions.check(PHONE, said.zh, NOW + timedelta(hours=24))
    assert WrongPhrase.objects.get().kind == "expired"
    kept = str(Phrase.objects.values().get())
    assert not any(word in kept or words.plain(words.WORDS[word]) in kept for word in said.zh.split())


@pytest.mark.usefixtures("at")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_answer_to_anything_but_a_right_phrase_is_the_same_byte_for_byte_and_takes_the_same_steps(
    order: Order, language: str
) -> None:
    expired = actions.issue(token(PHONE), order, NOW - timedelta(days=2)).zh
    spent, right = (actions.issue(token(PHONE), order, NOW).zh for _ in range(2))
    assert actions.check(PHONE, spent, NOW)
    never = " ".join(word for word in words.WORDS if word not in right)[:8]
    tries = {
        "unknown number": (UNKNOWN, never),
        "no number at all": ("x", never),
        "a phrase of another number": (UNWARNED, right),
        "no order": (UNWARNED, never),
        "wrong": (PHONE, never),
        "expired": (PHONE, expired),
        "spent": (PHONE, spent),
    }
    answers, steps = {}, {}
    for number in {number for number, _ in tries.values()}:
        rates.spend("phrase.number", token(number), NOW)  # whoever's number it is, it was tried before
    asked(UNKNOWN, never, language)  # and so was the address
    for name, (number, phrase) in tries.items():
        with CaptureQueriesContext(connection) as captured:
            answer = asked(number, phrase, language)
        assert not answer.cookies
        answers[name] = (answer.status_code, sorted(answer.headers.items()), answer.content)
        steps[name] = [re.split(r" WHERE | VALUES | SET |SAVEPOINT", query["sql"])[0] for query in captured]
    assert len(steps["wrong"]) > 5
    for name in tries:
        assert answers[name] == answers["wrong"], name
        assert steps[name] == steps["wrong"], name
    assert "96110" in answers["wrong"][2].decode()
    good = asked(PHONE, right, language)
    assert good.status_code == 200
    assert good.content != answers["wrong"][2]
    assert ("这个电话是我们打的" in good.text) == (language == "zh-hans")


def test_a_number_is_tried_six_times_an_hour_wherever_from_and_then_one_by_one(
    order: Order, at: Callable[[datetime], None]
) -> None:
    right = actions.issue(token(PHONE), order, NOW).zh
    client = Client()

    def check(place: int) -> Any:
        form = {"number": PHONE, "phrase": right if place == 6 else "苹果 苹果 苹果"}
        return client.post("/phrases/check/", form, REMOTE_ADDR=f"203.0.113.{place}")

    assert [check(place).status_code for place in range(7)] == [200] * 6 + [429]
    refused = check(6)
    assert refused["Retry-After"] == "600"
    assert "96110" in refused.text
    assert Phrase.objects.get().spent_at is None
    at(NOW + timedelta(minutes=10))
    assert "这个电话是我们打的" in check(6).text


def test_a_check_needs_the_forms_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/phrases/check/", {"number": PHONE, "phrase": "x"}).status_code == 403
    page = client.get("/phrases/check/")
    secret = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert secret is not None
    form = {"number": PHONE, "phrase": "x", "csrfmiddlewaretoken": secret[1]}
    assert client.post("/phrases/check/", form).status_code == 200


def test_the_public_pages_change_language_by_a_link_that_is_remembered(settings: Any) -> None:
    client = Client(headers={"Accept-Language": "zh-hans"})
    for path, english in (("/phrases/check/", "Is this call real?"), ("/holds/object/", "Object to a hold")):
        assert english not in Client().get(path).text
        page = client.get(f"{path}?language=en")
        assert english in page.text
        assert 'lang="en"' in page.text
        assert "<script" not in page.text
    assert "Is this call real?" in client.get("/phrases/check/").text
    assert "Is this call real?" not in client.get("/phrases/check/?language=zh-hans").text
    settings.LANGUAGE_COOKIE_SECURE = True  # as where the centre speaks HTTPS
    assert client.get("/phrases/check/?language=en").cookies["django_language"]["secure"]


@pytest.mark.usefixtures("at")
def test_an_operator_makes_a_phrase_for_the_persons_number_and_checks_one_for_who_calls_back(
    order: Order, people: dict[str, User]
) -> None:
    client = Client()
    client.force_login(people["operator"])
    assert client.post(f"/phrases/issue/{order.order_id}", {"number": token(UNKNOWN)}).status_code == 409
    page = client.post(f"/phrases/issue/{order.order_id}", {"number": token(PHONE)})
    said = re.search(r'id="phrase">([^<]+)<', page.text)
    assert said is not None
    right = client.post("/phrases/callback/", {"number": PHONE, "phrase": said[1]})
    again = client.post("/phrases/callback/", {"number": PHONE, "phrase": said[1]})
    assert ("这个电话是我们打的" in right.text, "这个电话是我们打的" in again.text) == (True, False)
    assert WrongPhrase.objects.get().via == "callback"
    with pytest.raises(PermissionDenied):
        actions.issue(token(PHONE), order, NOW, by=people["analyst"])
    for _ in range(4):
        client.post("/phrases/callback/", {"number": PHONE, "phrase": "苹果 苹果 苹果"})
    refused = client.post("/phrases/callback/", {"number": PHONE, "phrase": "苹果 苹果 苹果"})
    assert (refused.status_code, "尝试次数过多" in refused.text) == (429, True)


@pytest.mark.usefixtures("at")
def test_wrong_phrases_are_a_list_for_analysts_and_a_count_on_the_order(
    order: Order, people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        asked(PHONE, "石桥 石桥 石桥")
    (suspicion,) = queries.suspicions(NOW)
    assert (suspicion.number, suspicion.wrong, suspicion.all) == (token(PHONE), 3, 3)
    clients = {name: Client() for name in people}
    for name, client in clients.items():
        client.force_login(people[name])
    assert clients["operator"].get("/phrases/wrong/").status_code == 403
    assert ">3<" in clients["analyst"].get("/phrases/wrong/").text
    asked(UNKNOWN, "石桥 石桥 石桥")
    monkeypatch.setattr(queries, "LONGEST_LIST", 1)
    page = clients["analyst"].get("/phrases/wrong/").text
    assert ("号码总数: 2" in page, page.count("<tr>")) == (True, 2)
    assert "错误口令核验：3 次" in clients["operator"].get(f"/dissuasion/{order.order_id}/").text


def test_no_two_words_sound_alike_even_where_tones_and_southern_sounds_are_lost() -> None:
    def heard(pinyin: str) -> str:
        return re.sub("([zcs])h", r"\1", words.plain(pinyin)).replace("l", "n").replace("f", "h").replace("ng", "n")

    assert len({heard(pinyin) for pinyin in words.WORDS.values()}) == len(words.WORDS) == 146
    plain = [words.plain(pinyin) for pinyin in words.WORDS.values()]
    assert len({one + other for one in plain for other in plain}) == len(plain) ** 2, "a pair reads as another pair"


@given(
    st.lists(st.sampled_from(sorted(words.WORDS)), min_size=3, max_size=3, unique=True),
    st.sampled_from([" ", "", "，", " - ", "\u3000"]),
)
def test_a_phrase_is_the_same_however_it_is_typed(phrase: list[str], between: str) -> None:
    pinyin = between.join(words.WORDS[word] for word in phrase)
    both = words.shown(tuple(phrase)).en
    same = {
        both,
        between.join(phrase),
        pinyin,
        pinyin.upper(),
        between.join(words.plain(words.WORDS[w]) for w in phrase),
    }
    assert {words.canonical(one) for one in same} == {"".join(words.plain(words.WORDS[word]) for word in phrase)}
    assert words.canonical(between.join([*phrase[:2], "平果"])) not in {words.canonical(one) for one in same}


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 900), min_size=1, max_size=60))
def test_in_no_time_does_anybody_do_more_than_the_rate_allows(waits: list[int]) -> None:
    RateRow.objects.all().delete()
    rate, now, done, told = rates.rate("phrase.number", NOW), NOW, [], []
    for wait in waits:
        now += timedelta(seconds=wait)
        try:
            rates.spend("phrase.number", "n-x", now)
            done.append(now)
        except rates.TooMany as refusal:
            told.append(refusal.retry_after)
    for first, begin in enumerate(done):
        for last, end in enumerate(done[first:], start=1):
            assert last <= rate.most + (end - begin) / (rate.within / rate.most)
    assert len(done) >= min(len(waits), rate.most)
    assert all(1 <= seconds <= (rate.within / rate.most).total_seconds() for seconds in told)


def test_rates_count_everybody_apart_and_are_forgotten_when_they_hold_nobody_back() -> None:
    for _ in range(6):
        rates.spend("phrase.number", "n-a", NOW)
    with pytest.raises(rates.TooMany):
        rates.spend("phrase.number", "n-a", NOW)
    rates.spend("phrase.number", "n-b", NOW)
    assert "n-a" not in str(list(RateRow.objects.values_list("who", flat=True)))
    assert rates.forget(NOW + timedelta(minutes=11)) == 1
    assert rates.forget(NOW + timedelta(minutes=61)) == 1
