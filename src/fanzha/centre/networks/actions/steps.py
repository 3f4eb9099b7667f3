"""What every act does: ask who may, hold the record, move it as its states allow, write it down."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import models

from fanzha.centre.access import permissions
from fanzha.centre.networks import states
from fanzha.centre.networks.models import Numbering
from fanzha.refusal import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
Kept = TypeVar("Kept", bound=models.Model)


def may_decide(user: User) -> None:
    """PermissionDenied unless the user decides what becomes of cases: analysts and leaders."""
    if not permissions.may_file(user):
        raise PermissionDenied


def held(model: type[Kept], **by: Any) -> Kept:
    """The record, held until the transaction ends. Refusal when there is none."""
    found = model._default_manager.select_for_update().filter(**by).first()
    if found is None:
        raise Refusal("no such record", code="networks.unknown", where=str(next(iter(by.values()))))
    return found


def step(of: str, standing: str, to: str, where: str) -> None:
    """Refusal unless a record of a kind may go from a state to another."""
    if to not in states.ALLOWED[of][standing]:
        raise Refusal(f"{standing} does not become {to}", code="networks.state", where=where)


def why(reason: str, where: str) -> str:
    """A reason that must be there. Refusal without it."""
    if not reason.strip():
        raise Refusal("say why", code="networks.reason", where=where)
    return reason.strip()


def next_number(letter: str, now: datetime) -> str:
    """The next running number of a kind in the Shanghai year."""
    year = now.astimezone(SHANGHAI).year
    key = f"{letter}{year}"
    Numbering.objects.get_or_create(key=key)
    row = Numbering.objects.select_for_update().get(key=key)
    row.last += 1
    row.save()
    return f"{key}{row.last:06d}"
