"""What waits for somebody: what is overdue, pairs that may be one loss, people to be looked after; also for the next shift."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Case as DbCase
from django.db.models import IntegerField, QuerySet, When
from django.urls import reverse

from fanzha.centre.access import vault
from fanzha.centre.cases import lists
from fanzha.centre.cases.models import Overdue, Twin, VictimCare
from fanzha.centre.duty.pending import Pending
from fanzha.vocabulary import Text

LONGEST_LIST = 100
LOOK_AFTER = Text("自伤风险，须有人到场", "Self-harm feared: somebody must be there")


def overdue_of(stage: str = "") -> QuerySet[Overdue]:
    """What is overdue (of one stage, or of all), what is handed up furthest and longest overdue first."""
    found = Overdue.objects.filter(ended_at=None).select_related("case", "reasoned_by")
    found = found.filter(stage=stage) if stage in lists.STAGES else found
    height = DbCase(*(When(stage=code, then=at) for at, code in enumerate(lists.STAGES)), output_field=IntegerField())
    return found.order_by(height.desc(), "since", "id")


def overdue_lines(found: Iterable[Overdue]) -> list[tuple[Overdue, Text, Text]]:
    """What is overdue with its words."""
    return [(one, lists.OVERDUE[one.kind], lists.STAGES[one.stage]) for one in found]


def twins_waiting() -> QuerySet[Twin]:
    """Pairs that a person has to decide about, the newest first."""
    return Twin.objects.filter(joined=None).select_related("earlier", "later")


def to_look_after() -> QuerySet[VictimCare]:
    """People who may harm themselves and with whom nobody is yet, the earliest due first."""
    found = VictimCare.objects.filter(self_harm=True, looked_after_at=None).select_related("case")
    return found.order_by("look_after_by")


def for_handover(unit: str | None, now: datetime) -> Iterator[Pending]:  # noqa: ARG001  (handovers are asked at an instant)
    """What the next shift has to know of."""
    for one in to_look_after():
        if unit in (None, one.case.unit):
            who = vault.masked([one.case.victim])[one.case.victim] if one.case.victim else one.case.number
            yield Pending(LOOK_AFTER, who, reverse("cases:case", args=[one.case.number]), one.look_after_by)
