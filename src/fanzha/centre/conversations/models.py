"""What was answered in conversations, and who else was told."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.dissuasion.models import Order

USER = settings.AUTH_USER_MODEL


class Answer(models.Model):
    """One answer of a conversation; the code is a label. `script`: the class whose script was used; `again`: as in the order."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="answers")
    again = models.IntegerField(default=0)
    script = models.CharField(max_length=8)
    question = models.CharField(max_length=24)
    answer = models.CharField(max_length=24)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ["id"]


class Telling(models.Model):
    """Somebody else was told: who it was to the person, by which consent or need, and why."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="tellings")
    relation = models.CharField(max_length=12)
    consent = models.BooleanField()
    money_leaving_now = models.BooleanField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
