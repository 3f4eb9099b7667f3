"""A warning as the engine said it; what is done about people is in the app of dissuasion."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Warning(models.Model):
    """One story of one subject; a re-warning raises it instead of standing beside it.

    `judged`: `right` or `wrong`, a person's word on a warning of a number or an account; people are judged by outcomes.
    """

    warning_id = models.CharField(max_length=24, unique=True)
    issued_at = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)
    subject = models.CharField(max_length=80, db_index=True)
    subject_kind = models.CharField(max_length=8)
    kind = models.CharField(max_length=8)
    level = models.IntegerField()
    score = models.FloatField()
    case_class = models.CharField(max_length=2, null=True)
    told = models.JSONField()
    judged = models.CharField(max_length=8, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    judged_at = models.DateTimeField(null=True)
    changed = models.BigIntegerField(db_index=True)

    class Meta:
        ordering = ["level", "received_at"]


class Rewarning(models.Model):
    """A further row of the engine for a story that stood already."""

    story = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="rewarnings")
    warning_id = models.CharField(max_length=24, unique=True)
    issued_at = models.DateTimeField()
    level = models.IntegerField()


class Cursor(models.Model):
    """How far the outbox has been read, and the running number of changes that live pages follow."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)
