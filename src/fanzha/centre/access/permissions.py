"""Who may do what: every question of permission has its answer here."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User

ROLES = ("operator", "analyst", "leader")


def role(user: User | AnonymousUser) -> str | None:
    """The role of a user: the first of ROLES among the groups, or None."""
    if not user.is_authenticated:
        return None
    names = set(user.groups.values_list("name", flat=True))
    return next((name for name in ROLES if name in names), None)


def may_see_warnings(user: User | AnonymousUser) -> bool:
    """Operators, analysts and leaders see warnings."""
    return role(user) is not None


def may_dissuade(user: User | AnonymousUser) -> bool:
    """Operators and leaders take warnings and record calls and outcomes."""
    return role(user) in ("operator", "leader")


def may_unmask(user: User | AnonymousUser) -> bool:
    """Whoever must reach or examine a person: operators and analysts, with a reason on record."""
    return role(user) in ("operator", "analyst")
