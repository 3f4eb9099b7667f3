"""What pages read of refused rows."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet, Sum

from fanzha.centre.intake.models import Mending, Quarantined

LONGEST_LIST = 100


def quarantined(table: str | None = None) -> QuerySet[Quarantined]:
    """Files of refused rows, the newest first, each with how many of its rows were `driven_in` again."""
    found = Quarantined.objects.filter(table=table) if table else Quarantined.objects.all()
    return found.annotate(driven_in=Sum("mendings__accepted"))[:LONGEST_LIST]


def refused_rows(table: str, begin: datetime, end: datetime) -> int:
    """How many rows of a table were refused in [begin, end) and have not been driven in again."""
    found = Quarantined.objects.filter(table=table, made_at__gte=begin, made_at__lt=end, from_mendings=None)
    left = int(found.aggregate(rows=Sum("rows", default=0))["rows"])
    those = list(found.values_list("pk", flat=True))
    while those:  # what was refused of a mended file was kept anew, and may have been mended since
        mendings = Mending.objects.filter(quarantined__in=those)
        left -= int(mendings.aggregate(rows=Sum("accepted", default=0))["rows"])
        those = list(mendings.exclude(again=None).values_list("again", flat=True))
    return left
