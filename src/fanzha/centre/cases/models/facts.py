"""What is told of a case: reports, the identifiers and transfers in them, and what a person made of the reading."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.cases.models.case import Case

USER = settings.AUTH_USER_MODEL


class Report(models.Model):
    """One report of a loss. `source`, `source_id`: who sent it and its id there; `batch`: which of a sender's batches brought it, as
    a digest; `narrative`: sealed, opened with a reason alone;
    `script`: its signature under the vault's key (linking.signature), empty where the text is short or was taken in without one;
    `loss_fen`, `returned_fen`, `handover`: what it tells was lost, came back (fen), and how the money was handed over;
    `confirmed_at`: when a person had gone through what was found."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    source = models.CharField(max_length=40)
    source_id = models.CharField(max_length=80)
    batch = models.CharField(max_length=64, blank=True)
    channel = models.CharField(max_length=16)
    reported_at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    victim = models.CharField(max_length=80, blank=True)
    reporter = models.CharField(max_length=80, blank=True)
    narrative = models.BinaryField()
    script = models.BinaryField(default=b"")
    loss_fen = models.BigIntegerField(null=True)
    returned_fen = models.BigIntegerField(default=0)
    handover = models.JSONField(default=list)
    confirmed_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["reported_at", "id"]
        indexes = [models.Index(fields=["reporter"], name="report_reporter", condition=~models.Q(reporter=""))]
        constraints = [models.UniqueConstraint(fields=["source", "source_id"], name="report_once")]


class Transfer(models.Model):
    """Money that went from the victim to the other side (`back`: that came back), in fen. `payer`, `payee`, `holder`: tokens;
    `day_only`: the hour of `at` was not told, and midnight stands for it.

    `no_stop`: why it drafted no stop-payment; `dropped_at`: a person said it was not one.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="transfers")
    at = models.DateTimeField(null=True)
    day_only = models.BooleanField(default=False)
    amount_fen = models.BigIntegerField(null=True)
    payer = models.CharField(max_length=80, blank=True)
    payee = models.CharField(max_length=80, blank=True)
    bank = models.CharField(max_length=80, blank=True)
    holder = models.CharField(max_length=80, blank=True)
    channel = models.CharField(max_length=16, blank=True)
    back = models.BooleanField(default=False)
    no_stop = models.CharField(max_length=16, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [  # most payers and holders are not told: without these left out, SQLite would rather read every row
            models.Index(fields=[side], name=f"transfer_{side}", condition=~models.Q(**{side: ""}))
            for side in ("payee", "payer", "holder")
        ]


class Identifier(models.Model):
    """A number, account, address, app, messenger account ... of a case. `token`: as the vault gives it; clear for what belongs to the
    fraud (addresses, apps, wallets). `since`: when it was told; `sure`: a person, or the sender in a column of its own, said so."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="identifiers")
    report = models.ForeignKey(Report, null=True, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=12)
    token = models.CharField(max_length=200, db_index=True)
    side = models.CharField(max_length=8, default="unknown")
    since = models.DateTimeField()
    sure = models.BooleanField(default=False)

    class Meta:
        ordering = ["kind", "id"]
        constraints = [models.UniqueConstraint(fields=["case", "kind", "token"], name="identifier_once")]


class Reading(models.Model):
    """What the reader found and what a person made of it, sealed with the text: training data. `changes`: how many items, by kind."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="readings")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    told = models.BinaryField()
    changes = models.JSONField(default=dict)
