"""Gangs and dens: raised from a confirmed series, moved on by a person alone (12.9), who also says what belongs to a gang."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.cases.models import Identifier
from fanzha.centre.networks.actions.steps import held, may_decide, next_number, step, why
from fanzha.centre.networks.models import Den, Gang, GangIdentifier, Series
from fanzha.linking import site_of
from fanzha.refusal import Refusal
from fanzha.vocabulary import is_service_number

PLACE = re.compile(r"[A-Z]{2}|\d{6}(\d{3})?")
"""ISO 3166, or GB/T 2260 to the county or the township."""
_KINDS = {"number": "number", "account": "account", "url": "domain"}


@transaction.atomic
def raise_gang(series: str, user: User, name: str, now: datetime) -> Gang:
    """Suspect a gang behind a confirmed series; what its cases name of the other side are its identifiers. The same name again is that gang.

    What stands on the other side by a guess alone waits for a person, as in networks.register; public numbers, which fraud wears, are left out.
    """
    may_decide(user)
    found = held(Series, number=series)
    if found.state != "confirmed":
        raise Refusal("confirm the series first", code="networks.series", where=series)
    called = name.strip()[:80]
    if not called:
        raise Refusal("give the gang a name", code="networks.name", where="name")
    standing = found.gangs.filter(name=called).exclude(state="dismissed").first()
    if standing is not None:
        return standing
    gang = Gang.objects.create(number=next_number("G", now), name=called, series=found, since=now, by=user)
    told = Identifier.objects.filter(case__in=found.cases.all(), side="suspect", kind__in=_KINDS)
    known: dict[tuple[str, str], bool] = {}
    for kind, token, sure in told.values_list("kind", "token", "sure"):
        if is_service_number(token):
            continue
        named = (_KINDS[kind], (site_of(token) or token) if kind == "url" else token)
        known[named] = known.get(named, False) or sure
    GangIdentifier.objects.bulk_create(
        GangIdentifier(gang=gang, kind=kind, token=token, standing="in" if sure else "proposed")
        for (kind, token), sure in sorted(known.items())
    )
    audit.write(user, "gang_suspected", gang.number, now, found.number)
    return gang


@transaction.atomic
def move_gang(number: str, user: User, to: str, reason: str, now: datetime) -> Gang:
    """The next state of a gang, with what it rests on. Refusal for a step that its states do not allow, or without a reason."""
    may_decide(user)
    gang = held(Gang, number=number)
    step("gang", gang.state, to, number)
    told = why(reason, "reason")
    gang.state = to
    gang.save()
    audit.write(user, f"gang_{to}", number, now, told)
    return gang


@transaction.atomic
def move_den(number: str, user: User, to: str, reason: str, now: datetime, place: str = "") -> Den:
    """The next state of a den, with what it rests on; `place`: where a person found it to be, empty to leave it."""
    may_decide(user)
    den = held(Den, number=number)
    step("den", den.state, to, number)
    told = why(reason, "reason")
    den.state, den.place = to, _place(place) or den.place
    den.save()
    audit.write(user, f"den_{to}", number, now, told)
    return den


@transaction.atomic
def write_den(user: User, name: str, place: str, rests_on: str, now: datetime) -> Den:
    """A den that a person knows of, as a clue; `place`: a code, empty where it is not known. Refusal without a name or what it rests on."""
    may_decide(user)
    if not name.strip():
        raise Refusal("give the den a name", code="networks.name", where="name")
    told = why(rests_on, "reason")
    den = Den(number=next_number("D", now), name=name.strip()[:80], by=user, since=now, confidence=0.0)
    den.place = _place(place)
    den.save()
    audit.write(user, "den_clue", den.number, now, told)
    return den


def _place(code: str) -> str:
    """A place of the city's kind or a country, as it was typed. Refusal for anything else."""
    typed = code.strip().upper()
    if typed and not PLACE.fullmatch(typed):
        raise Refusal("expected a code of a place", code="networks.place", where="place")
    return typed


@transaction.atomic
def settle_identifiers(number: str, user: User, keys: Collection[int], to: str, reason: str, now: datetime) -> Gang:
    """Identifiers of a gang (keys) belong to it (`in`) or do not (`out`), with the reason; what is out no search puts back."""
    may_decide(user)
    gang = held(Gang, number=number)
    told = why(reason, "reason")
    if to not in ("in", "out") or not gang.identifiers.filter(pk__in=keys).update(standing=to):
        raise Refusal("choose identifiers", code="networks.identifiers", where=number)
    audit.write(user, f"gang_identifier_{to}", number, now, told)
    return gang
