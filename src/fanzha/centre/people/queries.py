"""What other apps ask about people."""

from __future__ import annotations

from datetime import datetime

from fanzha.centre.people.models import Holding, Person, Relative

OF_AGE = 18


def holder_of(kind: str, token: str) -> str:
    """The person behind a subject; the token itself where no register tells."""
    if kind == "person":
        return token
    found = Holding.objects.filter(token=token).values_list("holder", flat=True).first()
    return found or token


def person(token: str) -> Person | None:
    """What is known of a person."""
    return Person.objects.filter(token=token).first()


def is_minor(one: Person | None, now: datetime) -> bool:
    """Whether a person may be under age: the year of birth alone is known, so the younger age counts."""
    return one is not None and one.birth_year is not None and now.year - one.birth_year <= OF_AGE


def held_by(token: str, kind: str) -> list[Holding]:
    """The numbers or accounts of a person."""
    return list(Holding.objects.filter(holder=token, kind=kind).order_by("id"))


def carrier_of(token: str) -> str:
    """The operator or bank of a number or an account; empty where no register tells."""
    return Holding.objects.filter(token=token).values_list("carrier", flat=True).first() or ""


def relatives_of(token: str) -> list[Relative]:
    """Whom a person named, the latest first."""
    return list(Relative.objects.filter(person=token).order_by("-named_at"))
