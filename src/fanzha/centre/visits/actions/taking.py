"""A visit is taken by one officer of the unit that it waits for, and can be put back."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from fanzha.centre.access import permissions
from fanzha.centre.dissuasion import actions as dissuasion
from fanzha.centre.dissuasion.models import Task
from fanzha.centre.visits import queries
from fanzha.refusal import Refusal


def take(task_id: int, user: User, now: datetime) -> Task:
    """Take a visit into one's hands. Refusal when another was first, or when it waits for another unit."""
    if not permissions.may_hold_visits(user):
        raise PermissionDenied
    if not queries.waiting(user).filter(pk=task_id).exists():
        raise Refusal("this visit is taken, or waits for another unit", code="task.taken", where=str(task_id))
    return dissuasion.take_task(task_id, user, now)


def give_back(order_id: str, user: User, now: datetime) -> None:
    """Put the visit of an order back for another officer. Refusal when one does not hold it."""
    dissuasion.give_back(queries.held(order_id, user).pk, user, now)
