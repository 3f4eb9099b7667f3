"""The address of a person: given for one order, shown to the officer who goes there, forgotten when the order is over."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from datetime import datetime
from typing import Any

import polars as pl
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions, vault
from fanzha.centre.access.models import VaultEntry
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.models import Order, Task
from fanzha.centre.duty import queries as duty
from fanzha.centre.people import queries as people
from fanzha.centre.secrets import secret
from fanzha.centre.visits import queries
from fanzha.centre.visits.history import FOR_A_VISIT
from fanzha.centre.visits.models import Address
from fanzha.deadlines import duration
from fanzha.home import find_home
from fanzha.refusal import Refusal

LONGEST = 80
"""Characters of an address: what the vault can show of it masked."""
MOST_NUMBERS = 3


@transaction.atomic
def give_address(order_id: str, user: User, now: datetime, address: str) -> Address:
    """Write down where the person can be found, for this order; a later one stands in its place. Refusal when it is over."""
    if not permissions.may_dissuade(user):
        raise PermissionDenied
    order = Order.objects.select_for_update().filter(order_id=order_id).exclude(state__in=states.ENDED).first()
    if order is None:
        raise Refusal("there is no such open order", code="order.state", where=order_id)
    if order.owner_id != user.pk and not duty.works_for(user, order.unit):
        raise Refusal("this order waits for another unit", code="order.unit", where=order_id)
    if not 0 < len(address.strip()) <= LONGEST:
        raise Refusal(f"expected an address of at most {LONGEST} characters", code="visit.address", where="address")
    token = f"address-{uuid.uuid4().hex}"
    vault.remember(pl.DataFrame({"kind": ["address"], "token": [token], "value": [address.strip()]}))
    audit.write(user, "visit_address", order_id, now)
    return Address.objects.create(order=order, token=token, by=user, at=now)


def forget_addresses(order: Order, now: datetime) -> None:
    """Forget the addresses of an order that is over."""
    kept = order.addresses.filter(forgotten_at=None)
    tokens = list(kept.values_list("token", flat=True))
    if tokens:
        vault.forget(tokens)
        kept.update(forgotten_at=now)


@transaction.atomic
def open_visit(order_id: str, user: User, now: datetime) -> dict[str, Any]:
    """What the officer's phone is told of a visit, with the key that it keeps it under; every clear value is on record.

    Gone when the visit is over; PermissionDenied for who does not hold it.
    """
    task = queries.held(order_id, user)
    order = task.order
    reason = f"{FOR_A_VISIT}{order_id}"
    found = order.addresses.filter(forgotten_at=None).order_by("-id").first()

    def clear(token: str) -> str:
        if not VaultEntry.objects.filter(token=token).exists():
            return vault.masked([token])[token]
        return vault.unmask(token, user, reason, order_id, now)

    numbers = [one.token for one in people.held_by(order.subject, "number")[:MOST_NUMBERS]]
    return {
        **queries.told(order, task),
        "key": base64.b64encode(_key(task)).decode(),
        "who": clear(order.subject),
        "numbers": [clear(token) for token in numbers],
        "address": clear(found.token) if found else "",
        "forget_after_s": int(duration("visit.kept_on_phone", now).total_seconds()),
    }


def _key(task: Task) -> bytes:
    """The key of one visit's store on the phone: the same whenever it is asked for, another for every task and holder."""
    subject = f"{task.order_id}\x1f{task.pk}\x1f{task.holder_id}\x1f{task.held_at}"
    return hmac.new(secret(find_home(), "visit_key").encode(), subject.encode(), hashlib.sha256).digest()
