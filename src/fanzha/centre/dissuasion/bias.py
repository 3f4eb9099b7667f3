"""Whether false warnings fall on some people more than on others: by county and age band, per head. Source: design 5."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from fanzha.centre.dissuasion.models import Order
from fanzha.centre.dissuasion.precision import FALSE, WATCHING
from fanzha.centre.people import queries as people
from fanzha.metrics import group_ratios
from fanzha.vocabulary import COUNTIES, Text


@dataclass(frozen=True, slots=True)
class Share:
    """A group's false warnings per head over the city's (`ratio`), with its lower 95 % bound; `unfair`: the bound is above what is allowed."""

    kind: str
    name: Text
    people: int
    false: int
    ratio: float
    low: float
    unfair: bool


def bias(now: datetime) -> list[Share]:
    """Each county and age band of the registers, the most burdened first; empty when nothing was false or nobody is registered."""
    rule = WATCHING["false_of_city"]
    since = now - timedelta(days=rule["days"])
    wrong = Order.objects.filter(outcome__in=FALSE, fed_back_at__gt=since, fed_back_at__lte=now)
    groups = people.groups_of(list(wrong.order_by().values_list("subject", flat=True)), now)
    found: list[Share] = []
    for kind, sizes in people.group_sizes(now).items():
        counts = Counter(one[kind] for one in groups if one[kind])
        for group, told in group_ratios(counts, sizes).items():
            name = COUNTIES[group].name if group in COUNTIES else Text(group, group)
            unfair = told["low"] > rule["value"]
            found.append(Share(kind, name, sizes[group], counts[group], told["ratio"], told["low"], unfair))
    return sorted(found, key=lambda one: (-one.low, -one.ratio, one.name.en))
