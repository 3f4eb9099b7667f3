"""Two cases of one loss become one: nothing that either knows is lost, and nobody who is waited for is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest
from django.contrib.auth.models import User

from fanzha.centre.cases import actions, queries
from fanzha.centre.cases.actions import twins
from fanzha.centre.cases.models import Case, Twin
from fanzha.centre.cases.narrative import Facts, Item, Moved
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.funds import actions as funds
from fanzha.centre.intake.actions import receive
from tests.centre import reported_cases
from tests.centre.reported_cases import CARD, NOW, refused, row, taken

people = reported_cases.people
HOUR = timedelta(hours=1)
PAID = Facts(transfers=(Moved(NOW, 100, "", CARD),))


def join(people: dict[str, User]) -> Case:
    return actions.join(Twin.objects.get(joined=None).pk, people["officer"], "同一损失", NOW + HOUR)


@pytest.mark.parametrize("feared", [("later",), ("earlier",), ("earlier", "later")])
def test_somebody_who_is_feared_for_is_looked_after_under_the_case_that_goes_on(
    feared: tuple[str, ...], people: dict[str, User]
) -> None:
    cases = {"earlier": taken(people), "later": taken(people, now=NOW + HOUR)}
    for name, case in cases.items():
        actions.care_for(case.number, people["operator"], NOW, self_harm=name in feared, note=name)
    into = join(people)
    assert [one.case for one in queries.to_look_after()] == [into]
    assert actions.care_for(into.number, people["operator"], NOW + HOUR, there=True).note == "earlier; later"
    assert not queries.to_look_after()


def test_what_the_later_case_knows_fills_in_what_the_earlier_lacks(people: dict[str, User]) -> None:
    taken(people, Facts())
    later = taken(people, Facts("AD"), NOW + HOUR, place="451002", occurred_at=NOW - HOUR)
    actions.set_facts(later.number, people["officer"], NOW, confirmed_loss_fen=700, leak="shop", leak_note="订单")
    into = join(people)
    into.refresh_from_db()
    assert (into.case_class, into.place, into.unit, into.occurred_at) == ("AD", "451002", later.unit, NOW - HOUR)
    assert (into.confirmed_loss_fen, into.leak, into.leak_note) == (700, "shop", "订单")


def test_a_third_case_that_may_be_the_same_loss_stays_proposed(people: dict[str, User]) -> None:
    first = taken(people, PAID, phone="15400000021", name="")
    second = taken(people, Facts(), NOW + timedelta(days=20), phone="15400000022", name="")
    third = taken(people, PAID, NOW + timedelta(days=21), phone="15400000022", name="")
    fourth = taken(people, PAID, NOW + timedelta(days=50, hours=1), phone="15400000023", name="")
    actions.join(Twin.objects.get(earlier=second).pk, people["officer"], "同一损失", NOW)
    waiting = Twin.objects.filter(joined=None).values_list("earlier", "later").order_by("earlier")
    assert list(waiting) == [(first.pk, second.pk), (second.pk, fourth.pk)]
    assert Twin.objects.get(joined=True).later == third


def test_a_case_that_is_filed_goes_on_though_the_other_was_reported_earlier(people: dict[str, User]) -> None:
    first, second = taken(people), taken(people, now=NOW + HOUR)
    for to in ("accepted", "filed"):
        actions.move(second.number, people["analyst"], to, "", NOW + HOUR)
    into = join(people)
    first.refresh_from_db()
    assert (into, into.state, first.state, first.joined_to) == (second, "filed", "joined", second)
    assert (into.reports.count(), into.sent_fen) == (2, 5_000_000)
    assert not queries.twins_waiting()


def test_two_filed_cases_are_not_joined_and_a_closed_one_takes_none_in(people: dict[str, User]) -> None:
    first, second = taken(people, Facts()), taken(people, Facts(), NOW + HOUR)
    for to in ("accepted", "transferred"):
        actions.move(first.number, people["analyst"], to, "外地管辖", NOW, handed_to="南宁市公安局")
    for item in first.work.all():
        actions.work(item.pk, people["officer"], "not_done", "已移送", NOW)
    actions.move(first.number, people["analyst"], "closed", "", NOW)
    with refused("case.closed"):
        join(people)
    actions.keep_apart(Twin.objects.get().pk, people["officer"], "已移送", NOW)
    third = taken(people, Facts(), NOW + 2 * HOUR)
    for case in (second, third):
        for to in ("accepted", "filed"):
            actions.move(case.number, people["analyst"], to, "", NOW)
    with refused("case.state"):
        join(people)


def test_keeping_two_apart_takes_back_nothing_that_somebody_did_meanwhile(
    people: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = taken(people), taken(people, now=NOW + HOUR)

    def meanwhile(said: str, _where: str) -> str:
        actions.move(first.number, people["officer"], "accepted", "", NOW + HOUR)
        return said

    monkeypatch.setattr(twins, "told", meanwhile)
    actions.keep_apart(Twin.objects.get().pk, people["officer"], "两次被骗", NOW + HOUR)
    assert Case.objects.get(pk=first.pk).state == "accepted"


def ordered(warning: str, at: datetime) -> Order:
    incoming = dissuasion.Incoming(dissuasion.OWN, warning, "p-teacher", "person", 2, at, {"reasons": []})
    return dissuasion.open_orders([incoming], at)[0]


def test_what_comes_of_an_order_goes_to_the_case_that_its_case_was_joined_to(people: dict[str, User]) -> None:
    first, second = ordered("w1", NOW - timedelta(days=9)), ordered("w2", NOW)
    into = actions.open_case(first, people["operator"], NOW)
    later = actions.open_case(second, people["operator"], NOW + HOUR)
    assert [twin.alike for twin in queries.twins_waiting()] == [["victim"]]
    join(people)
    stop = funds.draft(second, people["operator"], funds.Fields("李四", CARD, 5_000, NOW, "合成银行"), NOW + HOUR, "f1")
    told = reported_cases.told(reported_at=NOW, occurred_at=NOW - HOUR, place="451002")
    again = actions.take_report(told, Facts("AD"), people["operator"], NOW + HOUR, "f2", second)
    assert (again.case_class, again.occurred_at, again.place) == ("AD", NOW - HOUR, "451002")
    assert (stop.case, again, Case.objects.get(pk=later.pk).reports.count()) == (into, into, 0)


def test_whose_an_identifier_is_that_somebody_is_sure_of_stays_so_under_the_case_that_goes_on(
    people: dict[str, User],
) -> None:
    told = "报警人称被骗，联系电话15400000033，转账5万元。"
    receive("reports", pl.DataFrame([row("sure-1", narrative=told, number="[]", payee="[]")]), "sure", NOW)
    earlier = Case.objects.get()
    taken(people, Facts(items=(Item("number", "15400000033", "suspect"),)), NOW + HOUR, person="teacher", phone="")
    into = join(people)
    assert into == earlier
    number = into.identifiers.get(kind="number")
    assert (number.side, number.sure) == ("suspect", True)
    actions.confirm(earlier.reports.order_by("id")[0].pk, people["officer"], Facts(), NOW + 2 * HOUR)
    assert into.identifiers.filter(kind="number").exists()
