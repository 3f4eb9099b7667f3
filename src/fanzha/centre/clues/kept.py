"""Clues under the figures that they are counted by (cases.figures.KEPT)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from fanzha.centre.cases.figures import Kept, Record
from fanzha.centre.clues.models import Clue


def _clues(**also: Any) -> Callable[[datetime, datetime], QuerySet[Clue]]:
    def of(begin: datetime, end: datetime) -> QuerySet[Clue]:
        found = Clue.objects.filter(received_at__gte=begin, received_at__lt=end, **also)
        return found.exclude(state="duplicate").order_by("received_at", "id")

    return of


def _shown(one: Clue) -> Record:
    return Record(one.received_at, one.number, reverse("clues:clue", args=[one.number]))


OWN: dict[str, Kept] = {
    "clues_received": Kept(_clues(), _shown),
    "clues_fed_back": Kept(_clues(fed_back_at__isnull=False), _shown),
    "telecom_clues": Kept(_clues(source="telecom"), _shown),
}
