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
    """Those of the centre and its stations see warnings; banks and telecom operators see their own tasks alone."""
    return role(user) in CENTRE


def may_dissuade(user: User | AnonymousUser) -> bool:
    """Operators and leaders take orders and record calls and outcomes."""
    return role(user) in ("operator", "leader")


def may_visit(user: User | AnonymousUser) -> bool:
    """Officers and leaders visit, and record what came of it."""
    return role(user) in ("officer", "leader")


def may_hold_visits(user: User | AnonymousUser) -> bool:
    """Who goes there must know whom to look for and where: those who may visit and see clear identifiers, the officers."""
    return may_visit(user) and may_unmask(user)


def may_decide(user: User | AnonymousUser) -> bool:
    """Leaders and operators decide holds, and are the second person of another's decision."""
    return role(user) in ("operator", "leader")


def may_ask_hold(user: User | AnonymousUser) -> bool:
    """Whoever decides may ask for a hold, and so may an officer at the door; a second person, who decides, agrees or not."""
    return may_decide(user) or may_visit(user)


def may_see_holds(user: User | AnonymousUser) -> bool:
    """Everybody here sees holds; banks and telecom operators those of their own institution alone (holds.queries.visible)."""
    return role(user) in ROLES


def may_confirm(user: User | AnonymousUser) -> bool:
    """Banks and telecom operators confirm what they did; who decides writes it down where they told it by telephone."""
    return role(user) in ("bank", "telecom") or may_decide(user)


def may_lead(user: User | AnonymousUser) -> bool:
    """Leaders see what is late, who needs help and where warnings are wrong."""
    return role(user) == "leader"


def may_judge(user: User | AnonymousUser) -> bool:
    """Analysts and leaders judge warnings of numbers and accounts, and review."""
    return role(user) in ("analyst", "leader")


def may_unmask(user: User | AnonymousUser) -> bool:
    """Whoever must reach or examine a person: operators, officers and analysts, with a reason on record."""
    return role(user) in ("operator", "officer", "analyst")


def may_hand_in(user: User | AnonymousUser) -> bool:
    """Operators, analysts and leaders bring in the files of senders above."""
    return role(user) in ("operator", "analyst", "leader")


def may_report(user: User | AnonymousUser) -> bool:
    """Operators and leaders take down what counters and couriers tell; a bank's staff tell it themselves."""
    return role(user) in ("operator", "leader", "bank")


def may_mend(user: User | AnonymousUser) -> bool:
    """Analysts and leaders take refused rows out of quarantine and drive them in again."""
    return role(user) in ("analyst", "leader")


def may_stop(user: User | AnonymousUser) -> bool:
    """Operators, officers and leaders ask a bank to stop a payment; another of them approves."""
    return role(user) in ("operator", "officer", "leader")


def may_take_reports(user: User | AnonymousUser) -> bool:
    """Everybody of the centre and its stations takes down the report of a loss; banks and telecom operators do not see cases."""
    return role(user) in CENTRE


def may_work_cases(user: User | AnonymousUser) -> bool:
    """Officers, analysts and leaders work on cases, cards, clues and suspects."""
    return role(user) in ("officer", "analyst", "leader")


def may_file(user: User | AnonymousUser) -> bool:
    """Analysts and leaders decide what becomes of a case: filed, not filed, cleared, closed."""
    return role(user) in ("analyst", "leader")
