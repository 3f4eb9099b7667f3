"""Cases as the figures of dissuasion ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from fanzha.centre.cases.models import Case
from fanzha.centre.dissuasion.filed_cases import FiledCase

NO_LOSS = ("not_filed", "joined", "withdrawn")


def filed(begin: datetime, end: datetime) -> Iterator[FiledCase]:
    """Cases of a known person reported in [begin, end): whether somebody was deceived shows when they say so, not when it is filed."""
    told = Case.objects.filter(Q(order__isnull=False) | ~Q(victim=""), reported_at__gte=begin, reported_at__lt=end)
    for case in told.exclude(state__in=NO_LOSS).select_related("order"):
        page = reverse("cases:case", args=[case.number])
        subject = case.order.subject if case.order else case.victim
        place = case.place or (case.order.place if case.order else "")
        yield FiledCase(case.number, subject, case.reported_at, place, case.case_class, page)
