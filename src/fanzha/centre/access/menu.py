"""What the menu offers: the pages that a role may open, and no others. A new page with a place in the menu is one line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fanzha.centre.access import permissions

MENU: tuple[tuple[str, Promise, Callable[[User | AnonymousUser], bool]], ...] = (
    ("desk", _("My desk"), permissions.may_see_warnings),
    ("dissuasion:queue", _("Dissuasion"), permissions.may_see_warnings),
    ("inbox:list", _("Inbox"), permissions.may_see_warnings),
    ("cases:list", _("Cases"), permissions.may_see_warnings),
    ("funds:list", _("Stop-payments"), permissions.may_see_warnings),
    ("visits:mine", _("My visits"), permissions.may_hold_visits),
    ("warnings:list", _("Warnings"), permissions.may_see_warnings),
    ("channels:outbox", _("Outbox"), permissions.may_see_warnings),
    ("holds:list", _("Holds"), permissions.may_see_holds),
    ("inbox:desk", _("Report at the counter"), permissions.may_report),
    ("duty:handover", _("Handover"), permissions.may_see_warnings),
    ("dissuasion:figures", _("Figures"), permissions.may_see_warnings),
    ("dissuasion:leader", _("Leader"), permissions.may_lead),
    ("bulletins:bulletin", _("Bulletin"), permissions.may_see_warnings),
    ("trials:page", _("Comparisons"), permissions.may_judge),
    ("phrases:wrong", _("Impostors"), permissions.may_judge),
)
"""The page, its name, and who may open it, in the order of the menu."""

START = {"officer": "visits:mine", "bank": "holds:list", "telecom": "holds:list"}
"""Where a role begins, when that is not the desk."""

ENTRANCES = {
    "operator": _("As a 96110 operator"),
    "officer": _("As an officer of a station"),
    "analyst": _("As a police analyst"),
    "leader": _("As a leader"),
    "bank": _("As a bank's staff"),
    "telecom": _("As a telecom operator's staff"),
}
"""What a demo's buttons say."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu; `here`: the page that is open is this one or lies under it."""

    address: str
    name: Promise
    here: bool


def menu(user: User | AnonymousUser, path: str = "") -> list[Entry]:
    """The pages that a user may open. `path`: of the page that is open; the longest address that leads to it is `here`."""
    found = [(reverse(page), name) for page, name, may in MENU if may(user)]
    under = [address for address, _name in found if path == address or (address != "/" and path.startswith(address))]
    here = max(under, key=len, default=None)
    return [Entry(address, name, address == here) for address, name in found]


def start_of(user: User | AnonymousUser) -> str:
    """The page that a user begins with."""
    return START.get(permissions.role(user) or "", "desk")
