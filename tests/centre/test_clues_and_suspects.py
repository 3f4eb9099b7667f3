"""Clues are worked on until their sender is told, and a suspect is one person in all cases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from fanzha.centre.cases import timeline
from fanzha.centre.cases.models import Overdue
from fanzha.centre.clues import actions as clues
from fanzha.centre.clues import queries as clue_queries
from fanzha.centre.clues.models import Clue
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.networks import actions as networks
from fanzha.centre.suspects import actions as suspects
from fanzha.centre.suspects import queries as suspect_queries
from tests.centre import reported_cases
from tests.centre.reported_cases import FRAUD, NOW, entered, filed, refused, taken

people = reported_cases.people


def test_a_clue_is_valued_verified_fed_back_and_holds_its_case_open(people: dict[str, User]) -> None:
    case, analyst, officer = filed(people), people["analyst"], people["officer"]
    clue = clues.receive(officer, NOW, "number", FRAUD, "telecom", source_id="t-1", case=case.number)
    assert clues.receive(officer, NOW, "number", FRAUD, "telecom", source_id="t-1", case=case.number) == clue
    assert clues.receive(officer, NOW, "number", FRAUD, "bank", case=case.number).state == "duplicate"
    assert clues.value(clue.number, analyst, "A", NOW).due_at == NOW + timedelta(hours=24)
    assert clues.without_disposition(case)
    clues.assign(clue.number, analyst, officer, NOW)
    with refused("clue.mine"):
        clues.verify(clue.number, analyst, NOW)
    clues.verify(clue.number, officer, NOW)
    with refused("clue.reason"):
        clues.dispose(clue.number, officer, "linked", "", NOW)
    done = clues.dispose(clue.number, officer, "linked", "为收款方所用", NOW)
    assert (done.case, done.due_at, clues.without_disposition(case)) == (case, NOW + timedelta(days=3), [])
    assert clues.feed_back(clue.number, officer, "已并案", NOW).state == "closed"
    assert any(entry.text.en == "A clue" for entry in timeline.of_case(case))
    page = entered(analyst).get(f"/cases/{case.number}/").text
    assert "Clue board" in page
    assert clue.number in page


def test_who_found_somebody_involved_decides_nothing_about_it(people: dict[str, User]) -> None:
    incoming = dissuasion.Incoming(dissuasion.OWN, "w1", "p-teacher", "person", 2, NOW, {"reasons": []})
    order = dissuasion.open_orders([incoming], NOW)[0].order_id
    dissuasion.take(order, people["leader"], NOW)
    dissuasion.record_contact(order, people["leader"], NOW, "answered")
    said = {"evidence": "met_and_seen", "exception": "已核实", "who_said": "officer"}
    dissuasion.record_outcome(order, people["leader"], NOW, "D11", **said)
    clue = Clue.objects.get()
    assert (clue.source, clue.token, clue.found_by) == ("dissuasion", "p-teacher", people["leader"])
    with refused("clue.own"):
        clues.value(clue.number, people["leader"], "B", NOW)
    clues.value(clue.number, people["second"], "B", NOW)
    with refused("clue.handler"):
        clues.assign(clue.number, people["second"], people["leader"], NOW)
    with pytest.raises(PermissionDenied):
        clues.value(clue.number, people["operator"], "B", NOW)
    clues.assign(clue.number, people["second"], people["officer"], NOW)
    clues.verify(clue.number, people["officer"], NOW)
    with refused("clue.own"):
        clues.dispose(clue.number, people["leader"], "invalid", "无关", NOW)


def test_a_clue_that_somebody_wrote_down_about_an_order_holds_no_outcome_up(people: dict[str, User]) -> None:
    incoming = dissuasion.Incoming(dissuasion.OWN, "w1", "p-teacher", "person", 2, NOW, {"reasons": []})
    order = dissuasion.open_orders([incoming], NOW)[0].order_id
    clues.receive(people["officer"], NOW, "person", "", "dissuasion", "本人涉案", f" {order} ")
    dissuasion.take(order, people["leader"], NOW)
    dissuasion.record_contact(order, people["leader"], NOW, "answered")
    said = {"evidence": "met_and_seen", "exception": "已核实", "who_said": "officer"}
    dissuasion.record_outcome(order, people["leader"], NOW, "D11", **said)
    assert sorted(Clue.objects.values_list("token", "source_id")) == [("", order), ("p-teacher", "")]
    with refused("clue.id"):
        clues.receive(people["officer"], NOW, "number", FRAUD, "telecom", source_id="t" * 81)


def test_a_clue_that_was_ruled_out_stands_so_on_the_board_when_its_sender_was_told(people: dict[str, User]) -> None:
    case, officer = filed(people), people["officer"]
    for value, came in ((FRAUD, "linked"), ("15400000033", "invalid")):
        clue = clues.receive(officer, NOW, "number", value, "telecom", case=case.number)
        clues.value(clue.number, officer, "A", NOW)
        clues.assign(clue.number, officer, officer, NOW)
        clues.verify(clue.number, officer, NOW)
        clues.dispose(clue.number, officer, came, "已核", NOW)
        clues.feed_back(clue.number, officer, "已反馈", NOW)
    told_ = {name.en: [line.clue.finding for line in found] for name, found in clue_queries.board(case, NOW)}
    assert told_ == {"Waiting": [], "Being verified": [], "Settled": ["已核"], "Ruled out": ["已核"]}


def test_a_late_clue_is_handed_up_until_it_is_worked_on(people: dict[str, User]) -> None:
    clue = clues.receive(people["officer"], NOW, "url", "pay.example", "public")
    assert clues.find_overdue(NOW + timedelta(hours=25)) == 1
    assert clues.find_overdue(NOW + timedelta(hours=26)) == 0
    clues.value(clue.number, people["analyst"], "C", NOW + timedelta(hours=27))
    assert not Overdue.objects.filter(ended_at=None).exists()
    assert clues.find_overdue(NOW + timedelta(days=30)) == 2  # past its limit, and nobody worked on it
    assert clues.find_overdue(NOW + timedelta(days=31)) == 0


def test_a_person_is_one_suspect_in_all_cases_and_overlaps_are_printed(people: dict[str, User]) -> None:
    officer, (first, second) = people["officer"], (taken(people), taken(people, now=NOW + timedelta(hours=1)))
    one = suspects.name(officer, first.number, "451002199001010001", NOW, "王五", "card_holder")
    assert suspects.name(officer, second.number, "451002199001010001", NOW, role="fan_gatherer") == one
    other = suspects.name(officer, first.number, "451002199001010002", NOW, role="financier")
    for who in (one, one, other):
        suspects.measure(who.pk, officer, first.number, "detained", NOW, "拘留证1号", NOW)
    den = networks.write_den(people["leader"], "某园区", "MM", "协查函", NOW)
    with refused("suspect.network"):
        suspects.put(other.pk, officer, NOW, "口供", den="D2020000001")
    suspects.put(other.pk, officer, NOW, "出入境记录与口供", den=den.number, overseas=True, abroad="mm")
    suspects.put(other.pk, officer, NOW, "出入境记录与口供", den=den.number, overseas=True, abroad="mm")
    shown = entered(people["analyst"]).get(f"/networks/dens/{den.number}/", headers={"accept-language": "en"}).text
    assert "Suspects · 1" in shown
    assert list(suspect_queries.chosen({"den": den.number})) == [other]
    begin, end = NOW - timedelta(days=1), NOW + timedelta(days=1)
    told_ = {tuple(group.en for group in row.groups): row.persons for row in suspect_queries.overlaps(begin, end)}
    assert told_[("Luring",)] == told_[("Two cards",)] == told_[("Luring", "Two cards")] == 1
    assert (told_[("Dens abroad",)], told_[("All, each once",)]) == (1, 2)
    with refused("suspect.document"):
        suspects.measure(one.pk, officer, first.number, "arrested", NOW, " ", NOW)
    with refused("suspect.time"):
        suspects.measure(one.pk, officer, first.number, "arrested", NOW + timedelta(days=1), "d", NOW)
    suspects.take_back_role(one.roles.get(role="fan_gatherer").pk, officer, "认错人", NOW)
    assert suspect_queries.dealt(begin, end, "luring").count() == 0
    page = entered(people["analyst"]).get(f"/suspects/{one.pk}/").text
    assert "王**" not in page or "王五" not in page
    assert "451002199001010001" not in page


def test_requests_abroad_are_answered_and_people_come_back(people: dict[str, User]) -> None:
    officer, case = people["officer"], taken(people)
    who = suspects.name(officer, case.number, "451002199001010003", NOW, role="den_member")
    suspects.put(who.pk, officer, NOW, "出入境记录", overseas=True, abroad="MM")
    asked = suspects.ask(officer, NOW, "mm", "移交人员", NOW, "协作函1号", case.number)
    suspects.came_back(who.pk, officer, "handed_over", NOW, "移交书1号", NOW, asked.pk)
    suspects.answer(asked.pk, officer, "同意", "复函1号", NOW, NOW)
    who.refresh_from_db()
    assert (who.abroad, who.overseas_den) == ("", True)
    assert suspect_queries.returned("handed_over", NOW, NOW + timedelta(seconds=1)).get().cooperation == asked
    with refused("cooperation.answered"):
        suspects.answer(asked.pk, officer, "同意", "复函2号", NOW, NOW)
    with refused("cooperation.country"):
        suspects.ask(officer, NOW, "CN", "x", NOW, "x")


def test_a_request_abroad_that_waits_for_its_answer_is_never_cut_off_the_page(people: dict[str, User]) -> None:
    officer = people["officer"]
    waiting = suspects.ask(officer, NOW, "mm", "移交人员", NOW - timedelta(days=99), "协作函0号")
    for n in range(1, 101):
        asked = suspects.ask(officer, NOW, "mm", "移交人员", NOW - timedelta(hours=n), f"协作函{n}号")
        suspects.answer(asked.pk, officer, "同意", f"复函{n}号", NOW, NOW)
    page = entered(officer).get("/suspects/cooperation/")
    assert page.context["requests"][0] == waiting
    assert "the first 100 records are shown. (101)" in page.text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_clues_and_suspects_stand_in_both_languages(language: str, people: dict[str, User]) -> None:
    case = taken(people)
    clue = clues.receive(people["officer"], NOW, "number", FRAUD, "telecom", case=case.number)
    who = suspects.name(people["officer"], case.number, "451002199001010003", NOW, role="caller")
    client = entered(people["analyst"], language)
    for page in ("/clues/", f"/clues/{clue.number}/", "/suspects/", f"/suspects/{who.pk}/", "/suspects/cooperation/"):
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert ("线索" in answer.text or "嫌疑人" in answer.text) == (language == "zh-hans"), page
    assert client.post(f"/clues/{clue.number}/value", {"value": "A"})["Location"] == f"/clues/{clue.number}/"
    assert client.post(f"/clues/{clue.number}/dispose", {"to": "linked"}).status_code == 409
    assert client.post("/suspects/new", {"case": case.number, "person": ""}).status_code == 409
    assert (
        entered(people["bank"]).get("/suspects/").status_code
        == entered(people["telecom"]).get("/clues/").status_code
        == 403
    )
    shown = client.post(f"/suspects/{who.pk}/unmask", {"reason": "核查"}).text
    assert "451002199001010003" in shown


def test_a_measure_and_a_return_that_are_clicked_twice_are_one_each(people: dict[str, User]) -> None:
    case, officer = filed(people), people["officer"]
    who = suspects.name(officer, case.number, "451002199001010003", NOW, role="den_member")
    at = NOW - timedelta(days=1)
    for _ in range(2):
        suspects.measure(who.pk, officer, case.number, "detained", at, "拘字1号", NOW)
        suspects.came_back(who.pk, officer, "persuaded", at, "劝返1号", NOW)
    suspects.measure(who.pk, officer, case.number, "arrested", NOW, "捕字1号", NOW)
    assert (who.measures.count(), who.returns.count()) == (2, 1)


def test_a_request_that_is_named_wrongly_is_not_left_out_unseen(people: dict[str, User]) -> None:
    who = suspects.name(people["officer"], filed(people).number, "p-abroad", NOW)
    said = {"how": "handed_over", "document": "移交书2号", "request": "柬函12号"}
    answer = entered(people["officer"]).post(f"/suspects/{who.pk}/back", said)
    assert (answer.status_code, who.returns.count()) == (409, 0)


def test_another_clue_under_an_id_that_its_sender_used_before_is_not_dropped_unseen(people: dict[str, User]) -> None:
    told = {"kind": "number", "source": "telecom", "source_id": "t-9", "text": "群呼"}
    client = entered(people["officer"])
    first = client.post("/clues/new", told | {"value": FRAUD})
    assert client.post("/clues/new", told | {"value": FRAUD}).headers["Location"] == first.headers["Location"]
    other = client.post("/clues/new", told | {"value": "15400000077"})
    assert (other.status_code, Clue.objects.count()) == (409, 1)
    assert 'value="15400000077"' in other.text


def test_what_was_found_is_still_there_when_its_case_was_typed_wrongly(people: dict[str, User]) -> None:
    officer = people["officer"]
    clue = clues.receive(officer, NOW, "number", FRAUD, "telecom")
    clues.value(clue.number, officer, "A", NOW)
    clues.assign(clue.number, officer, officer, NOW)
    clues.verify(clue.number, officer, NOW)
    said = {"to": "linked", "finding": "与刷单窝点同机", "case": "C2026999999"}
    page = entered(officer).post(f"/clues/{clue.number}/dispose", said)
    assert page.status_code == 409
    assert "与刷单窝点同机</textarea>" in page.text
    assert 'value="C2026999999"' in page.text


def test_what_was_typed_about_a_suspect_or_a_request_is_still_there_when_it_is_refused(people: dict[str, User]) -> None:
    client = entered(people["officer"])
    who = suspects.name(people["officer"], filed(people).number, "p-typed", NOW)
    said = {"case": "C2026999999", "kind": "detained", "at": "2026-01-05T09:30", "document": "拘字12号"}
    page = client.post(f"/suspects/{who.pk}/measure", said).text
    assert all(f'value="{said[name]}"' in page for name in ("case", "at", "document"))
    put = {"gang": "G2026999999", "abroad": "MM", "rests_on": "同案人供述"}
    page = client.post(f"/suspects/{who.pk}/put", put).text
    assert all(f'value="{typed}"' in page for typed in put.values())
    asked = {"country": "MM", "asked": "核查身份", "document": "函3号", "at": "2026-01-05T09:30", "case": "C2026999999"}
    page = client.post("/suspects/cooperation/new", asked).text
    assert page.count('value="2026-01-05T09:30"') == 1
    sent = suspects.ask(people["officer"], NOW, "MM", "核查身份", NOW, "函3号")
    answered = {"answer": "已查实", "document": "复函7号", "at": "2026-01-05T09:30"}
    page = client.post(f"/suspects/cooperation/{sent.pk}", answered)
    assert page.status_code == 409
    assert [page.text.count(f'value="{typed}"') for typed in answered.values()] == [1, 1, 1]


def test_a_new_suspect_who_is_refused_needs_not_be_typed_anew(people: dict[str, User]) -> None:
    said = {"case": "C2026999999", "person": "p-typed", "called": "王五", "role": "smuggler"}
    page = entered(people["officer"]).post("/suspects/new", said).text
    assert all(f'value="{said[name]}"' in page for name in ("case", "person", "called"))
    assert page.count('value="smuggler" selected') == 1
