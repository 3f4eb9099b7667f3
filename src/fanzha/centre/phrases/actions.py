"""The only writers of phrases: given out once, checked once; what is not right is written down as a sign."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.crypto import salted_hmac

from fanzha.centre.access import audit, permissions, rates, vault
from fanzha.centre.dissuasion.models import Order
from fanzha.centre.phrases import words
from fanzha.centre.phrases.models import Phrase, WrongPhrase
from fanzha.deadlines import due
from fanzha.refusal import Refusal
from fanzha.vocabulary import Text

LONGEST = 80
"""Characters of a number or a phrase that are looked at."""


def _digest(number: str, written: str) -> str:
    said = f"{number}\x1f{words.canonical(written)}"
    return salted_hmac("fanzha.phrases", said, algorithm="sha256").hexdigest()


@transaction.atomic
def issue(number_token: str, order: Order | None, now: datetime, by: User | None = None) -> Text:
    """A new phrase for a number that is about to be called or written to; told this once and kept as a hash alone.

    Phrases given out before stay good until they are spent or expire. PermissionDenied for somebody who does not dissuade.
    """
    if by is not None and not permissions.may_dissuade(by):
        raise PermissionDenied
    if not number_token:
        raise Refusal("a phrase is bound to a number", code="phrase.number", where="number")
    drawn = words.draw()
    while Phrase.objects.filter(digest=_digest(number_token, "".join(drawn))).exists():
        drawn = words.draw()
    digest = _digest(number_token, "".join(drawn))
    expires = due("phrase.valid", now)
    Phrase.objects.create(number=number_token, digest=digest, order=order, by=by, issued_at=now, expires_at=expires)
    audit.write(by, "phrase_issued", order.order_id if order else number_token, now)
    return words.shown(drawn)


def for_message(number_token: str, now: datetime) -> str:
    """The phrase of a message to a number, as it is written there."""
    return issue(number_token, None, now).zh


@transaction.atomic
def check(number: str, phrase: str, now: datetime, by: User | None = None) -> bool:
    """Whether a phrase proves that a call to `number` (as written) was ours; a right one is spent by this.

    Whatever is not right takes the same steps whoever's number it is, and is written down as a sign. TooMany when a number
    is tried too often. `by`: the operator whom the person called back. Nothing of the number is kept but its token.
    """
    if by is not None and not permissions.may_dissuade(by):
        raise PermissionDenied
    token = vault.token("number", number.strip()[:LONGEST])
    rates.spend("phrase.number", token, now)
    digest = _digest(token, phrase[:LONGEST])
    right = Phrase.objects.filter(digest=digest, spent_at=None, issued_at__lte=now, expires_at__gt=now)
    if right.update(spent_at=now):
        audit.write(by, "phrase_right", token, now)
        return True
    given_out = Phrase.objects.filter(digest=digest).first()
    kind = "wrong" if given_out is None else "spent" if given_out.spent_at else "expired"
    WrongPhrase.objects.create(number=token, at=now, kind=kind, via="callback" if by else "page")
    audit.write(by, "phrase_wrong", token, now, kind)
    return False
