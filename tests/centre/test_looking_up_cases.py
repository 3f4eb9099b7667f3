"""Looking up a case: the list, the search, its papers and its timeline, and every page in both languages."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from django.contrib.auth.models import User

from fanzha.centre.access import vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.access.words import act_words
from fanzha.centre.cases import actions, queries, timeline
from fanzha.centre.cases.models import Case
from fanzha.centre.cases.narrative import Facts
from fanzha.centre.clues import actions as clues
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.funds import actions as funds
from fanzha.centre.funds.models import StopPayment
from fanzha.centre.intake.actions import receive
from fanzha.centre.networks import actions as networks
from fanzha.centre.suspects import actions as suspects
from tests.centre import reported_cases
from tests.centre.reported_cases import CARD, NOW, PHONE, STORY, entered, filed, row, taken

people = reported_cases.people
standing_clock = reported_cases.standing_clock


def test_a_name_is_found_whatever_spaces_stood_around_it(people: dict[str, User]) -> None:
    case = taken(people, name=" 张三 ")
    found = queries.found_by(actions.look_up("张三", people["analyst"], NOW), "张三")
    assert [one.cases for one in found] == [1]
    assert case.identifiers.filter(kind="name", token=found[0].token).exists()


@pytest.mark.usefixtures("standing_clock")
def test_of_an_identifier_in_very_many_cases_the_newest_are_shown_and_all_counted(people: dict[str, User]) -> None:
    rows = [
        row(f"many-{n}", NOW - timedelta(days=201 - n), narrative="被骗。", person=f"many-{n}", payee="[]", number="[]",
            url='["many.example"]') for n in range(201)
    ]  # fmt: skip
    receive("reports", pl.DataFrame(rows), "many", NOW)
    numbers = list(Case.objects.order_by("reported_at").values_list("number", flat=True))
    (found,) = queries.found_by(actions.look_up("many.example", people["analyst"], NOW), "many.example")
    assert found.cases == 201
    page = entered(people["analyst"]).get("/cases/about/many.example/")
    shown = [line.case.number for line in page.context["lines"]]
    assert (shown[0], shown[-1], len(shown)) == (numbers[-1], numbers[1], 200)
    assert "the first 200 records are shown. (201)" in page.text
    assert numbers[-1] in {entry.detail for entry in page.context["timeline"]}


def test_a_case_shows_the_papers_that_it_rests_on(people: dict[str, User]) -> None:
    case, officer = taken(people), people["officer"]
    actions.recover(case.number, officer, "frozen", 1_000_000, NOW, "f1", document="冻结通知3号")
    actions.recover(case.number, officer, "frozen", 1_000, NOW, "f2")
    who = suspects.name(officer, case.number, "451002199001010001", NOW, "王五", "caller")
    suspects.measure(who.pk, officer, case.number, "detained", NOW, "拘留证1号", NOW)
    suspects.ask(officer, NOW, "MM", "协查", NOW, "协查函5号", case.number)
    stop = StopPayment.objects.get()
    funds.approve(stop.pk, people["leader"], NOW)
    funds.send(stop.pk, people["operator"], NOW)
    page = entered(people["analyst"]).get(f"/cases/{case.number}/").text
    papers = page.split("<h2>Documents</h2>")[1].split("</section>")[0]
    assert [
        paper for paper in ("冻结通知3号", "拘留证1号", "协查函5号", "Stop-payment form") if paper not in papers
    ] == []
    assert papers.count("<li>") == 4
    assert f'<a href="/suspects/{who.pk}/">拘留证1号</a>' in papers
    assert f'<a href="/funds/{stop.pk}/">Stop-payment form {stop.pk}</a>' in papers


def test_a_case_is_found_by_any_of_its_identifiers_and_the_search_is_on_record(people: dict[str, User]) -> None:
    case = taken(people)
    client = entered(people["analyst"])
    for typed_, there in ((case.number, f"/cases/{case.number}/"), ("154 0000 0009", "/cases/about/n-")):
        assert client.post("/cases/search/", {"q": typed_})["Location"].startswith(there)
    for typed_ in (PHONE, CARD, "张三", "pay.example", "https://www.pay.example/further?x"):
        answer = client.post("/cases/search/", {"q": typed_}, follow=True)
        assert case.number in answer.text
        assert CARD not in answer.text
    assert "Nothing is known" in client.post("/cases/search/", {"q": "15409999999"}).text
    assert AuditEntry.objects.filter(action="search").count() == 7
    assert not AuditEntry.objects.filter(action="search", subject__contains="154").exists()


def test_whatever_has_a_number_is_found_by_it_and_a_site_by_what_it_was_seen_with(people: dict[str, User]) -> None:
    case, client = taken(people), entered(people["analyst"])
    clue = clues.receive(people["officer"], NOW, "app", "某某 会议", "telecom", case=case.number)
    den = networks.write_den(people["leader"], "某园区", "MM", "协查函", NOW)
    networks.see_site(people["analyst"], "pay.example", "icp", "桂ICP备00000000号", NOW)
    for typed_, there in (
        (clue.number.lower(), f"/clues/{clue.number}/"),
        (den.number, f"/networks/dens/{den.number}/"),
        ("某某会议", "/cases/about/"),
        ("桂ICP备00000000号", "/cases/about/pay.example/"),
    ):
        assert client.post("/cases/search/", {"q": typed_})["Location"].startswith(there)


def test_the_timeline_tells_everything_of_a_case_and_of_an_account(people: dict[str, User]) -> None:
    case, officer = filed(people), people["officer"]
    clue = clues.receive(officer, NOW, "account", CARD, "telecom", case=case.number)
    clues.value(clue.number, people["analyst"], "A", NOW)
    who = suspects.name(officer, case.number, "451002199001010001", NOW, role="financier")
    suspects.measure(who.pk, officer, case.number, "detained", NOW, "拘留证1号", NOW)
    asked = suspects.ask(officer, NOW, "MM", "协查", NOW, "函1号", case.number)
    suspects.answer(asked.pk, officer, "同意", "复函1号", NOW, NOW)
    actions.recover(case.number, officer, "frozen", 100, NOW, "k")
    stop = StopPayment.objects.get()
    funds.approve(stop.pk, people["leader"], NOW)
    said = timeline.of_case(case)
    assert {"The case was opened", "Accepted", "Filed", "Reported", "Money went out", "Stop-payment", "Request abroad",
            "Answer from abroad", "Named as a suspect", "Criminal detention"} <= {one.text.en for one in said}  # fmt: skip
    for subject in (case.number, clue.number, f"stop {stop.pk}"):
        for one in AuditEntry.objects.filter(subject=subject):
            words = act_words(one.action, one.reason)[0]
            assert any((entry.text, entry.at) == (words, one.at) for entry in said), one.action
    token = case.identifiers.get(kind="account").token
    of_account = {entry.text.en for entry in timeline.of_tokens([token])}
    assert of_account >= {"Named in a case", "Paid or was paid in a case", "Stop-payment", "A clue", "Clue valued"}
    of_person = {entry.text.en for entry in timeline.of_tokens([case.victim])}
    assert "The victim of a case" in of_person


def test_the_timeline_of_a_person_tells_how_they_were_warned_and_of_whom_they_reported(people: dict[str, User]) -> None:
    incoming = dissuasion.Incoming(dissuasion.OWN, "w1", "p-teacher", "person", 2, NOW, {"reasons": []})
    order = dissuasion.open_orders([incoming], NOW)[0]
    dissuasion.take(order.order_id, people["operator"], NOW)
    warned = [entry.text.en for entry in timeline.of_tokens(["p-teacher"])]
    for one in AuditEntry.objects.filter(subject=order.order_id):
        assert act_words(one.action, one.reason)[0].en in warned
    case = actions.open_case(order, people["operator"], NOW)
    assert set(warned) <= {entry.text.en for entry in timeline.of_case(case)}
    taken(people, reporter="15400000055")
    told_by = {entry.text.en for entry in timeline.of_tokens([vault.token("number", "15400000055")])}
    assert told_by == {"Reported a loss of somebody else's"}


@pytest.mark.usefixtures("standing_clock")
def test_the_list_is_filtered_kept_and_paged(people: dict[str, User]) -> None:
    for minute in range(53):
        taken(people, Facts("AB" if minute % 2 else "AD"), NOW - timedelta(minutes=minute))
    client = entered(people["analyst"])
    first = client.get("/cases/")
    assert first.text.count('<tr><td class="whole">') == 50
    rest = client.get(f"/cases/?after={first.context['following'].replace('+', '%2B')}")
    assert rest.text.count('<tr><td class="whole">') == 3
    assert client.get("/cases/?case_class=AB").text.count('<tr><td class="whole">') == 26
    client.post("/cases/filters/", {"name": "刷单", "query": "case_class=AB&evil=1"})
    assert '?case_class=AB"' in client.get("/cases/").text
    assert client.post("/cases/filters/", {"name": "", "query": "case_class=AB"}).status_code == 409
    assert "刷单" not in entered(people["leader"]).get("/cases/").text


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_stands_in_both_languages(language: str, people: dict[str, User]) -> None:
    case = filed(people)
    taken(people, now=NOW + timedelta(hours=1))
    client = entered(people["analyst"], language)
    report = case.reports.get()
    for page in ("", "new/", "file/", "training/", "twins/", "cards/", "cards/?worked=1", "overdue/", f"{case.number}/",
                 f"{case.number}/reports/{report.pk}/"):  # fmt: skip
        answer = client.get(f"/cases/{page}")
        assert answer.status_code == 200, page
        assert ("案件" in answer.text) == (language == "zh-hans") or page.startswith("C"), page
    dates = client.get(f"/cases/{case.number}/").text
    assert ("<dt>立案时间</dt>" in dates, "<dt>Filed at</dt>" in dates) == (language == "zh-hans", language == "en")
    opened = client.post(f"/cases/{case.number}/reports/{report.pk}/", {"reason": "核对"})
    assert STORY in opened.text
    wrong = client.post(f"/cases/{case.number}/move", {"to": "reported"})
    assert ("案件当前状态" in wrong.text) == (language == "zh-hans") or wrong.status_code == 403
