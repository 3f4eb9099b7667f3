"""Suspects and those who came back, under the figures that they are counted by (cases.figures.KEPT): persons, each once."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from fanzha.centre.access import vault
from fanzha.centre.cases.figures import Kept, Record
from fanzha.centre.suspects import queries
from fanzha.centre.suspects.models import Suspect


def _dealt(group: str) -> Kept:
    def of(begin: datetime, end: datetime) -> QuerySet[Suspect]:
        return queries.dealt(begin, end, group)

    return Kept(of, _shown)


def _back(how: str) -> Kept:
    def of(begin: datetime, end: datetime) -> QuerySet[Suspect]:
        return Suspect.objects.filter(pk__in=queries.returned(how, begin, end).order_by().values("suspect"))

    return Kept(of, _shown)


def _shown(one: Suspect) -> Record:
    return Record(one.since, vault.masked([one.person])[one.person], reverse("suspects:suspect", args=[one.pk]))


OWN: dict[str, Kept] = {
    "persons_dealt": _dealt(""),
    "luring_suspects": _dealt("luring"),
    "two_card_suspects": _dealt("two_cards"),
    "overseas_persons_dealt": _dealt("overseas"),
    "persons_handed_over": _back("handed_over"),
    "persons_persuaded": _back("persuaded"),
}
