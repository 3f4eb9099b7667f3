"""Who works where and is on duty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import QuerySet

from fanzha.centre.access import permissions
from fanzha.centre.duty.models import Member, Promise, Shift, Unit
from fanzha.vocabulary import COUNTIES, Text

CITY_UNIT = "city"
INSTITUTIONS = ("bank", "operator")
"""Kinds of units outside the centre: they see and confirm what concerns their own accounts or numbers, and take no orders."""


def unit_of(user: User | AnonymousUser) -> Unit | None:
    """The unit of a user, None for those who belong to none."""
    member = Member.objects.select_related("unit").filter(user_id=user.pk).first()
    return member.unit if member else None


@dataclass(frozen=True, slots=True)
class Employed:
    """Somebody who has an account; `role` None and `unit` empty where none was given."""

    username: str
    role: str | None
    unit: str
    languages: list[str]
    closed: bool


def everybody() -> Iterator[Employed]:
    """Whoever has an account, by name."""
    members = {one.user_id: one for one in Member.objects.all()}
    for user in User.objects.prefetch_related("groups").order_by("username"):
        member = members.get(user.pk)
        unit, languages = (member.unit_id, member.languages) if member else ("", [])
        yield Employed(user.username, permissions.role(user), unit, languages, not user.is_active)


def units() -> QuerySet[Unit]:
    """All units, those of a kind together."""
    return Unit.objects.order_by("kind", "code")


def name_of(unit: str) -> Text | None:
    """The name of a unit by its code; None for a code that none has."""
    names = Unit.objects.filter(pk=unit).values_list("name_zh", "name_en").first()
    return Text(*names) if names else None


def institution_of(user: User | AnonymousUser) -> str:
    """The bank or operator that a user works for, by the name that registers give it (people.Holding.carrier); empty for none."""
    unit = unit_of(user)
    return unit.code if unit is not None and unit.kind in INSTITUTIONS else ""


def works_for(user: User | AnonymousUser, unit: str) -> bool:
    """Whether what waits for a unit is a user's to work on: of that unit, of the one above it or below it, or of the city's centre.

    A station's officer and the county's operator work on the same orders; the city's people work wherever they are needed.
    """
    mine = unit_of(user)
    if mine is None or mine.kind in INSTITUTIONS:
        return False
    if mine.code in (unit, CITY_UNIT):
        return True
    above = Unit.objects.filter(code=unit).values_list("above_id", flat=True).first()
    return mine.code == above or (mine.above_id == unit and unit != CITY_UNIT)


def may_take(user: User | AnonymousUser, unit: str) -> bool:
    """Whether a user may take what waits for a unit: theirs to work on, and what waits for the city everybody's who has a unit."""
    return works_for(user, unit) or (unit == CITY_UNIT and unit_of(user) is not None)


def unit_for(place: str) -> str:
    """The code of the unit that takes what happens at a place: its county's; the city's for elsewhere and unknown."""
    return f"county-{place[:6]}" if place[:6] in COUNTIES else CITY_UNIT


def is_remote(place: str) -> bool:
    """Whether a place is a township of the countryside: in GB/T 2260 codes 2xx are townships, 0xx and 1xx streets and towns. Ours."""
    return len(place) == 9 and place[6] >= "2"


def on_duty(unit: str) -> QuerySet[Member]:
    """Who is on duty in a unit."""
    return Member.objects.filter(unit_id=unit, on_duty=True).select_related("user")


def open_promises(unit: str) -> QuerySet[Promise]:
    """What was promised in a unit and not kept yet, the earliest due first."""
    return Promise.objects.filter(unit_id=unit, kept_at=None).order_by("due_at", "at")


def running_shift(user: User | AnonymousUser) -> Shift | None:
    """The shift that a user is in, None for one who is off duty."""
    return Shift.objects.filter(member__user_id=user.pk, ended_at=None).first()
