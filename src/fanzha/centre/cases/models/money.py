"""Money that was recovered, and care for who lost it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.cases.models.case import Case

USER = settings.AUTH_USER_MODEL


class Recovery(models.Model):
    """Money stopped, frozen, seized or returned, in fen: kept apart. `of`: the recovery whose money this is (a stop that became a
    freeze, a freeze that was returned), so that a headline counts each yuan once; `key`: what makes a repetition the same."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recoveries")
    key = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8)
    amount_fen = models.BigIntegerField()
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="became")
    document = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["at", "id"]


class VictimCare(models.Model):
    """Help for the victim of a case. `self_harm`: somebody fears that the person harms themselves; `looked_after_at`: who was sent was
    there, by `look_after_by`; `hardship`: help under Art. 34, with its amount in fen."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="care")
    self_harm = models.BooleanField(default=False)
    feared_at = models.DateTimeField(null=True)
    look_after_by = models.DateTimeField(null=True, db_index=True)
    looked_after_at = models.DateTimeField(null=True)
    hardship = models.CharField(max_length=8, blank=True)
    hardship_fen = models.BigIntegerField(null=True)
    note = models.TextField(blank=True)
