"""Raising a level is one person's; lowering it takes two, and at night the city's duty officer is the second."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions
from fanzha.centre.dissuasion import states
from fanzha.centre.dissuasion.actions import clocks, opening, tasks
from fanzha.centre.dissuasion.actions.steps import locked, save
from fanzha.centre.dissuasion.models import LevelChange
from fanzha.centre.duty import queries as duty
from fanzha.refusal import Refusal
from fanzha.vocabulary import LEVELS

_SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = (23, 7)
"""Local hours from and to which lowering needs the city's duty officer. Ours."""


@transaction.atomic
def raise_level(order_id: str, user: User, level: int, reason: str, now: datetime) -> LevelChange:
    """Make an order more urgent at once, from the desk or from the door; clocks of the new level run from now and the earliest due counts."""
    order = locked(order_id)
    if not (permissions.may_dissuade(user) or permissions.may_visit(user)):
        raise PermissionDenied
    _check(order.state, reason)
    if not 1 <= level < order.level:
        raise Refusal("expected a more urgent level", code="level.raise", where=str(level))
    opening.raise_to(order, level, now, reason, user)
    save(order)
    audit.write(user, "level_raised", order_id, now, f"{level}: {reason}")
    return order.level_changes.order_by("-id")[0]


@transaction.atomic
def propose_lower(order_id: str, user: User, level: int, reason: str, now: datetime) -> LevelChange:
    """Ask for a less urgent level; nothing changes until a second person agrees."""
    order = locked(order_id)
    if not permissions.may_dissuade(user):
        raise PermissionDenied
    _check(order.state, reason)
    if level not in LEVELS or level <= order.level or order.level_changes.filter(granted=None).exists():
        raise Refusal("expected a less urgent level, and no other proposal", code="level.lower", where=str(level))
    audit.write(user, "level_lower_proposed", order_id, now, f"{level}: {reason}")
    return LevelChange.objects.create(order=order, before=order.level, after=level, reason=reason, by=user, at=now)


@transaction.atomic
def decide_lower(change_id: int, user: User, grant: bool, now: datetime) -> LevelChange:
    """The second person's word. Refusal for the proposer, and at night for anybody but the city's duty officer."""
    change = LevelChange.objects.select_for_update().select_related("order").get(pk=change_id)
    order = locked(change.order.order_id)
    if change.granted is not None or change.by_id == user.pk:
        raise Refusal("a second person decides, once", code="level.second", where=order.order_id)
    if not permissions.may_dissuade(user):
        raise PermissionDenied
    hour = now.astimezone(_SHANGHAI).hour
    if (hour >= NIGHT[0] or hour < NIGHT[1]) and not _is_duty_officer(user):
        raise Refusal("at night the city's duty officer decides", code="level.night", where=order.order_id)
    change.second, change.decided_at, change.granted = user, now, grant
    change.save()
    if grant:
        order.level = change.after
        save(order)
        clocks.pass_over(order, change.after)
        clocks.start(order, change.after, order.issued_at)
        still = set(clocks.running(order).values_list("step", flat=True))
        tasks.drop_needless(order, change.after, still, now)
        tasks.open_for(order, change.after, order.issued_at)
    audit.write(user, "level_lowered" if grant else "level_kept", order.order_id, now, str(change.after))
    return change


def _is_duty_officer(user: User) -> bool:
    unit = duty.unit_of(user)
    return unit is not None and unit.code == duty.CITY_UNIT and permissions.role(user) == "leader"


def _check(state: str, reason: str) -> None:
    if state in states.ENDED:
        raise Refusal("the order is closed", code="order.state", where=state)
    if not reason.strip():
        raise Refusal("say why", code="level.reason", where="reason")
