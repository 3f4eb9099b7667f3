"""A reported case: the least that must be known of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.dissuasion.models import Order


class Case(models.Model):
    """`number`: C, the Shanghai year and a running number; `order`: the work of dissuasion it came from; `loss_fen`: as stated, in fen."""

    number = models.CharField(max_length=20, unique=True)
    reported_at = models.DateTimeField(db_index=True)
    order = models.OneToOneField(Order, null=True, on_delete=models.PROTECT, related_name="case")
    case_class = models.CharField(max_length=2)
    loss_fen = models.BigIntegerField(null=True)
    state = models.CharField(max_length=16, default="reported")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ["-reported_at", "-id"]


class Numbering(models.Model):
    """The last number given in a year; the row is held while the next is given."""

    year = models.IntegerField(primary_key=True)
    last = models.IntegerField(default=0)
