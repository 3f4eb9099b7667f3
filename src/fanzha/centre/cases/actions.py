"""The verbs of a case: the only writers; one transaction and one audit entry each."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.cases import states
from fanzha.centre.cases.models import Case, Numbering
from fanzha.centre.dissuasion.models import Order
from fanzha.refusal import Refusal
from fanzha.vocabulary import CASE_CLASSES

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNCLEAR = "AL"
"""The class of a case that nobody has classed yet: other."""


@transaction.atomic
def open_case(
    order: Order | None, user: User, now: datetime, case_class: str = "", loss_fen: int | None = None
) -> Case:
    """A new case, in the state `reported`; an order has one case, and asking again gives that one.

    `loss_fen`: what the person says is lost, in fen. Refusal for a class that is not in the list.
    """
    if not permissions.may_see_warnings(user):
        raise PermissionDenied
    chosen = case_class or (order.case_class if order else "") or UNCLEAR
    if chosen not in CASE_CLASSES:
        raise Refusal("expected a class of the list", code="case.class", where=chosen)
    year = now.astimezone(SHANGHAI).year
    Numbering.objects.get_or_create(year=year)
    row = Numbering.objects.select_for_update().get(year=year)
    standing = Case.objects.filter(order=order).first() if order else None
    if standing is not None:
        return standing
    row.last += 1
    row.save()
    number = f"C{year}{row.last:06d}"
    case = Case.objects.create(
        number=number, reported_at=now, order=order, case_class=chosen, loss_fen=loss_fen, by=user
    )
    audit.write(user, "case_opened", number, now, order.order_id if order else "")
    return case


@transaction.atomic
def move(number: str, user: User, to: str, reason: str, now: datetime) -> Case:
    """The next step of a case, as states.yaml allows it. Refusal for any other."""
    if not permissions.may_judge(user):
        raise PermissionDenied
    case = Case.objects.select_for_update().get(number=number)
    if to not in states.ALLOWED[case.state]:
        raise Refusal(f"a case that is {case.state} cannot become {to}", code="case.state", where=number)
    case.state = to
    case.save(update_fields=["state"])
    audit.write(user, f"case_{to}", number, now, reason)
    return case
