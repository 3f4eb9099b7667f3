"""One-time phrases as keyed hashes, and what was checked and was not ours."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.dissuasion.models import Order

KINDS = ("wrong", "expired", "spent")


class Phrase(models.Model):
    """A phrase given out for one number (a token); `digest`: keyed hash of number and phrase, which nobody can read back."""

    number = models.CharField(max_length=80, db_index=True)
    digest = models.CharField(max_length=64, unique=True)
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="phrases")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    spent_at = models.DateTimeField(null=True)


class WrongPhrase(models.Model):
    """A check that was not right: perhaps somebody who poses as the centre. `via`: page or callback; `kind`: one of KINDS."""

    number = models.CharField(max_length=80, db_index=True)
    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=8)
    via = models.CharField(max_length=8)
