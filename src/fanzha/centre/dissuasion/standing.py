"""What orders came to, as it stands: an order that is opened again keeps what it came to before beside what it comes to then."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from fanzha.centre.dissuasion.actions.concluding import NEEDS
from fanzha.centre.dissuasion.models import Contact, Result
from fanzha.vocabulary import OUTCOMES

EFFECTIVE = tuple(code for code, one in OUTCOMES.items() if one.counts_as == "effective")
LATE = tuple(code for code, one in OUTCOMES.items() if one.counts_as == "late")


def results() -> QuerySet[Result]:
    """The results of the order at hand without those that were corrected."""
    return Result.objects.filter(order=OuterRef("pk"), corrected_by=None)


def came_to(codes: Iterable[str]) -> Q:
    """Orders whose outcome is one of `codes`, or was one before they were opened again.

    An outcome that leaves the order open (D05, D08) gives way to the one that ends it.
    """
    wanted = list(codes)
    ending = [code for code in wanted if not NEEDS[code].get("keeps_open")]
    return Q(outcome__in=wanted) | Q(again__gt=0) & Q(Exists(results().filter(code__in=ending)))


def spoken_with() -> Q:
    """Orders whose person was spoken with, since they were opened last or before; a machine speaks with nobody."""
    spoken = Contact.objects.filter(order=OuterRef("pk"), contact="answered", by__isnull=False)
    return Q(reached_at__isnull=False) | Q(again__gt=0) & Q(Exists(spoken))
