"""Two reports that were one loss: the series of the later one take the earlier in its place, and what was decided about its links goes along."""

from __future__ import annotations

from django.db.models import Q

from fanzha.centre.cases.models import Case
from fanzha.centre.networks.models import Link

DECIDED = ("confirmed", "rejected")


def bring(later: Case, into: Case) -> None:
    """The links and series of a case that was joined to another. What a person decided about both already stays as it is."""
    for series in later.series.all():
        series.cases.add(into)
        series.cases.remove(later)
    for link in Link.objects.filter(Q(a=later) | Q(b=later)).exclude(state="withdrawn"):
        other = link.b_id if link.a_id == later.pk else link.a_id
        if link.state in DECIDED and other != into.pk:
            _decide_alike(link, *sorted((other, into.pk)))
        link.state = "withdrawn"
        link.save()


def _decide_alike(link: Link, a: int, b: int) -> None:
    told = {"strength": link.strength, "evidence": link.evidence, "proposed_at": link.proposed_at}
    same = Link.objects.get_or_create(a_id=a, b_id=b, defaults=told)[0]
    if same.state not in DECIDED:
        same.state, same.by, same.at, same.reason = link.state, link.by, link.at, link.reason
        same.save()
