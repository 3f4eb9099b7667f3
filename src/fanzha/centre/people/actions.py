"""The only writers of people and what they hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl
from django.db import transaction

from fanzha.centre.people.models import Holding, Person, Relative
from fanzha.refusal import Refusal
from fanzha.vocabulary import SPOKEN_LANGUAGES

LONGEST_RELATION = 40
"""Characters that are kept of who a relative is."""


AT_ONCE = 1000
"""Rows that are asked for and written together."""
after_people: list[Callable[[list[str], datetime], None]] = []
"""What other apps do when a register tells of people (tokens)."""
after_holdings: list[Callable[[str, list[str], datetime], None]] = []
"""What other apps do when a register tells whose numbers or accounts are (kind, tokens) and where they were opened."""


def take_in(table: str, frame: pl.DataFrame, now: datetime) -> None:
    """Bring the registers up to date with rows of `people`, `numbers` or `accounts` (tokens); other tables add nothing."""
    reader = _READERS.get(table)
    if reader is not None:
        with transaction.atomic():
            reader(frame, now)


def _people(frame: pl.DataFrame, now: datetime) -> None:
    told = frame.group_by("person", maintain_order=True).agg(pl.col("birth_year", "place").drop_nulls().last())
    for part in told.iter_slices(AT_ONCE):
        known = {one.token: one for one in Person.objects.filter(token__in=part["person"].to_list())}
        people = []
        for token, year, place in part.select("person", "birth_year", "place").iter_rows():
            before = known.get(token) or Person(token=token)
            year = before.birth_year if year is None else year  # what one register does not know, another may have told
            people.append(Person(token=token, birth_year=year, place=(place or before.place)[:9]))
        Person.objects.bulk_create(
            people, update_conflicts=True, unique_fields=["token"], update_fields=["birth_year", "place"]
        )
        for act in after_people:
            act([one.token for one in people], now)


def _holdings(kind: str, carrier: str, outlet: str) -> Callable[[pl.DataFrame, datetime], None]:
    def read(frame: pl.DataFrame, now: datetime) -> None:
        held = frame.filter(pl.col("holder").is_not_null()).select(kind, "holder", carrier, "opening_place", outlet)
        holdings: dict[str, Holding] = {}
        for part in held.iter_slices(AT_ONCE):
            asked = set(part[kind].to_list()) - set(holdings)
            holdings |= {one.token: one for one in Holding.objects.filter(token__in=asked)}
            for token, holder, by, place, at in part.iter_rows():
                before = holdings.get(token) or Holding(token=token)
                same = before if before.holder == holder else Holding()  # another's was opened anew
                holdings[token] = Holding(
                    token=token,
                    kind=kind,
                    holder=holder,
                    carrier=by or before.carrier,
                    opening_place=place or same.opening_place,
                    outlet=at or same.outlet,
                )
        told = ["holder", "carrier", "opening_place", "outlet"]
        Holding.objects.bulk_create(
            holdings.values(), AT_ONCE, update_conflicts=True, unique_fields=["token"], update_fields=told
        )
        tokens = list(holdings)
        for act in after_holdings:
            act(kind, tokens, now)

    return read


_READERS: dict[str, Callable[[pl.DataFrame, datetime], None]] = {
    "people": _people,
    "numbers": _holdings("number", "operator", "outlet"),
    "accounts": _holdings("account", "bank", "opening_branch"),
}


@transaction.atomic
def ask_for_language(person: str, language: str) -> None:
    """Write down what a person asked to be spoken to in. Refusal for a language that is not in the list."""
    if language not in SPOKEN_LANGUAGES:
        raise Refusal(f"expected one of {', '.join(SPOKEN_LANGUAGES)}", code="language.unknown", where="language")
    Person.objects.update_or_create(token=person, defaults={"language": language})


@transaction.atomic
def name_relative(person: str, number: str, relation: str, now: datetime, guardian: bool = False) -> Relative:
    """Write down whom a person named as the one to be told (`number`: a token)."""
    return Relative.objects.create(person=person, number=number, relation=relation, named_at=now, guardian=guardian)
