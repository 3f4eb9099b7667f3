"""Emergency stop-payments: who asked for what, what the bank answered, and until when it holds."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.cases.models import Case
from fanzha.centre.dissuasion.models import Order

USER = settings.AUTH_USER_MODEL


class StoppedAccount(models.Model):
    """One row an account, held while a stop of it is asked for, so that there never are more than the law allows."""

    token = models.CharField(max_length=80, primary_key=True)


class StopPayment(models.Model):
    """The four fields (holder, account, amount, time), where they go, and what became of it.

    `holder`, `account`: tokens (holder and bank empty until somebody completes what a report drafted, `drafted_by` None where no person did); amounts in fen; `paid_at`: the transfer,
    `day_only` when its hour was not told and midnight stands for it; `term_began_at`, `ends_at`: the 48 hours that run now;
    `renewed`: how often they began anew; `decision`: what a person decided at the alarm.
    """

    form = models.CharField(max_length=36, unique=True)
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="stops")
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="stops")
    holder = models.CharField(max_length=80, blank=True)
    account = models.CharField(max_length=80, db_index=True)
    bank = models.CharField(max_length=80, blank=True)
    amount_fen = models.BigIntegerField()
    paid_at = models.DateTimeField()
    day_only = models.BooleanField(default=False)
    state = models.CharField(max_length=20, default="drafted")
    drafted_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    approved_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    stopped_fen = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=16, blank=True)
    note = models.TextField(blank=True)
    began_at = models.DateTimeField(null=True)
    term_began_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True, db_index=True)
    renewed = models.IntegerField(default=0)
    alarmed_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-drafted_at", "-id"]
        indexes = [models.Index(fields=["state", "ends_at"])]
