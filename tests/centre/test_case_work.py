"""A case on its way from acceptance to closing: decisions and their review, what is to be done, and what stands still."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import polars as pl
from django.contrib.auth.models import User

from fanzha.centre.access import audit, vault
from fanzha.centre.cases import actions, demo, queries
from fanzha.centre.cases.models import Case, FilingNotice, InvolvedCard, Overdue
from fanzha.centre.cases.narrative import Facts, Item, Moved
from fanzha.centre.funds import actions as funds
from fanzha.centre.funds.models import StopPayment
from fanzha.centre.intake.actions import receive
from tests.centre import reported_cases
from tests.centre.reported_cases import CARD, FRAUD, NOW, OTHER, entered, filed, refused, row, taken

people = reported_cases.people


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


def test_what_is_handed_up_furthest_stands_first_and_a_list_that_is_cut_says_so(people: dict[str, User]) -> None:
    rows = [row(f"late-{n}", at=NOW - timedelta(days=n), person=f"late-{n}", payee="[]") for n in range(102)]
    receive("reports", pl.DataFrame(rows), "late", NOW)
    for _ in range(2):
        actions.find_overdue(NOW + timedelta(days=5))
    for one in Overdue.objects.order_by("since")[:101]:
        actions.explain(one.pk, people["officer"], "在办", NOW)
    for days in (7, 12):
        actions.find_overdue(NOW + timedelta(days=days))
    page = entered(people["officer"]).get("/cases/overdue/")
    assert [one.stage for one, _, _ in page.context["rows"]][:2] == ["leader", "county"]
    assert "the first 100 records are shown. (102)" in page.text


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
    with refused("card.worked"):  # a second page that stood open: what the first found out would be gone
        actions.work_card(card.pk, people["officer"], NOW, how_left="lent", involvement="passive")
    assert (InvolvedCard.objects.get().how_left, queries.not_worked()) == ("sold", 0)
    account = case.identifiers.get(kind="account")
    used = actions.used_here(case.number, people["officer"], account.token, "451003", NOW)
    assert (used.because, queries.not_worked()) == ("used", 1)
    with refused("card.holder"):
        actions.work_card(used.pk, people["officer"], NOW, how_left="sold", involvement="passive")


def test_an_account_that_was_paid_is_a_card_to_be_worked_unless_it_is_the_victims_own(people: dict[str, User]) -> None:
    held = {
        "holder": "p-card",
        "bank": "b",
        "kind": "personal",
        "opening_place": "451002",
        "opening_branch": "右江支行",
    }
    receive("accounts", pl.DataFrame([{"account": one, **held} for one in (CARD, OTHER)]), "accounts", NOW)
    moved = tuple(Moved(NOW, 100, "", account) for account in (CARD, OTHER))
    taken(people, Facts(items=(Item("account", OTHER, "victim"),), transfers=moved))
    card = InvolvedCard.objects.get()
    assert (card.token, card.kind, card.because) == (vault.token("account", CARD), "account", "opened")


def test_a_card_of_which_the_register_tells_after_the_report_is_worked_too(people: dict[str, User]) -> None:
    number = {"operator": "op", "outlet": "右江营业厅"}
    account = {"bank": "b", "kind": "personal", "opening_branch": "右江支行"}
    case = taken(people, Facts(items=(Item("number", FRAUD, "suspect"),), transfers=(Moved(NOW, 100, "", CARD),)))
    here = {"holder": "p-card", "opening_place": "451002"}
    receive("numbers", pl.DataFrame([{"number": f"+86{FRAUD}", **here, **number}]), "numbers-late", NOW)
    receive("accounts", pl.DataFrame([{"account": CARD, **here, **account}]), "accounts-late", NOW)
    cards = InvolvedCard.objects.order_by("kind")
    assert [(one.kind, one.outlet, one.first_case) for one in cards] == [
        ("account", "右江支行", case), ("number", "右江营业厅", case),
    ]  # fmt: skip


def test_a_case_goes_to_the_unit_of_the_county_that_is_found_out_later(people: dict[str, User]) -> None:
    number, county = taken(people, Facts()).number, taken(people, Facts(), place="451002").unit
    assert actions.set_facts(number, people["officer"], NOW, place="451002").unit == county
    report = row("far", person="far", place="451003001")
    receive("reports", pl.DataFrame([report]), "far", NOW)
    number = Case.objects.get(channel="signals").number
    assert actions.set_facts(number, people["officer"], NOW, place="451003").place == "451003001"


def test_a_fear_of_self_harm_is_an_alarm_until_somebody_is_there(people: dict[str, User]) -> None:
    number = taken(people).number
    actions.care_for(number, people["operator"], NOW, self_harm=True, hardship="asked")
    (pending,) = queries.for_handover(None, NOW)
    assert pending.due_at == NOW + timedelta(minutes=15)
    actions.care_for(number, people["officer"], NOW, there=True, hardship="granted", hardship_fen=200_000)
    assert not list(queries.for_handover(None, NOW))
    with refused("care.amount"):
        actions.care_for(number, people["officer"], NOW, hardship="refused", hardship_fen=5)
    assert actions.care_for(number, people["officer"], NOW, note="已电话回访").hardship_fen == 200_000
    assert actions.care_for(number, people["officer"], NOW, hardship="refused").hardship_fen is None


def test_a_fear_that_comes_back_is_an_alarm_again(people: dict[str, User]) -> None:
    number = taken(people).number
    actions.care_for(number, people["operator"], NOW, self_harm=True, there=True)
    assert not queries.to_look_after()
    actions.care_for(number, people["operator"], NOW + timedelta(days=1), self_harm=True)
    assert [one.look_after_by for one in queries.to_look_after()] == [NOW + timedelta(days=1, minutes=15)]


def test_in_the_demo_a_crew_works_on_half_of_what_the_city_reports(people: dict[str, User]) -> None:
    rows = [row(f"d{n}", person=f"p{n}", payee=f'["99999900000000{n:05d}"]') for n in range(12)]
    receive("reports", pl.DataFrame(rows), "demo", NOW)
    for hours in range(1, 40):
        demo.crew_works(NOW + timedelta(hours=hours))
    there = Counter(Case.objects.values_list("state", flat=True))
    assert set(there) == {"reported", "investigating"}
    assert audit.broken_at() is None
    assert people  # by whom it is done
