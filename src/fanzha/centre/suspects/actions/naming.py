"""A person becomes a suspect, once; roles, measures, gang and den are written down with what they rest on."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction

from fanzha.centre.access import audit, permissions, vault
from fanzha.centre.cases.actions.recording import token_of
from fanzha.centre.cases.actions.steps import note
from fanzha.centre.cases.models import Case
from fanzha.centre.networks.models import Den, Gang
from fanzha.centre.suspects import lists
from fanzha.centre.suspects.models import Measure, Role, Suspect
from fanzha.refusal import Refusal

Kept = TypeVar("Kept", Gang, Den)


def may(user: User) -> None:
    """PermissionDenied for who may not work on cases."""
    if not permissions.may_work_cases(user):
        raise PermissionDenied


def the_case(number: str) -> Case:
    """A case by its number. Refusal when there is none, or when it was joined to another."""
    found = Case.objects.select_for_update().filter(number=number.strip().upper()).exclude(state="joined").first()
    if found is None:
        raise Refusal("say in which case", code="suspect.case", where="case")
    return found


def the_suspect(suspect_id: int) -> Suspect:
    """A suspect, held until the transaction ends. Refusal when there is none."""
    found = Suspect.objects.select_for_update().filter(pk=suspect_id).first()
    if found is None:
        raise Refusal("no such suspect", code="suspect.unknown", where=str(suspect_id))
    return found


def one_of(code: str, known: object, where: str) -> None:
    """Refusal for a code that is not of its list."""
    if code not in known:  # type: ignore[operator]
        raise Refusal("choose one of the list", code="suspect.list", where=where)


def in_the_past(at: datetime, now: datetime) -> None:
    """Refusal for what has not happened yet."""
    if at > now:
        raise Refusal("it cannot lie in the future", code="suspect.time", where="at")


def needed(text: str, code: str, where: str) -> str:
    """A text that must be there. Refusal without it."""
    if not text.strip():
        raise Refusal("say what it rests on", code=code, where=where)
    return text.strip()


@transaction.atomic
def name(user: User, case: str, person: str, now: datetime, called: str = "", role: str = "") -> Suspect:
    """A person (identity number in clear, or a token) is a suspect of a case, in a role; one person is one suspect in all cases."""
    may(user)
    of, who = the_case(case), needed(person, "suspect.person", "person")
    if role:
        one_of(role, lists.ROLES, "role")
    suspect, new = Suspect.objects.get_or_create(person=token_of("person", who), defaults={"since": now})
    if called.strip():
        suspect.name = vault.keep("name", called.strip())
        suspect.save()
    suspect.cases.add(of)
    if role:
        _role(suspect, of, role, user, now)
    audit.write(user, "suspect_named", suspect.person, now, f"{of.number}{'' if new else ' again'} {role}".strip())
    note(of, user, "facts", now, "suspect")
    return suspect


@transaction.atomic
def give_role(suspect_id: int, user: User, case: str, role: str, now: datetime) -> Role:
    """A further role in a case; the same again adds nothing."""
    may(user)
    suspect, of = the_suspect(suspect_id), the_case(case)
    one_of(role, lists.ROLES, "role")
    suspect.cases.add(of)
    made = _role(suspect, of, role, user, now)
    audit.write(user, "suspect_role", suspect.person, now, f"{of.number} {role}")
    note(of, user, "facts", now, "suspect")
    return made


def _role(suspect: Suspect, case: Case, role: str, user: User, now: datetime) -> Role:
    made = {"by": user, "at": now}
    return Role.objects.get_or_create(suspect=suspect, case=case, role=role, taken_back_at=None, defaults=made)[0]


@transaction.atomic
def take_back_role(role_id: int, user: User, reason: str, now: datetime) -> Role:
    """A role was wrong, with the reason; it stays on record and counts no more."""
    may(user)
    role = Role.objects.select_for_update(of=("self",)).filter(pk=role_id, taken_back_at=None).first()
    if role is None:
        raise Refusal("no such role", code="suspect.unknown", where=str(role_id))
    role.taken_back_at = now
    role.save()
    why = needed(reason, "suspect.reason", "reason")
    audit.write(user, "suspect_role_ended", role.suspect.person, now, f"{role.role}: {why}")
    return role


@transaction.atomic
def measure(suspect_id: int, user: User, case: str, kind: str, at: datetime, document: str, now: datetime) -> Measure:
    """A measure was taken at `at` by a document; the same again adds nothing. Refusal without one, and for the future."""
    may(user)
    suspect, of = the_suspect(suspect_id), the_case(case)
    one_of(kind, lists.MEASURES, "kind")
    in_the_past(at, now)
    paper = needed(document, "suspect.document", "document")[:80]
    told = {"suspect": suspect, "case": of, "kind": kind, "at": at, "document": paper}
    standing = Measure.objects.filter(**told).first()
    if standing is not None:
        return standing
    suspect.cases.add(of)
    made = Measure.objects.create(**told, by=user)
    audit.write(user, "suspect_measure", suspect.person, now, f"{of.number} {kind} {paper}")
    note(of, user, "facts", now, "suspect")
    return made


@transaction.atomic
def put(
    suspect_id: int,
    user: User,
    now: datetime,
    rests_on: str,
    gang: str = "",
    den: str = "",
    overseas: bool = False,
    abroad: str = "",
) -> Suspect:
    """Gang, den (numbers, as networks keep them; empty: none), whether it is a den abroad, and where the person is now; with what that rests on: never a place alone."""
    may(user)
    suspect = the_suspect(suspect_id)
    country = abroad.strip().upper()
    if country and not (len(country) == 2 and country.isalpha() and country.isascii()):
        raise Refusal("expected a country of two letters", code="cooperation.country", where="abroad")
    suspect.rests_on = needed(rests_on, "suspect.reason", "rests_on")
    suspect.gang, suspect.den = _kept(Gang, gang, "gang"), _kept(Den, den, "den")
    suspect.overseas_den, suspect.abroad = overseas, country
    suspect.save()
    audit.write(user, "suspect_place", suspect.person, now, suspect.rests_on)
    return suspect


def _kept(model: type[Kept], number: str, where: str) -> Kept | None:
    """A gang or den by its number; None for an empty one. Refusal for one that is not kept."""
    typed = number.strip().upper()
    found = model._default_manager.filter(number=typed).first() if typed else None
    if typed and found is None:
        raise Refusal("no such gang or den", code="suspect.network", where=where)
    return found


def bring(later: Case, into: Case) -> None:
    """The suspects of a case that was joined to another go with it."""
    for suspect in later.suspects.all():
        suspect.cases.add(into)
    standing = set(Role.objects.filter(case=into, taken_back_at=None).values_list("suspect", "role"))
    for role in Role.objects.filter(case=later):
        if (role.suspect_id, role.role) not in standing:
            Role.objects.filter(pk=role.pk).update(case=into)
    Measure.objects.filter(case=later).update(case=into)
    later.cooperation.update(case=into)
