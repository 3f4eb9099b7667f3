"""What is handed down: each row once in, once an order, once handled, once fed back."""

from __future__ import annotations

import doctest
import json
from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import User
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from fanzha.centre.access import vault
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Breach, Order
from fanzha.centre.inbox import actions, mapping, queries, words
from fanzha.centre.inbox.models import FeedbackFile, Pushed
from fanzha.centre.intake.models import Quarantined
from fanzha.centre.secrets import secret
from fanzha.refusal import Refusal
from tests.centre import handed_down
from tests.centre.handed_down import NOW, TEACHER, clear_home, conclude, everybody, logged, minutes, push, row, told_to

empty_home = handed_down.empty_home
people = handed_down.people


def test_what_several_senders_say_of_one_person_is_one_order_with_ours(people: dict[str, User]) -> None:
    subject = vault.keep("number", TEACHER)
    ours = dissuasion.Incoming(dissuasion.OWN, "w1", subject, "number", 3, NOW, {"reasons": []})
    order = dissuasion.open_orders([ours], NOW)[0]
    push(row("1"), row("1", source="12381", level=1, text="来电 15400000099"))
    assert Order.objects.get().level == 1
    assert set(order.bases.values_list("source", "warning_id")) == {("fanzha", "w1"), ("province", "1"), ("12381", "1")}
    client = Client()
    client.force_login(people["operator"])
    assert "工信部12381 · 话单预警: 来电 154****99" in client.get(f"/dissuasion/{order.order_id}/").text


@pytest.mark.usefixtures("people")
def test_a_row_that_comes_again_in_another_file_is_one_record_and_one_signal() -> None:
    assert push(row("1"), row("2"), key="a").new == 2
    receipt = push(row("1"), row("2"), row("3"), key="b")
    assert (receipt.accepted, receipt.new) == (3, 1)
    assert push(row("1"), row("2"), row("3"), key="b").new == 1
    assert logged() == ["1", "2", "3"]
    assert Pushed.objects.count() == 3
    with pytest.raises(Refusal, match="other rows"):
        push(row("9"), key="b")
    assert not Pushed.objects.filter(source_id="9").exists()


@pytest.mark.usefixtures("people")
def test_the_interface_takes_them_in_the_same_way() -> None:
    body = json.dumps(row("1")) + "\n" + json.dumps(row("2", level=9))
    token = secret(django_settings.HOME, "intake_token")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "k"}
    answer = Client().post("/api/v1/signals/pushed", body, content_type="application/x-ndjson", headers=headers)
    assert (answer.json()["accepted"], answer.json()["refused"]) == (1, 1)
    one = Pushed.objects.get()
    assert one.order is not None
    assert one.subject != TEACHER
    assert Quarantined.objects.get().rows == 1


@pytest.mark.usefixtures("people")
def test_a_warning_without_a_level_is_graded_by_its_kind_and_without_a_deadline_by_its_level() -> None:
    push(row("1", kind="fund", level=None), row("2", kind="unheard of", level=None, subject="+8615400000002"))
    fund, other = Pushed.objects.order_by("source_id")
    assert (fund.level, fund.order.level, other.order.level) == (None, 1, 3)
    assert (fund.feedback_due, other.feedback_due) == (minutes(120), minutes(1440))


def test_each_row_is_told_once_and_a_correction_is_told_again(people: dict[str, User]) -> None:
    push(row("1"), row("2", source="ministry"))
    order, leader = Order.objects.get(), people["leader"]
    conclude(order, leader, minutes(30), "D08")
    conclude(order, leader, minutes(31), "D08")
    assert actions.write_feedback(minutes(32)) == 0, "it waits to be gathered with others"
    assert actions.write_feedback(minutes(41)) == 2
    assert actions.write_feedback(minutes(60)) == 0
    conclude(order, leader, minutes(70), "D10")
    actions.write_feedback(minutes(90))
    dissuasion.correct_outcome(order.order_id, leader, minutes(100), "D07", "重复")
    actions.write_feedback(minutes(120))
    for sender in ("province", "ministry"):
        said = [(line["said"], line["outcome"]) for line in told_to(sender)]
        assert said == [("first", "D08"), ("further", "D10"), ("corrected", "D07")]
    one = Pushed.objects.get(source="province")
    assert (one.handled_at, one.fed_back_at, one.code) == (minutes(30), minutes(41), "D07")
    assert told_to("province")[0]["concluded_at"] == "2026-03-02T12:30:00+08:00"


def test_a_writer_killed_before_it_could_say_so_writes_the_same_file_again(people: dict[str, User]) -> None:
    push(row("1"))
    conclude(Order.objects.get(), people["leader"], minutes(5))
    actions.write_feedback(minutes(20))
    before = told_to("province")
    FeedbackFile.objects.update(written_at=None)
    Pushed.objects.update(fed_back_at=None)
    actions.write_feedback(minutes(21))
    assert told_to("province") == before
    assert FeedbackFile.objects.count() == 1


def test_a_file_goes_out_at_once_when_the_senders_deadline_is_near(people: dict[str, User]) -> None:
    push(row("1", feedback_due=minutes(15).isoformat()))
    conclude(Order.objects.get(), people["leader"], minutes(6))
    assert actions.write_feedback(minutes(7)) == 1


def test_a_row_that_joins_an_order_that_is_over_is_told_what_stands(people: dict[str, User]) -> None:
    push(row("1"))
    conclude(Order.objects.get(), people["leader"], minutes(5))
    push(row("2", level=3), at=minutes(10))
    late_comer = Pushed.objects.get(source_id="2")
    assert (late_comer.handled_at, late_comer.code) == (minutes(10), "D10")


@pytest.mark.usefixtures("people")
def test_a_sender_who_was_not_told_in_time_is_a_breach_that_everybody_sees(people: dict[str, User]) -> None:
    push(row("1", feedback_due=minutes(45).isoformat()))
    assert actions.find_late(minutes(44)) == 0
    assert actions.find_late(minutes(46)) == 1
    assert actions.find_late(minutes(47)) == 0
    dissuasion.find_breaches(minutes(46))
    assert Breach.objects.filter(step="sender_feedback").count() == 1
    client = Client()
    client.force_login(people["leader"])
    assert "province" not in client.get("/inbox/?late=1&sender=bank").text.split("<table")[1]
    assert Pushed.objects.get().source_id in client.get("/inbox/?late=1").text


def test_the_month_balances_only_when_all_is_handled_and_fed_back(people: dict[str, User]) -> None:
    push(row("1"), row("2", source="bank", subject="+8615400000002"))
    conclude(Pushed.objects.get(source="bank").order, people["leader"], minutes(5))
    bank, province = queries.reconciliation(date(2026, 3, 1))
    assert (bank.pushed, bank.handled, bank.fed_back, bank.balances, len(bank.not_fed_back)) == (1, 1, 0, False, 1)
    actions.write_feedback(minutes(20))
    bank, province = queries.reconciliation(date(2026, 3, 31))
    assert (bank.fed_back, bank.balances) == (1, True)
    assert (province.handled, province.balances, [one.source_id for one in province.not_handled]) == (0, False, ["1"])
    assert queries.reconciliation(date(2026, 2, 1)) == []
    client = Client()
    client.force_login(people["leader"])
    told = client.get("/inbox/month/?month=2026-03&as=csv").content.decode("utf-8-sig")
    assert "2026-03,bank,1,1,1,0,true" in told
    opened = client.get("/inbox/month/?month=2026-03&as=open").content.decode("utf-8-sig")
    assert "province,1,not_handled" in opened


class EachRow(TestCase):
    @settings(max_examples=12)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(("push", "again", "conclude", "write", "late", "correct")),
                st.sampled_from(("province", "bank")),
                st.integers(1, 4),
            ),
            min_size=3,
            max_size=14,
        )
    )
    def test_every_pushed_row_is_exactly_once_handled_and_fed_back(self, steps: list[tuple[str, str, int]]) -> None:
        clear_home()
        leader, now, last = everybody()["leader"], NOW, row()
        for step, source, number in steps:
            now += timedelta(minutes=7)
            open_ones = Order.objects.exclude(state="closed").order_by("id")
            if step == "push":
                last = row(f"{source}{number}", source, f"+861540000000{number}", level=number)
                push(last, at=now)
            elif step == "again":
                push(last, at=now)
            elif step == "conclude" and open_ones:
                conclude(open_ones[number % len(open_ones)], leader, now)
            elif step == "write":
                actions.write_feedback(now)
            elif step == "late":
                actions.find_late(now)
            elif step == "correct" and (closed := Order.objects.filter(state="closed", outcome="D10").first()):
                dissuasion.correct_outcome(closed.order_id, leader, now, "D07", "重复")
        actions.open_waiting(now)
        for order in Order.objects.exclude(state="closed"):
            conclude(order, leader, now)
        actions.write_feedback(now + timedelta(hours=1))
        for source in ("province", "bank"):
            rows = Pushed.objects.filter(source=source)
            told = told_to(source)
            first = [line["source_id"] for line in told if line["said"] == "first"]
            assert sorted(first) == sorted(rows.values_list("source_id", flat=True)), "each once"
            newest = {line["source_id"]: line["outcome"] for line in told}
            assert newest == {one.source_id: one.order.outcome for one in rows}, "the newest outcome was told"
        assert all(one.balances for one in queries.reconciliation(date(2026, 3, 1)))
        assert sorted(logged()) == sorted(Pushed.objects.values_list("source_id", flat=True))


def test_a_senders_name_never_leads_out_of_the_folder_of_feedback(people: dict[str, User]) -> None:
    push(row("=1+1", source="../../evil"))
    conclude(Order.objects.get(), people["leader"], minutes(5))
    actions.write_feedback(minutes(20))
    (folder,) = (django_settings.HOME.root / "feedback").iterdir()
    assert folder.name.startswith("______evil-")
    assert told_to(folder.name)[0]["source_id"] == "'=1+1"


def test_the_examples_in_the_code_run() -> None:
    assert doctest.testmod(mapping) == (0, 5)
    assert doctest.testmod(words) == (0, 1)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_in_both_languages_and_strangers_are_sent_to_sign_in(
    language: str, people: dict[str, User]
) -> None:
    push(row("1"))
    client = Client(headers={"Accept-Language": language})
    paths = ["/inbox/", "/inbox/month/", "/inbox/files/", "/inbox/desk/", "/inbox/quarantine/", "/funds/", "/cases/"]
    assert {client.get(path).status_code for path in paths} == {302}
    client.force_login(people["leader"])
    for path in paths:
        page = client.get(path)
        assert (page.status_code, "收件" in page.text) == (200, language == "zh-hans"), path
