"""Cases: a report becomes one, every item is gone through, nothing is forgotten, nothing is closed too early."""

from __future__ import annotations

import doctest
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client

from fanzha import reading
from fanzha.centre.access import actions as accounts
from fanzha.centre.access import audit, vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.access.words import act_words
from fanzha.centre.cases import actions, demo, figures, narrative, queries, timeline, typed
from fanzha.centre.cases.actions.reporting import Told
from fanzha.centre.cases.models import Case, FilingNotice, Identifier, InvolvedCard, Overdue, Reading, Report, Twin
from fanzha.centre.cases.narrative import Facts, Item, Moved
from fanzha.centre.clues import actions as clues
from fanzha.centre.clues.models import Clue
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.duty import actions as duty
from fanzha.centre.funds import actions as funds
from fanzha.centre.funds import at_intake
from fanzha.centre.funds.models import StopPayment
from fanzha.centre.intake.actions import fill, receive
from fanzha.centre.networks import actions as networks
from fanzha.centre.suspects import actions as suspects
from fanzha.centre.suspects import queries as suspect_queries
from fanzha.metrics import REGISTER
from fanzha.refusal import Refusal

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
CARD, OTHER = "9999991234567890124", "9999990000000000077"
PHONE, FRAUD = "15400000001", "15400000009"
STORY = f"报警人称被骗，向对方账户{CARD}转账5万元。"
FACTS = Facts(
    case_class="AB",
    items=(Item("number", FRAUD, "suspect"), Item("account", CARD, "suspect"), Item("url", "pay.example", "suspect")),
    transfers=(Moved(NOW - timedelta(minutes=9), 5_000_000, "", CARD, "合成银行", "李四", "mobile"),),
    stated_fen=5_000_000,
)


@pytest.fixture
def people(db: None) -> dict[str, User]:  # noqa: ARG001  (the fixture that opens the database)
    duty.ensure_units()
    accounts.ensure_demo_accounts()
    duty.ensure_demo_members()
    second = User.objects.create(username="second")
    second.groups.set(User.objects.get(username="demo-leader").groups.all())
    names = ("operator", "officer", "analyst", "leader", "bank", "telecom")
    return {**{name: User.objects.get(username=f"demo-{name}") for name in names}, "second": second}


def told(**more: Any) -> Told:
    return Told(**{"channel": "96110", "narrative": STORY, "reported_at": NOW, "phone": PHONE, "name": "张三", **more})


def taken(people: dict[str, User], facts: Facts = FACTS, now: datetime = NOW, **more: Any) -> Case:
    form = more.pop("form", str(uuid.uuid4()))
    return actions.take_report(told(**{"reported_at": now, **more}), facts, people["operator"], now, form)


def filed(people: dict[str, User]) -> Case:
    number = taken(people).number
    for to in ("accepted", "filed"):
        actions.move(number, people["analyst"], to, "", NOW)
    return Case.objects.get(number=number)


def refused(code: str) -> Any:
    class Caught:
        def __enter__(self) -> None:
            self.context = pytest.raises(Refusal)
            self.info = self.context.__enter__()

        def __exit__(self, *said: Any) -> bool | None:
            swallowed = self.context.__exit__(*said)
            if swallowed:
                assert self.info.value.code == code
            return swallowed

    return Caught()


def test_the_examples_run() -> None:
    assert doctest.testmod(narrative).failed == doctest.testmod(typed).failed == 0


def test_a_report_becomes_a_case_and_drafts_a_stop_payment_at_once(people: dict[str, User]) -> None:
    case = taken(people, form="f1")
    assert (case.state, case.case_class, case.sent_fen, case.lost_fen, case.differs_fen) == (
        "reported", "AB", 5_000_000, 5_000_000, 0,
    )  # fmt: skip
    assert case.due_at == NOW + timedelta(days=3)
    assert [item.kind for item in case.work.all()] == ["statement", "first_layer_funds", "calls", "devices"]
    stop = StopPayment.objects.get()
    assert (stop.case, stop.state, stop.amount_fen, stop.bank) == (case, "drafted", 5_000_000, "合成银行")
    assert taken(people, form="f1") == case
    assert (Case.objects.count(), StopPayment.objects.count()) == (1, 1)
    actions.after_report[0](case, None, NOW)
    assert StopPayment.objects.count() == 1


def test_nothing_clear_of_anybody_lies_outside_the_vault(people: dict[str, User]) -> None:
    taken(people)
    rows = [row for model in (Case, Report, Identifier, Reading, StopPayment) for row in model.objects.values_list()]
    rows += list(AuditEntry.objects.values_list())
    lying = repr([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in rows])
    assert not any(value in lying for value in (CARD, PHONE, FRAUD, "张三", "李四", "报警人"))
    assert "pay.example" in lying


def test_a_draft_without_a_holder_is_completed_before_anybody_approves(people: dict[str, User]) -> None:
    bare = Moved(NOW - timedelta(minutes=3), 100, "", CARD)
    nowhere = Moved(NOW - timedelta(minutes=3), 100)
    case = taken(people, Facts(transfers=(bare, nowhere)))
    stop = StopPayment.objects.get()
    with refused("stop.field"):
        funds.approve(stop.pk, people["leader"], NOW)
    at_intake.complete(stop.pk, people["officer"], "李四", "合成银行", NOW)
    assert funds.approve(stop.pk, people["leader"], NOW).state == "approved"
    assert sorted(case.transfers.values_list("no_stop", flat=True)) == ["", "no_account"]


def test_an_account_that_was_stopped_twice_drafts_no_third_stop_and_says_so(people: dict[str, User]) -> None:
    for _ in range(3):
        last = taken(people)
    assert StopPayment.objects.count() == 2
    assert last.transfers.get().no_stop == "used_up"


def test_money_that_was_stopped_and_frozen_counts_apart_and_once_in_the_headline(people: dict[str, User]) -> None:
    case = taken(people)
    stop = StopPayment.objects.get()
    funds.approve(stop.pk, people["leader"], NOW)
    funds.send(stop.pk, people["operator"], NOW)
    funds.take_effect(stop.pk, people["operator"], NOW, 4_000_000)
    funds.end(stop.pk, people["leader"], "converted_to_freeze", "立案", NOW + timedelta(hours=2))
    actions.recover(case.number, people["officer"], "returned", 1_000_000, NOW, "r1", of=f"freeze {stop.pk}")
    actions.recover(case.number, people["officer"], "returned", 1_000_000, NOW, "r1", of=f"freeze {stop.pk}")
    rows = case.recoveries.values_list("kind", "amount_fen", "of__kind")
    assert sorted(rows) == [
        ("frozen", 4_000_000, "stopped"),
        ("returned", 1_000_000, "frozen"),
        ("stopped", 4_000_000, None),
    ]
    with refused("recovery.amount"):
        actions.recover(case.number, people["officer"], "returned", 3_500_000, NOW, "r2", of=f"freeze {stop.pk}")


def test_what_the_victim_states_and_what_the_transfers_say_are_compared(people: dict[str, User]) -> None:
    back = Moved(NOW, 20_000, CARD, "", back=True)
    case = taken(people, Facts(transfers=(*FACTS.transfers, back), stated_fen=5_000_000))
    assert (case.sent_fen, case.returned_fen, case.differs_fen) == (5_000_000, 20_000, 20_000)
    client = entered(people["analyst"])
    assert "differ by 200.00 yuan" in client.get(f"/cases/{case.number}/").text


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [("channel", "pigeon", "report.channel"), ("narrative", " ", "report.narrative"), ("phone", "", "report.victim"),
     ("reported_at", NOW + timedelta(days=1), "report.time"), ("place", "110000", "report.place")],
)  # fmt: skip
def test_a_report_that_lacks_something_says_what(field: str, value: Any, code: str, people: dict[str, User]) -> None:
    with refused(code):
        actions.take_report(told(**{field: value}), FACTS, people["operator"], NOW, "f")
    assert not Case.objects.exists()


def test_a_bank_may_not_see_or_take_cases(people: dict[str, User]) -> None:
    case = taken(people)
    client = entered(people["bank"])
    for page in ("", "new/", "twins/", "cards/", "overdue/", f"{case.number}/", "training/", "file/"):
        assert client.get(f"/cases/{page}").status_code == 403
    with pytest.raises(PermissionDenied):
        actions.take_report(told(), FACTS, people["bank"], NOW, "f2")
    with pytest.raises(PermissionDenied):
        actions.move(case.number, people["operator"], "accepted", "", NOW)


def row(name: str, at: datetime = NOW, **more: Any) -> dict[str, Any]:
    base = {
        "report_id": name,
        "reported_at": at.isoformat(),
        "person": "teacher",
        "narrative": STORY,
        "loss_fen": "5000000",
    }
    return {**base, "payee": f'["{CARD}"]', "number": f'["+86{FRAUD}"]', "case_class": "AB", **more}


def test_reports_of_senders_become_cases_once_and_log_and_lake_hold_no_narrative(people: dict[str, User]) -> None:
    rows = pl.DataFrame([row("r1"), row("r2", at=NOW - timedelta(days=90)), row("r3", loss_fen="much")])
    receipt = receive("reports", rows, "k1", NOW)
    assert (receipt.accepted, receipt.new, receipt.refused) == (2, 2, 1)
    again = receive("reports", pl.DataFrame([row("r1")]), "k2", NOW)
    assert (again.accepted, again.new) == (1, 0)
    case = Report.objects.get(source_id="r1").case
    assert (case.channel, case.loss_fen, case.by) == ("signals", 5_000_000, None)
    assert {(one.kind, one.side, one.sure) for one in case.identifiers.all()} >= {
        ("account", "suspect", True), ("number", "suspect", True),
    }  # fmt: skip
    from django.conf import settings

    fill(NOW, every_s=0)
    lake = b"".join(path.read_bytes() for path in (settings.HOME.lake / "reports").rglob("*.parquet"))
    assert "转账".encode() not in lake
    assert people  # who may look


def test_a_person_goes_through_what_was_read_and_what_changed_is_training_data(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {
        "case_class": {"code": "AB", "confidence": 0.8, "because": ["刷单"]},
        "accounts": [{"value": CARD, "bank": "", "holder": "", "side": "suspect"}, {"value": OTHER, "side": "unknown"}],
        "transfers": [{"at": NOW.isoformat(), "amount_fen": 5_000_000, "from": "", "to": CARD, "channel": "mobile"},
                      {"at": NOW.isoformat(), "amount_fen": 700, "from": "", "to": OTHER, "channel": ""}],
        "loss_fen": {"stated": 5_000_000, "summed": 5_000_700, "returned": 0},
    }  # fmt: skip
    monkeypatch.setattr(reading, "read", lambda _text, _at: SimpleNamespace(as_json=lambda: found))
    receive("reports", pl.DataFrame([row("r9", payee="[]", number="[]", case_class="")]), "k9", NOW)
    report = Report.objects.get()
    assert (report.case.differs_fen, StopPayment.objects.count()) == (-700, 2)
    with refused("case.reason"):
        actions.show(report.pk, people["analyst"], "", NOW)
    text, facts = actions.show(report.pk, people["analyst"], "核对", NOW)
    assert (text, len(facts.items)) == (STORY, 2)
    right = Facts("AB", items=facts.items[:1], transfers=facts.transfers[:1], stated_fen=5_000_000)
    actions.confirm(report.pk, people["analyst"], right, NOW)
    case = Case.objects.get()
    assert [(one.kind, one.sure) for one in case.identifiers.all()] == [("account", True)]
    assert case.differs_fen == 0
    assert sorted(StopPayment.objects.values_list("state", flat=True)) == ["drafted", "withdrawn"]
    assert Reading.objects.get().changes == {"account": 1, "transfers": 1}
    with refused("report.confirmed"):
        actions.confirm(report.pk, people["analyst"], right, NOW)
    (line,) = actions.export(people["analyst"], "训练", NOW).splitlines()
    kept = json.loads(line)
    assert (kept["text"], len(kept["read"]["items"]), len(kept["confirmed"]["items"])) == (STORY, 2, 1)
    with pytest.raises(PermissionDenied):
        actions.export(people["operator"], "训练", NOW)


def test_two_reports_of_one_loss_are_found_and_joined_by_a_person(people: dict[str, User]) -> None:
    first, second = taken(people), taken(people, now=NOW + timedelta(hours=5))
    twin = Twin.objects.get()
    assert twin.alike == ["transfer", "victim", "victim_identifier"]
    actions.join(twin.pk, people["officer"], "同一人两次报案", NOW)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.state, second.joined_to, second.due_at) == ("joined", first, None)
    assert (first.reports.count(), first.sent_fen) == (2, 5_000_000)
    assert set(StopPayment.objects.values_list("case", flat=True)) == {first.pk}
    assert not Twin.objects.filter(joined=None).exists()
    with refused("case.joined"):
        actions.move(second.number, people["analyst"], "accepted", "", NOW)
    with refused("twin.decided"):
        actions.keep_apart(twin.pk, people["officer"], "", NOW)


def test_two_losses_that_look_alike_are_kept_apart_for_good(people: dict[str, User]) -> None:
    taken(people)
    other = taken(people, now=NOW + timedelta(days=1))
    actions.keep_apart(Twin.objects.get().pk, people["officer"], "两次被骗", NOW)
    actions.after_report[0](other, None, NOW)
    assert Twin.objects.filter(joined=None).count() == 0
    assert Case.objects.exclude(state="joined").count() == 2


def test_not_filing_is_told_and_reviewed_by_somebody_else(people: dict[str, User]) -> None:
    number = taken(people).number
    actions.move(number, people["officer"], "accepted", "", NOW)
    with refused("case.reason"):
        actions.move(number, people["analyst"], "not_filed", " ", NOW)
    actions.move(number, people["analyst"], "not_filed", "无犯罪事实", NOW)
    assert FilingNotice.objects.get().tell_by == NOW + timedelta(days=3)
    with refused("case.state"):
        actions.move(number, people["analyst"], "filed", "", NOW)
    actions.tell(number, people["officer"], "送达本人", NOW)
    finish(number, people)
    with refused("case.open"):
        actions.move(number, people["analyst"], "closed", "", NOW + timedelta(days=6))
    actions.ask_for_review(number, people["operator"], "不服", NOW + timedelta(days=7))
    with refused("review.own"):
        actions.answer_review(number, people["analyst"], True, "应立案", NOW + timedelta(days=8))
    actions.answer_review(number, people["leader"], True, "应立案", NOW + timedelta(days=8))
    case = Case.objects.get(number=number)
    assert (case.state, case.filed_at, FilingNotice.objects.get().upheld) == ("filed", NOW + timedelta(days=8), False)


def test_the_right_to_a_review_ends_and_then_the_case_can_be_closed(people: dict[str, User]) -> None:
    number = taken(people, Facts()).number
    actions.move(number, people["officer"], "accepted", "", NOW)
    actions.move(number, people["analyst"], "not_filed", "无犯罪事实", NOW)
    finish(number, people)
    with refused("case.open"):
        actions.move(number, people["analyst"], "closed", "", NOW)
    actions.tell(number, people["officer"], "送达本人", NOW)
    late = NOW + timedelta(days=7, minutes=1)
    with refused("review.over"):
        actions.ask_for_review(number, people["operator"], "不服", late)
    assert actions.move(number, people["analyst"], "closed", "", late).closed_at == late


def finish(number: str, people: dict[str, User]) -> None:
    for item in Case.objects.get(number=number).work.all():
        actions.work(item.pk, people["officer"], "not_done", "无犯罪事实", NOW)


def test_a_case_cannot_be_closed_while_work_or_a_stop_is_open(people: dict[str, User]) -> None:
    number = filed(people).number
    for to in ("investigating", "cleared", "prosecuted"):
        actions.move(number, people["analyst"], to, "", NOW)
    with refused("case.open"):
        actions.move(number, people["analyst"], "closed", "", NOW)
    for item in Case.objects.get().work.all():
        with refused("case.reason"):
            actions.work(item.pk, people["officer"], "not_done", "", NOW)
        actions.work(item.pk, people["officer"], "done", "已做", NOW)
    with refused("case.open"):
        actions.move(number, people["analyst"], "closed", "", NOW)
    funds.withdraw(StopPayment.objects.get().pk, people["officer"], "已无款", NOW)
    assert actions.move(number, people["analyst"], "closed", "", NOW).state == "closed"


def test_nothing_stands_still_for_fifteen_days_unnoticed(people: dict[str, User]) -> None:
    number = filed(people).number
    assert actions.find_overdue(NOW + timedelta(days=14)) == 0
    assert actions.find_overdue(NOW + timedelta(days=15)) == 1
    assert actions.find_overdue(NOW + timedelta(days=15)) == 0
    late = Overdue.objects.get(kind="idle")
    for days, stage in ((17, "city"), (22, "leader"), (40, "leader")):
        actions.find_overdue(NOW + timedelta(days=days))
        late.refresh_from_db()
        assert late.stage == stage
    actions.explain(late.pk, people["officer"], "等银行回复", NOW + timedelta(days=40))
    actions.set_facts(number, people["officer"], NOW + timedelta(days=41), leak="shop")
    late.refresh_from_db()
    assert late.ended_at == NOW + timedelta(days=41)
    assert actions.find_overdue(NOW + timedelta(days=56)) == 1


def test_an_examination_past_its_limit_is_handed_up_and_a_longer_one_is_granted_with_its_reason(
    people: dict[str, User],
) -> None:
    number = taken(people).number
    assert actions.find_overdue(NOW + timedelta(days=3, minutes=1)) == 1
    with refused("case.limit"):
        actions.examine_longer(number, people["analyst"], "case.examine", "等", NOW)
    longer = actions.examine_longer(
        number, people["analyst"], "case.examine_checked", "须核实", NOW + timedelta(days=4)
    )
    assert longer.due_at == NOW + timedelta(days=7)
    assert not Overdue.objects.filter(ended_at=None).exists()
    assert actions.find_overdue(NOW + timedelta(days=7, minutes=1)) == 1


def test_every_involved_card_of_the_city_is_a_work_item_once(people: dict[str, User]) -> None:
    holder = vault.keep("person", "p-card")
    held = {
        "number": f"+86{FRAUD}",
        "holder": "p-card",
        "operator": "op",
        "opening_place": "451002",
        "outlet": "右江营业厅",
    }
    receive("numbers", pl.DataFrame([held]), "n1", NOW)
    case = taken(people)
    taken(people, now=NOW + timedelta(hours=1))
    card = InvolvedCard.objects.get()
    assert (card.kind, card.because, card.holder, card.outlet, card.first_case) == (
        "number",
        "opened",
        holder,
        "右江营业厅",
        case,
    )
    assert queries.not_worked() == 1
    with refused("card.involvement"):
        actions.work_card(card.pk, people["officer"], NOW, how_left="sold", involvement="perhaps")
    actions.work_card(card.pk, people["officer"], NOW, how_left="sold", involvement="active", note="卖给他人")
    assert queries.not_worked() == 0
    account = case.identifiers.get(kind="account")
    used = actions.used_here(case.number, people["officer"], account.token, "451003", NOW)
    assert (used.because, queries.not_worked()) == ("used", 1)
    with refused("card.holder"):
        actions.work_card(used.pk, people["officer"], NOW, how_left="sold", involvement="passive")


def test_a_fear_of_self_harm_is_an_alarm_until_somebody_is_there(people: dict[str, User]) -> None:
    number = taken(people).number
    actions.care_for(number, people["operator"], NOW, self_harm=True, hardship="asked")
    (pending,) = queries.for_handover(None, NOW)
    assert pending.due_at == NOW + timedelta(minutes=15)
    actions.care_for(number, people["officer"], NOW, there=True, hardship="granted", hardship_fen=200_000)
    assert not list(queries.for_handover(None, NOW))
    with refused("care.amount"):
        actions.care_for(number, people["officer"], NOW, hardship="refused", hardship_fen=5)


def test_a_case_shows_the_papers_that_it_rests_on(people: dict[str, User]) -> None:
    case, officer = taken(people), people["officer"]
    actions.recover(case.number, officer, "frozen", 1_000_000, NOW, "f1", document="冻结通知3号")
    actions.recover(case.number, officer, "frozen", 1_000, NOW, "f2")
    who = suspects.name(officer, case.number, "451002199001010001", NOW, "王五", "caller")
    suspects.measure(who.pk, officer, case.number, "detained", NOW, "拘留证1号", NOW)
    suspects.ask(officer, NOW, "MM", "协查", NOW, "协查函5号", case.number)
    page = entered(people["analyst"]).get(f"/cases/{case.number}/").text
    papers = page.split("<h2>Documents</h2>")[1].split("</section>")[0]
    assert [paper for paper in ("冻结通知3号", "拘留证1号", "协查函5号") if paper not in papers] == []
    assert papers.count("<li>") == 3
    assert f'<a href="/suspects/{who.pk}/">拘留证1号</a>' in papers


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


def entered(user: User, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return client


@pytest.fixture
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from fanzha.centre import clock

    monkeypatch.setattr(clock, "now", lambda: NOW)
    return iter(())


@pytest.mark.usefixtures("standing_clock")
def test_a_report_is_taken_on_the_page_item_by_item(people: dict[str, User]) -> None:
    client = entered(people["analyst"])
    said = {
        "form": "f7", "narrative": STORY, "channel": "110", "reported_at": "2026-03-02T12:00", "phone": PHONE, "loss": "50000",
        "case_class": "AD", "item_kind": ["account", "number"], "item_value": [CARD, FRAUD], "item_side": ["suspect", "none"],
        "transfer_at": ["2026-03-02T11:30"], "transfer_yuan": ["49,000"], "transfer_payer": [""], "transfer_payee": [CARD],
        "transfer_bank": ["合成银行"], "transfer_holder": ["李四"], "transfer_channel": ["mobile"], "transfer_way": ["sent"],
    }  # fmt: skip
    read = client.post("/cases/new/", {**said, "do": "read"})
    assert "Go through what was read" in read.text
    assert client.post("/cases/new/", {**said, "do": "take", "transfer_yuan": ["much"]}).status_code == 409
    answer = client.post("/cases/new/", {**said, "do": "take"})
    case = Case.objects.get()
    assert answer["Location"] == f"/cases/{case.number}/"
    assert (case.case_class, case.differs_fen, case.identifiers.filter(side="suspect").count()) == ("AD", 100_000, 1)
    page = client.get(f"/cases/{case.number}/").text
    assert CARD not in page
    assert "999999*********0124" in page
    token = case.identifiers.get(kind="account").token
    shown = client.post(f"/cases/{case.number}/unmask", {"token": token, "reason": "核查"})
    assert CARD in shown.text
    assert client.post(f"/cases/{case.number}/unmask", {"token": token, "reason": ""}).status_code == 409
    assert AuditEntry.objects.filter(action="unmask", subject=case.number).count() == 1
    assert audit.broken_at() is None


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


def test_each_figure_of_the_register_is_kept_and_leads_to_its_records(people: dict[str, User]) -> None:
    assert set(figures.KEPT) == set(REGISTER)
    first, second = filed(people), taken(people, Facts("AD", stated_fen=90_000), NOW + timedelta(days=40))
    for number in (second.number,):
        actions.move(number, people["analyst"], "accepted", "", NOW + timedelta(days=40))
        actions.move(number, people["analyst"], "filed", "", NOW + timedelta(days=40))
    for to in ("investigating", "cleared"):
        actions.move(first.number, people["analyst"], to, "", NOW + timedelta(days=41))
    actions.set_facts(first.number, people["officer"], NOW, confirmed_loss_fen=4_000_000)
    actions.recover(first.number, people["officer"], "frozen", 3_000_000, NOW, "a")
    actions.recover(first.number, people["officer"], "returned", 1_000_000, NOW, "b", of="a")
    actions.recover(first.number, people["officer"], "returned", 500_000, NOW, "c")
    year = (date(2026, 1, 1), date(2026, 12, 31))
    value = {name: figures.measure(name, *year).value for name in REGISTER}
    assert (value["cases_filed"], value["loss_amount"], value["loss_per_case"]) == (2, 4_090_000, 2_045_000)
    assert (value["cases_cleared"], value["clearance_rate"], value["cohort_rate"]) == (1, 0.5, 0.5)
    assert (value["recovered_frozen"], value["recovered_returned"], value["loss_recovered"]) == (
        3_000_000,
        1_500_000,
        3_500_000,
    )
    assert value["clues_fed_back"] is None
    march = figures.measure("clearance_rate", date(2026, 3, 1), date(2026, 3, 31))
    assert (march.top, march.below, march.value) == (0, 1, 0.0)
    assert figures.measure("clearance_rate", date(2026, 4, 1), date(2026, 4, 30)).value == 1.0
    assert [(code, n) for code, _, n, _ in figures.by_group("cases_filed", "class", *year)] == [("AB", 1), ("AD", 1)]
    client = entered(people["analyst"])
    assert client.get("/cases/figures/?from=2026-01-01&to=2026-12-31&by=county").status_code == 200
    for name in REGISTER:
        answer = client.get(f"/bulletins/records/?figure={name}&from=2026-01-01&to=2026-12-31")
        assert answer.status_code == 200
        assert answer.context["number"] == figures.records(name, *year).count()
    of_class = client.get("/bulletins/records/?figure=cases_filed&from=2026-01-01&to=2026-12-31&by=class&group=AB").text
    assert first.number in of_class
    assert second.number not in of_class


def test_year_on_year_is_relative_and_says_nothing_where_there_was_nothing(people: dict[str, User]) -> None:
    for day, times in ((NOW - timedelta(days=365), 2), (NOW, 3)):
        for n in range(times):
            case = taken(people, Facts(), day + timedelta(minutes=n), phone=f"154000001{n:02d}")
            actions.move(case.number, people["analyst"], "accepted", "", day)
            actions.move(case.number, people["analyst"], "filed", "", day)
    told_ = figures.measure("cases_filed", date(2026, 3, 1), date(2026, 3, 31))
    assert (told_.value, told_.before, told_.change) == (3, 2, 0.5)
    assert figures.measure("cases_filed", date(2025, 3, 1), date(2025, 3, 31)).change is None
    assert figures.year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_in_the_demo_a_crew_works_on_half_of_what_the_city_reports(people: dict[str, User]) -> None:
    rows = [row(f"d{n}", person=f"p{n}", payee=f'["99999900000000{n:05d}"]') for n in range(12)]
    receive("reports", pl.DataFrame(rows), "demo", NOW)
    for hours in range(1, 40):
        demo.crew_works(NOW + timedelta(hours=hours))
    there = Counter(Case.objects.values_list("state", flat=True))
    assert set(there) == {"reported", "investigating"}
    assert audit.broken_at() is None
    assert people  # by whom it is done
