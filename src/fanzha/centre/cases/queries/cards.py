"""The involved cards of the city: who held them, how they left their hands; what is not worked yet first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, QuerySet

from fanzha.centre.access import vault
from fanzha.centre.cases import lists
from fanzha.centre.cases.models import InvolvedCard
from fanzha.centre.cases.queries.listing import place_name
from fanzha.vocabulary import Text

PAGE = 50


@dataclass(frozen=True)
class CardLine:
    """An involved card with its words, masked."""

    card: InvolvedCard
    kind: Text
    shown: str
    holder: str
    place: Text | None
    how_left: Text | None
    involvement: Text | None


def cards(worked: bool, after: int = 0) -> QuerySet[InvolvedCard]:
    """A page of cards, those not worked yet (the oldest first) or those that were (the latest first)."""
    found = InvolvedCard.objects.select_related("first_case", "worked_by")
    if worked:
        found = found.filter(worked_at__isnull=False).order_by(F("worked_at").desc(), "-id")
        return found[after : after + PAGE]
    return found.filter(worked_at=None).order_by("since", "id")[after : after + PAGE]


def not_worked() -> int:
    """How many cards nobody has worked yet."""
    return InvolvedCard.objects.filter(worked_at=None).count()


def card_lines(found: Iterable[InvolvedCard]) -> list[CardLine]:
    """Cards as a list shows them."""
    rows = list(found)
    shown = vault.masked([token for one in rows for token in (one.token, one.holder) if token])
    return [
        CardLine(
            one,
            lists.KINDS[one.kind],
            shown[one.token],
            shown.get(one.holder, ""),
            place_name(one.place),
            lists.HOW_LEFT.get(one.how_left),
            lists.INVOLVEMENT.get(one.involvement),
        )
        for one in rows
    ]
