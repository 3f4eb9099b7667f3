"""People's accounts are Django's; here are the audit chain and the vault of identifiers."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """One act, chained to the one before by its hash; never changed, never deleted."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=200, db_index=True)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["id"]


class ChainHead(models.Model):
    """The digest of the newest entry: one row, held while an entry is added, so that the chain never forks."""

    name = models.CharField(max_length=8, primary_key=True)
    digest = models.CharField(max_length=64, blank=True)


class VaultEntry(models.Model):
    """An identifier behind its token: encrypted, and as it is shown to those who gave no reason."""

    token = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=16)
    sealed = models.BinaryField()
    masked = models.CharField(max_length=80)


class RateRow(models.Model):
    """How far somebody (a keyed hash) is ahead of what a page without sign-in allows; `full_at` in the past: not at all."""

    who = models.CharField(max_length=64, primary_key=True)
    full_at = models.DateTimeField(db_index=True)
