"""Who may do what: every question of permission has its answer here."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User

ROLES = ("operator", "officer", "analyst", "leader", "bank", "telecom")
"""96110 operators, officers of a station, police analysts, leaders; staff of banks and of telecom operators."""
CENTRE = ("operator", "officer", "analyst", "leader")


def role(user: User | AnonymousUser) -> str | None:
    """The role of a user: the first of ROLES among the groups, or None. Asked once a user object, as Django's own are."""
    if not user.is_authenticated:
        return None
    if not hasattr(user, "_role"):
        names = set(user.groups.values_list("name", flat=True))
        user._role = next((name for name in ROLES if name in names), None)
    found: str | None = user._role
    return found


def may_see_warnings(user: User | AnonymousUser) -> bool:
    """Those of the centre and its stations see warnings; banks and operators see their own tasks alone."""
    return role(user) in CENTRE


def may_dissuade(user: User | AnonymousUser) -> bool:
    """Operators and leaders take orders and record calls and outcomes."""
    return role(user) in ("operator", "leader")


def may_visit(user: User | AnonymousUser) -> bool:
    """Officers and leaders visit, and record what came of it."""
    return role(user) in ("officer", "leader")


def may_decide(user: User | AnonymousUser) -> bool:
    """Leaders and operators decide holds, and are the second person of another's decision."""
    return role(user) in ("operator", "leader")


def may_lead(user: User | AnonymousUser) -> bool:
    """Leaders see what is late, who needs help and where warnings are wrong."""
    return role(user) == "leader"


def may_judge(user: User | AnonymousUser) -> bool:
    """Analysts and leaders judge warnings of numbers and accounts, and review."""
    return role(user) in ("analyst", "leader")


def may_unmask(user: User | AnonymousUser) -> bool:
    """Whoever must reach or examine a person: operators, officers and analysts, with a reason on record."""
    return role(user) in ("operator", "officer", "analyst")
