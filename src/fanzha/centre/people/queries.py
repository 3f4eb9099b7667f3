"""What other apps ask about people."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import Substr

from fanzha.centre.people.models import Holding, Person, Relative
from fanzha.vocabulary import COUNTIES, age_band

OF_AGE = 18
SHANGHAI = ZoneInfo("Asia/Shanghai")


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
    return one is not None and one.birth_year is not None and _years(one.birth_year, now) <= OF_AGE


def _years(birth_year: int, now: datetime) -> int:
    """The age that somebody reaches in the year that it is in Shanghai."""
    return now.astimezone(SHANGHAI).year - birth_year


def held_by(token: str, kind: str) -> list[Holding]:
    """The numbers or accounts of a person."""
    return list(Holding.objects.filter(holder=token, kind=kind).order_by("id"))


def carrier_of(token: str) -> str:
    """The operator or bank of a number or an account; empty where no register tells."""
    return Holding.objects.filter(token=token).values_list("carrier", flat=True).first() or ""


def relatives_of(token: str) -> list[Relative]:
    """Whom a person named, the latest first."""
    return list(Relative.objects.filter(person=token).order_by("-named_at"))


def _band(birth_year: int | None, now: datetime) -> str:
    return "" if birth_year is None else age_band(_years(birth_year, now))


def group_sizes(now: datetime) -> dict[str, dict[str, int]]:
    """How many registered people live in each county of the city and are in each age band; what is not known of somebody is left out."""
    sizes: dict[str, dict[str, int]] = {"county": {}, "age": {}}
    rows = Person.objects.order_by().values("birth_year", county=Substr("place", 1, 6)).annotate(n=Count("pk"))
    for row in rows:
        groups = {"county": row["county"] if row["county"] in COUNTIES else "", "age": _band(row["birth_year"], now)}
        for kind, group in groups.items():
            if group:
                sizes[kind][group] = sizes[kind].get(group, 0) + row["n"]
    return sizes


def groups_of(tokens: list[str], now: datetime) -> list[dict[str, str]]:
    """For each token of a registered person (as often as it stands there) the county and age band, empty where not known."""
    told = Person.objects.filter(token__in=set(tokens)).values_list("token", "place", "birth_year")
    known = {
        token: {"county": place[:6] if place[:6] in COUNTIES else "", "age": _band(year, now)}
        for token, place, year in told
    }
    return [known[token] for token in tokens if token in known]


def place_of(token: str) -> str:
    """Where a person lives; empty where no register tells."""
    return Person.objects.filter(token=token).values_list("place", flat=True).first() or ""


def holding(token: str) -> Holding | None:
    """What the registers tell of a number or an account: whose it is, where it was opened."""
    return Holding.objects.filter(token=token).first()
