"""Transfers as people tell of them: two that are alike, and one of which the day alone is known."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import polars as pl
import pytest
from django.contrib.auth.models import User

from fanzha.centre.cases import actions
from fanzha.centre.cases.models import Case, Report, Transfer, Twin
from fanzha.centre.cases.narrative import Facts, Moved
from fanzha.centre.funds import actions as funds
from fanzha.centre.funds import at_intake
from fanzha.centre.funds.models import StopPayment
from fanzha.centre.intake.actions import receive
from fanzha.refusal import Refusal
from tests.centre import reported_cases
from tests.centre.reported_cases import CARD, NOW, entered, refused, row, taken

people = reported_cases.people
standing_clock = reported_cases.standing_clock
TWICE = f"3月1日14时，报警人向对方账户{CARD}转账6800元，15时又向该账户转账6800元。"
ON_A_DAY = f"3月1日，报警人向对方账户{CARD}转账6800元。"


def sent(narrative: str, name: str = "r1", hours_before: int = 0) -> Report:
    told = row(name, NOW - timedelta(hours=hours_before), narrative=narrative, payee="[]", number="[]")
    receive("reports", pl.DataFrame([told]), f"told-{uuid.uuid4()}", NOW)
    return Report.objects.get(source_id=name)


def test_two_transfers_alike_are_two_once_a_person_has_gone_through_them(people: dict[str, User]) -> None:
    report = sent(TWICE)
    before = list(Transfer.objects.values_list("pk", "at", "amount_fen"))
    _, facts = actions.show(report.pk, people["analyst"], "核对", NOW)
    actions.confirm(report.pk, people["analyst"], facts, NOW)
    standing = Transfer.objects.filter(dropped_at=None)
    assert list(standing.values_list("pk", "at", "amount_fen")) == before
    assert (len(before), standing.filter(confirmed_at=None).count()) == (2, 0)
    assert Case.objects.get().sent_fen == 1_360_000


def test_of_two_alike_the_one_that_is_left_out_goes_with_its_stop_payment(people: dict[str, User]) -> None:
    report = sent(TWICE)
    _, facts = actions.show(report.pk, people["analyst"], "核对", NOW)
    actions.confirm(report.pk, people["analyst"], type(facts)(transfers=facts.transfers[1:]), NOW)
    (left,) = Transfer.objects.filter(dropped_at=None)
    assert left.at == facts.transfers[1].at
    assert list(StopPayment.objects.order_by("paid_at").values_list("state", flat=True)) == ["withdrawn", "drafted"]


@pytest.mark.parametrize(("earlier", "later"), [(1, 2), (2, 1), (2, 2)])
def test_of_joined_cases_what_either_tells_is_summed_once(earlier: int, later: int, people: dict[str, User]) -> None:
    one = Moved(NOW, 680_000, "", CARD)
    for count, returned in ((earlier, 20_000), (later, 0)):
        taken(people, Facts(transfers=(one,) * count, returned_fen=returned))
    into = actions.join(Twin.objects.get().pk, people["officer"], "同一人两次报案", NOW)
    assert (into.sent_fen, into.returned_fen) == (680_000 * max(earlier, later), 20_000)


def joined(people: dict[str, User]) -> tuple[Report, Report]:
    """Two reports that a sender brought of one transfer, their cases joined."""
    first, second = (sent(ON_A_DAY, name, hours) for name, hours in (("earlier", 2), ("later", 0)))
    actions.join(Twin.objects.get().pk, people["officer"], "同一人两次报案", NOW)
    return first, second


def test_of_joined_cases_one_transfer_keeps_one_stop_and_the_account_its_second(people: dict[str, User]) -> None:
    first, second = (sent(ON_A_DAY, name, hours) for name, hours in (("earlier", 2), ("later", 0)))
    earlier, later = (StopPayment.objects.get(case=report.case) for report in (first, second))
    at_intake.complete(later.pk, people["officer"], "李四", "合成银行", NOW)
    funds.approve(later.pk, people["leader"], NOW)
    into = actions.join(Twin.objects.get().pk, people["officer"], "同一人两次报案", NOW)
    assert dict(StopPayment.objects.filter(case=into).values_list("pk", "state")) == {
        earlier.pk: "withdrawn",
        later.pk: "approved",
    }


def test_who_fills_in_what_no_person_drafted_does_not_approve_it(people: dict[str, User]) -> None:
    sent(ON_A_DAY)
    stop = StopPayment.objects.get()
    at_intake.complete(stop.pk, people["leader"], "李四", "合成银行", NOW)
    with pytest.raises(Refusal, match="a second person approves"):
        funds.approve(stop.pk, people["leader"], NOW)


def gone_through(report: Report, people: dict[str, User], **more: Any) -> Case:
    _, facts = actions.show(report.pk, people["analyst"], "核对", NOW)
    return actions.confirm(report.pk, people["analyst"], replace(facts, **more), NOW).case


def test_of_joined_cases_what_both_told_stays_once_when_the_later_report_is_gone_through(
    people: dict[str, User],
) -> None:
    first, second = joined(people)
    gone_through(second, people)
    assert Case.objects.get(pk=first.case_id).sent_fen == 680_000


def test_of_joined_cases_what_the_earlier_tells_no_more_is_counted_as_the_later_tells_it(
    people: dict[str, User],
) -> None:
    first, second = joined(people)
    gone_through(first, people, transfers=())
    assert Case.objects.get(pk=first.case_id).sent_fen == 680_000
    gone_through(second, people, transfers=())
    assert Case.objects.get(pk=first.case_id).sent_fen == 0


def test_going_through_one_report_of_a_case_takes_nothing_from_what_another_told(people: dict[str, User]) -> None:
    first, second = joined(people)
    gone_through(first, people, returned_fen=10_000, handover=("gold_courier",))
    gone_through(second, people, returned_fen=0, handover=("bank",))
    case = Case.objects.get(pk=first.case_id)
    assert (case.returned_fen, case.handover) == (10_000, ["bank", "gold_courier"])


def test_the_stated_loss_of_joined_cases_follows_the_report_that_states_it(people: dict[str, User]) -> None:
    first, second = joined(people)
    gone_through(second, people, stated_fen=100_000)
    assert Case.objects.get(pk=first.case_id).loss_fen == 5_000_000, "a second report tells of a part"
    gone_through(first, people, stated_fen=6_000_000)
    assert Case.objects.get(pk=first.case_id).loss_fen == 6_000_000


@pytest.mark.usefixtures("standing_clock")
def test_where_the_day_alone_is_told_no_page_makes_up_an_hour(people: dict[str, User]) -> None:
    report = sent(ON_A_DAY)
    client = entered(people["analyst"])
    stop = StopPayment.objects.get()
    for page in (f"/cases/{report.case.number}/", f"/funds/{stop.pk}/"):
        shown = client.get(page).text
        assert "03-01" in shown
        assert "03-01 00:00" not in shown
    form = client.post(f"/cases/{report.case.number}/reports/{report.pk}/", {"reason": "核对"}).text
    assert 'name="transfer_day" value="2026-03-01"' in form
    assert 'name="transfer_clock" value=""' in form


@pytest.mark.usefixtures("standing_clock")
def test_the_hour_of_a_stop_payment_is_filled_in_by_who_asks_for_it(people: dict[str, User]) -> None:
    sent(ON_A_DAY)
    stop = StopPayment.objects.get()
    at_intake.complete(stop.pk, people["officer"], "李四", "合成银行", NOW)
    stop.refresh_from_db()
    assert stop.day_only
    client = entered(people["officer"])
    client.post(f"/funds/{stop.pk}/complete", {"clock": "soon"})
    stop.refresh_from_db()
    assert stop.day_only
    at_intake.complete(stop.pk, people["officer"], "", "", NOW, time(15, 20))
    stop.refresh_from_db()
    assert (stop.day_only, stop.paid_at.isoformat()) == (False, "2026-03-01T07:20:00+00:00")


def test_an_hour_that_lies_ahead_is_refused(people: dict[str, User]) -> None:
    sent(ON_A_DAY.replace("3月1日", "3月2日"))
    stop = StopPayment.objects.get()
    with refused("stop.time"):
        at_intake.complete(stop.pk, people["officer"], "", "", NOW, time(12, 1))
    assert NOW - stop.paid_at == timedelta(hours=12)
