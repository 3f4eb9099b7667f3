"""How often something may be done without a sign-in: one row a counted one, in the database that is there anyway.

The generic cell rate algorithm: each act moves an instant `full_at` on by minutes/most; whoever is further ahead of now
than the whole of the minutes has to wait. `most` acts can come at once, and one more each time their share has passed.
Who is counted is kept as a keyed hash alone. A refused act changes nothing, so nobody can lock another out for longer.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from math import ceil

from django.db import transaction
from django.utils.crypto import salted_hmac

from fanzha.centre.access.models import RateRow
from fanzha.refusal import Refusal
from fanzha.vocabulary import load_data


@dataclass(frozen=True, slots=True)
class Rate:
    """`most` acts at once, which come back evenly within `within`."""

    most: int
    within: timedelta


class TooMany(Refusal):
    """Refused for now; `retry_after`: whole seconds until the next try can succeed."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many tries; wait and try again", code="rate.exceeded")
        self.retry_after = retry_after


@cache
def _rates() -> dict[str, list[tuple[date, Rate]]]:
    found: dict[str, list[tuple[date, Rate]]] = {}
    for row in load_data("fanzha.centre.access", "rates.yaml"):
        if row["most"] < 1 or row["minutes"] < 1 or not row.get("source"):
            raise ValueError(f"rates.yaml ({row.get('id')}): expected most and minutes of at least 1, and a source")
        found.setdefault(row["id"], []).append((row["since"], Rate(row["most"], timedelta(minutes=row["minutes"]))))
    return found


def rate(name: str, on: datetime) -> Rate:
    """The rate in force at an instant; before the first one the first counts. KeyError for an unknown name."""
    values = _rates()[name]
    return ([one for since, one in values if since <= on.date()] or [values[0][1]])[-1]


@transaction.atomic
def spend(name: str, who: str, now: datetime) -> None:
    """Count one act of `who` (an address, a number's token) under the rate `name`. TooMany when it has to wait."""
    allowed = rate(name, now)
    digest = salted_hmac("fanzha.rates", f"{name}\x1f{who}", algorithm="sha256").hexdigest()
    RateRow.objects.get_or_create(who=digest, defaults={"full_at": now})
    row = RateRow.objects.select_for_update().get(who=digest)
    begins = max(row.full_at, now)
    wait = begins + allowed.within / allowed.most - allowed.within - now
    if wait > timedelta(0):
        raise TooMany(max(1, ceil(wait.total_seconds())))
    row.full_at = begins + allowed.within / allowed.most
    row.save(update_fields=["full_at"])


def forget(now: datetime) -> int:
    """Drop the rows that hold nobody back any more; how many.

    Sign-in counts by the wall's clock, all else by the centre's: a row is over when it is over by both.
    """
    return RateRow.objects.filter(full_at__lt=min(now, datetime.now(UTC))).delete()[0]


def network(address: str) -> str:
    """Whom an address counts for: itself, or in IPv6 its /64, which one household has whole.

    >>> network("203.0.113.7"), network("2001:db8::1:2"), network("")
    ('203.0.113.7', '2001:db8::', 'unknown')
    """
    try:
        told = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"  # a test or a socket without addresses: all such count together
    if told.version == 4:
        return str(told)
    return str(ipaddress.ip_network((told, 64), strict=False).network_address)
