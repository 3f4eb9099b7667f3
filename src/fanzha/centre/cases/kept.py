"""The register's own records, under the figures that they are counted by (figures.KEPT)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from fanzha.centre.cases import lists, states
from fanzha.centre.cases.figures import Kept, Record
from fanzha.centre.cases.models import Case, InvolvedCard, Recovery
from fanzha.centre.languages import of_page

Rows = Callable[[datetime, datetime], QuerySet[Any]]
LOSS = Coalesce(F("confirmed_loss_fen"), F("loss_fen"), 0)


def _cases(name: str, also: Q | None = None) -> Rows:
    def of(begin: datetime, end: datetime) -> QuerySet[Case]:
        found = Case.objects.filter(**{f"{name}__gte": begin, f"{name}__lt": end}).order_by(name, "id")
        return found.filter(also) if also is not None else found

    return of


def _recoveries(kind: str) -> Rows:
    def of(begin: datetime, end: datetime) -> QuerySet[Recovery]:
        found = Recovery.objects.filter(at__gte=begin, at__lt=end).select_related("case")
        return found.filter(kind=kind) if kind else found.filter(of=None)

    return of


def _cards(begin: datetime, end: datetime) -> QuerySet[InvolvedCard]:
    return InvolvedCard.objects.filter(worked_at__gte=begin, worked_at__lt=end).select_related("first_case")


def _case(name: str) -> Callable[[Case], Record]:
    return lambda case: Record(
        getattr(case, name),
        case.number,
        reverse("cases:case", args=[case.number]),
        case.loss_fen if case.confirmed_loss_fen is None else case.confirmed_loss_fen,
    )


def _recovery(one: Recovery) -> Record:
    kind = lists.RECOVERIES[one.kind].in_language(of_page())
    return Record(one.at, f"{one.case.number} {kind}", reverse("cases:case", args=[one.case.number]), one.amount_fen)


def _card(one: InvolvedCard) -> Record:
    return Record(one.worked_at, one.first_case.number, reverse("cases:cards") + "?worked=1")


_FILED, _CLEARED = _case("filed_at"), _case("cleared_at")
_LOST = Kept(_cases("filed_at"), _FILED, LOSS, "")
_CLEARED_NOW = Kept(_cases("cleared_at"), _CLEARED, case="")
_CLEARED_SINCE = Kept(
    _cases("filed_at", Q(cleared_at__isnull=False) & ~Q(state__in=states.NOT_CLEARED)), _FILED, case=""
)
OWN: dict[str, Kept] = {
    "cases_reported": Kept(_cases("reported_at", ~Q(state="joined")), _case("reported_at"), case=""),
    "cases_filed": Kept(_cases("filed_at"), _FILED, case=""),
    "loss_amount": _LOST,
    "loss_per_case": _LOST,
    "cases_cleared": _CLEARED_NOW,
    "clearance_rate": _CLEARED_NOW,
    "cleared_of_period": _CLEARED_SINCE,
    "cohort_rate": _CLEARED_SINCE,
    **{
        f"recovered_{kind}": Kept(_recoveries(kind), _recovery, F("amount_fen"), "case__")
        for kind in ("stopped", "frozen", "seized", "returned")
    },
    "loss_recovered": Kept(_recoveries(""), _recovery, F("amount_fen"), "case__"),
    "cards_worked": Kept(_cards, _card, case="first_case__"),
}
