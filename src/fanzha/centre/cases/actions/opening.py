"""A case begins: with its number, its limit and its basic work list."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import permissions
from fanzha.centre.cases import lists
from fanzha.centre.cases.actions.steps import locked, may, note
from fanzha.centre.cases.actions.twins import find_twins
from fanzha.centre.cases.models import Case, Numbering, WorkItem
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.duty import queries as duty
from fanzha.deadlines import due
from fanzha.refusal import Refusal
from fanzha.vocabulary import CASE_CLASSES, OTHER_CLASS

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The class of a case that nobody has classed yet: other."""


@transaction.atomic
def open_case(
    order: Order | None, user: User, now: datetime, case_class: str = "", loss_fen: int | None = None
) -> Case:
    """A new case, in the state `reported`; an order has one case, and asking again gives that one.

    `loss_fen`: what the person says is lost, in fen. Refusal for a class that is not in the list.
    """
    may(permissions.may_take_reports(user))
    case = begin(order, user, now, case_class=case_class, loss_fen=loss_fen, channel="dissuasion" if order else "")
    find_twins(case, now)
    return case


def begin(order: Order | None, user: User | None, now: datetime, case_class: str = "", **facts: Any) -> Case:
    """The same without asking who: for senders and forms that were let in already; call it inside a transaction."""
    chosen = case_class or (order.case_class if order else "") or OTHER_CLASS
    if chosen not in CASE_CLASSES:
        raise Refusal("expected a class of the list", code="case.class", where=chosen)
    row = numbering(now)
    standing = Case.objects.filter(order=order).first() if order else None
    if standing is not None:
        return _still_worked_on(standing)
    row.last += 1
    row.save()
    told = {"reported_at": now, "victim": order.subject if order else "", "place": order.place if order else ""}
    told |= {name: value for name, value in facts.items() if value not in (None, "")}
    case = Case(number=f"C{row.year}{row.last:06d}", order=order, case_class=chosen, classed_at=now, by=user, **told)
    case.unit = duty.unit_for(case.place)
    case.due_at = due(case.examination, case.reported_at)
    note(case, user, "opened", now, order.order_id if order else "")
    WorkItem.objects.bulk_create([WorkItem(case=case, kind=kind) for kind in lists.WORK])
    return case


def _still_worked_on(case: Case) -> Case:
    """The case itself, or the one that it was joined to, held until the transaction ends."""
    while case.joined_to is not None:
        case = case.joined_to
    return locked(case.number)


def numbering(now: datetime) -> Numbering:
    """The numbers of this year, held until the transaction ends: cases begin one after the other."""
    year = now.astimezone(SHANGHAI).year
    Numbering.objects.get_or_create(year=year)
    return Numbering.objects.select_for_update().get(year=year)
