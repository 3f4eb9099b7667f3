"""A warning as people work on it; what the engine said stays as it came."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Warning(models.Model):
    """One story of one subject; a re-warning raises it instead of standing beside it."""

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
    state = models.CharField(max_length=12, default="received")
    taker = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    taken_at = models.DateTimeField(null=True)
    clocks_from = models.DateTimeField()
    outcome = models.CharField(max_length=3, null=True)
    closed_at = models.DateTimeField(null=True)
    changed = models.BigIntegerField(db_index=True)

    class Meta:
        ordering = ["level", "received_at"]


class Rewarning(models.Model):
    """A further row of the engine for a story that stood already."""

    story = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="rewarnings")
    warning_id = models.CharField(max_length=24, unique=True)
    issued_at = models.DateTimeField()
    level = models.IntegerField()


class Call(models.Model):
    """One attempt to reach the person by phone."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT, related_name="calls")
    caller = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()
    contact = models.CharField(max_length=24)
    note = models.TextField(blank=True)


class Cursor(models.Model):
    """How far the outbox has been read, and the running number of changes that live pages follow."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)
