"""Transfers as people tell of them: two that are alike."""

from __future__ import annotations

import uuid

import polars as pl
from django.contrib.auth.models import User

from fanzha.centre.cases import actions
from fanzha.centre.cases.models import Case, Report, Transfer
from fanzha.centre.funds.models import StopPayment
from fanzha.centre.intake.actions import receive
from tests.centre import reported_cases
from tests.centre.reported_cases import CARD, NOW, row

people = reported_cases.people
TWICE = f"3月1日14时，报警人向对方账户{CARD}转账6800元，15时又向该账户转账6800元。"


def sent(narrative: str) -> Report:
    receive(
        "reports", pl.DataFrame([row("r1", narrative=narrative, payee="[]", number="[]")]), f"told-{uuid.uuid4()}", NOW
    )
    return Report.objects.get()


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
