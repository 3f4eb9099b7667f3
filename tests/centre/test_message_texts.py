"""What a message says: in our words and the person's language, with the standing advice, no link and no shame."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client

from fanzha.centre import clock
from fanzha.centre.access import vault
from fanzha.centre.channels import actions, queries, relative, texts
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.people.telling import may_tell
from fanzha.refusal import Refusal
from fanzha.vocabulary import CASE_CLASSES, Text
from tests.centre import simulated_providers
from tests.centre.simulated_providers import NOON, PHONE, City, after, known, order

running = simulated_providers.running
city = simulated_providers.city
users = simulated_providers.users
teacher = simulated_providers.teacher

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("teacher")
@pytest.mark.parametrize(
    ("language", "begins"), [("eng", "[Baise anti-fraud]"), ("zha", "【百色反诈】"), ("", "【百色反诈】")]
)
def test_who_asked_for_english_is_written_to_in_english_from_then_on(
    city: City, users: dict[str, User], language: str, begins: str
) -> None:
    one = dissuasion.take(order(2).order_id, users["operator"], NOON)
    if language:
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(users["operator"])
        assert client.post(f"/dissuasion/{one.order_id}/language", {"language": "klingon"}).status_code == 409
        assert client.post(f"/dissuasion/{one.order_id}/language", {"language": language}).status_code == 302
        one.refresh_from_db()
    actions.send("sms", key="k", now=NOON, order=one)
    later = order(3, after(90 * 3600))
    assert later.language == language
    actions.deliver(NOON)
    assert city.taken("sms")[0]["text"].startswith(begins)


def every_text() -> Iterator[tuple[str, Text]]:
    for name in ("voice", "sms", "flash"):
        for level in (1, 2, 3, 4):
            for case_class in ("", *CASE_CLASSES):
                yield name, texts.finished(texts.reviewed(name, level, case_class), phrase=True)
    for stated in ({"relation": "guardian", "minor": True}, {"consent": True}, {"money_leaving_now": True}):
        asked = {
            "relation": "relative",
            "case_class": "AF",
            "consent": False,
            "money_leaving_now": False,
            "minor": False,
        }
        words = may_tell(**{**asked, **stated}).words
        assert words is not None
        yield "relative", texts.finished(relative.wording(words))


def test_every_text_ends_with_the_standing_advice_carries_no_link_and_asks_for_no_code() -> None:
    found = list(every_text())
    assert len(found) == 3 * 4 * (1 + len(CASE_CLASSES)) + 3
    for name, text in found:
        assert text.zh.endswith("请先挂断，再自己拨打96110或110核实。"), name
        assert text.en.endswith("Hang up first, then dial 96110 or 110 yourself to check."), name
        for forbidden in ("http", "www", ".cn", ".com", "验证码", "密码", "点击", "code", "password", "click"):
            assert forbidden not in (text.zh + text.en).lower(), (name, forbidden)
        assert "{about}" not in text.zh + text.en


def test_no_text_names_a_class_that_would_shame_whoever_receives_it() -> None:
    for case_class in ("AI", "AM"):
        said = texts.reviewed("sms", 3, case_class)
        for word in ("裸聊", "婚恋", "交友", "sext", "romance", "nude"):
            assert word not in said.zh + said.en.lower()


@pytest.mark.usefixtures("city", "teacher")
@pytest.mark.parametrize(
    "words",
    ["请点击 t.cn/abc 处理", "请告知验证码", "see www.example.com", "Tell us your password", "到 10.0.0.1 核对"],
)
def test_another_apps_text_with_a_link_or_asking_for_a_code_is_refused(words: str) -> None:
    with pytest.raises(Refusal, match="no link and ask for no code"):
        actions.send("sms", key="k", now=NOON, recipient=PHONE, text=Text(words, words))


@pytest.mark.usefixtures("teacher")
def test_another_apps_text_gets_the_standing_advice_once(city: City) -> None:
    text = Text("您的账户已临时保护。请先挂断，再自己拨打96110或110核实。", "Your account is protected for now.")
    actions.send("sms", key="k", now=NOON, recipient=PHONE, text=text, level=1)
    actions.deliver(NOON)
    assert city.taken("sms")[0]["text"].count("请先挂断，再自己拨打96110或110核实。") == 1


@pytest.mark.parametrize("channel", ["sms", "flash", "voice"])
def test_a_one_time_phrase_is_in_what_goes_out_and_proves_it_and_staff_do_not_read_it(
    city: City, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = vault.token("number", "15400000001")
    known("+8615400000001", number)
    actions.send(channel, key="k", now=NOON, recipient=number, text=Text("您的账户已临时保护。", "It is protected."))
    actions.deliver(NOON)
    (taken,) = city.taken(channel)
    found = re.search(r"本次口令：(\w+ \w+ \w+)，", taken["say" if channel == "voice" else "text"])
    assert found is not None
    shown = queries.lines(queries.outbox())[0].text
    assert shown is not None
    assert not any(word in shown.zh for word in found[1].split())
    monkeypatch.setattr(clock, "now", lambda: after(60))
    asked = {"number": "15400000001", "phrase": found[1]}
    assert "这个电话是我们打的" in Client().post("/phrases/check/", asked).text
