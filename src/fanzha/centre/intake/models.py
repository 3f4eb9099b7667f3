"""What was refused at the door, and what became of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Quarantined(models.Model):
    """The refused rows of one batch, sealed in the home's folder of quarantine until they expire."""

    name = models.CharField(max_length=60, unique=True)
    table = models.CharField(max_length=20)
    batch = models.TextField()
    rows = models.IntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    expired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]


class Mending(models.Model):
    """A mended file that was driven in again, once: how many rows are in now, and where those went that are still refused."""

    quarantined = models.ForeignKey(Quarantined, on_delete=models.PROTECT, related_name="mendings")
    digest = models.CharField(max_length=64)
    accepted = models.IntegerField()
    refused = models.IntegerField()
    again = models.ForeignKey(Quarantined, null=True, on_delete=models.PROTECT, related_name="from_mendings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["quarantined", "digest"], name="mending_once")]
