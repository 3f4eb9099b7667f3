"""Requests to other countries, their answers, and people who came back."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from fanzha.centre.access import audit
from fanzha.centre.suspects import lists
from fanzha.centre.suspects.actions.naming import in_the_past, may, needed, one_of, the_case, the_suspect
from fanzha.centre.suspects.models import Cooperation, Return
from fanzha.refusal import Refusal


@transaction.atomic
def ask(
    user: User, now: datetime, country: str, asked: str, sent_at: datetime, document: str, case: str = ""
) -> Cooperation:
    """A request was sent at `sent_at` by a document."""
    may(user)
    code = country.strip().upper()
    if not (len(code) == 2 and code.isalpha() and code.isascii()) or code == "CN":
        raise Refusal("expected a country of two letters", code="cooperation.country", where="country")
    in_the_past(sent_at, now)
    what, paper = needed(asked, "cooperation.text", "asked"), needed(document, "cooperation.text", "document")[:80]
    of = the_case(case) if case.strip() else None
    made = Cooperation.objects.create(case=of, country=code, asked=what, sent_at=sent_at, document=paper, by=user)
    audit.write(user, "cooperation_sent", f"cooperation {made.pk}", now, f"{code} {paper}")
    return made


@transaction.atomic
def answer(cooperation_id: int, user: User, said: str, document: str, at: datetime, now: datetime) -> Cooperation:
    """The other side answered at `at` by a document, once."""
    may(user)
    one = _locked(cooperation_id)
    if one.answered_at is not None:
        raise Refusal("it was answered already", code="cooperation.answered", where=str(cooperation_id))
    in_the_past(at, now)
    if at < one.sent_at:
        raise Refusal("an answer comes after the request", code="suspect.time", where="at")
    one.answer, one.answer_document = (
        needed(said, "cooperation.text", "answer"),
        needed(document, "cooperation.text", "document")[:80],
    )
    one.answered_at = at
    one.save()
    audit.write(user, "cooperation_answered", f"cooperation {one.pk}", now, one.answer_document)
    return one


@transaction.atomic
def came_back(
    suspect_id: int, user: User, how: str, at: datetime, document: str, now: datetime, cooperation_id: int | None = None
) -> Return:
    """A suspect was handed over, returned or persuaded to return at `at`, by a document; from then on they are in China.

    The same again adds nothing.
    """
    may(user)
    suspect = the_suspect(suspect_id)
    one_of(how, lists.RETURNS, "how")
    in_the_past(at, now)
    paper = needed(document, "suspect.document", "document")[:80]
    request = _locked(cooperation_id) if cooperation_id is not None else None
    told = {"suspect": suspect, "cooperation": request, "how": how, "at": at, "document": paper}
    standing = Return.objects.filter(**told).first()
    if standing is not None:
        return standing
    made = Return.objects.create(**told, by=user)
    suspect.abroad = ""
    suspect.save()
    audit.write(user, "suspect_return", suspect.person, now, f"{how} {paper}")
    return made


def _locked(cooperation_id: int) -> Cooperation:
    one = Cooperation.objects.select_for_update(of=("self",)).filter(pk=cooperation_id).first()
    if one is None:
        raise Refusal("no such request", code="cooperation.unknown", where=str(cooperation_id))
    return one
