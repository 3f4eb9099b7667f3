"""A clue: what it is, who sent it, what it is worth, what came of it, and what its sender was told."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.cases.models import Case
from fanzha.centre.dissuasion.models import Order

USER = settings.AUTH_USER_MODEL


class Clue(models.Model):
    """`number`: L, the Shanghai year and a running number; `token`: the identifier as the vault gives it (clear for what belongs to the
    fraud); `case`: which it was found in or was linked to; `order`, `found_by`: where dissuasion found somebody involved (D11), and
    who, who may not decide about it; `due_at`: the limit that runs now; `acted_at`: the last piece of work."""

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=12)
    token = models.CharField(max_length=200, blank=True, db_index=True)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=12)
    source_id = models.CharField(max_length=80, blank=True)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="clues")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="clues")
    found_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, default="received")
    value = models.CharField(max_length=1, blank=True)
    handler = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="clues")
    received_at = models.DateTimeField(db_index=True)
    due_at = models.DateTimeField(null=True, db_index=True)
    acted_at = models.DateTimeField()
    disposed_at = models.DateTimeField(null=True)
    finding = models.TextField(blank=True)
    feedback = models.TextField(blank=True)
    fed_back_at = models.DateTimeField(null=True)
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="clue_waiting"),
            models.Index(fields=["-received_at", "-id"], name="clue_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~models.Q(source_id=""), name="clue_of_a_sender_once"
            )
        ]


class Numbering(models.Model):
    """The last number given in a year; the row is held while the next is given."""

    year = models.IntegerField(primary_key=True)
    last = models.IntegerField(default=0)
