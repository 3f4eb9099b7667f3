"""The protection that was found needed at the door: a hold of the account is asked for, and a second person decides."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User

from fanzha.centre.access import audit
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.holds import queries
from fanzha.centre.holds.actions.deciding import request
from fanzha.refusal import Refusal

REASON = "visit"
"""The code of terms.yaml that the person is told."""


def protect(order: Order, user: User, note: str, now: datetime) -> None:
    """Ask, in the officer's name, for a hold of each account of the person that the order's warnings saw money leave from.

    Where they saw none, of all the person's accounts. What cannot be asked for (held already, no account known) is written down:
    whoever has the order reads it there. Call it in the transaction of the report.
    """
    accounts = {one.token for one in queries.targets(order) if one.kind == "account"}
    wanted = sorted(accounts & _paid_from(order) or accounts)
    if not wanted:
        _not_asked(order, user, now, "no account of the person is known")
    for target in wanted:
        try:
            request(order.order_id, user, now, target, REASON, note=note)
        except Refusal as refusal:
            _not_asked(order, user, now, refusal.code)


def _paid_from(order: Order) -> set[str]:
    told = order.bases.values_list("told", flat=True)
    return {str(event["payer"]) for one in told for event in one.get("events") or [] if event.get("payer")}


def _not_asked(order: Order, user: User, now: datetime, why: str) -> None:
    audit.write(user, "protection_not_asked", order.order_id, now, why)
