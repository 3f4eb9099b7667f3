"""A hold of what a person owns, so that it is not lost; and the person's objection to it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from fanzha.centre.dissuasion.models import Order

USER = settings.AUTH_USER_MODEL


class Hold(models.Model):
    """A protective hold of an account, or a stopped line, of the person an order is about.

    `target`: token of the account or number; `carrier`: its bank or operator; `hours`: how long at most, from approval;
    `leaves_fen`: what stays usable (accounts); `leaves_calls`: whom it still reaches (lines); `receipt`: to object with;
    `until`: when it ends by itself, set at approval and never moved later; `end_how`: a code of terms.ENDS; `confirm_due_at`:
    by when the carrier has to say that it is undone.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="holds")
    again = models.IntegerField()
    kind = models.CharField(max_length=8)
    target = models.CharField(max_length=80, db_index=True)
    carrier = models.CharField(max_length=40, blank=True, db_index=True)
    state = models.CharField(max_length=10, default="requested", db_index=True)
    reason = models.CharField(max_length=24)
    note = models.TextField(blank=True)
    hours = models.IntegerField()
    leaves_fen = models.BigIntegerField(null=True)
    leaves_calls = models.JSONField(default=list)
    receipt = models.CharField(max_length=12, unique=True)
    decider = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="holds_decided")
    requested_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    second = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="holds_seconded")
    decided_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True, db_index=True)
    in_force_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    told_to = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)
    end_how = models.CharField(max_length=12, blank=True)
    end_reason = models.TextField(blank=True)
    confirm_due_at = models.DateTimeField(null=True, db_index=True)
    undone_at = models.DateTimeField(null=True)
    late = models.BooleanField(default=False)

    class Meta:
        ordering = ["-requested_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["target"], condition=Q(state__in=["requested", "approved", "in_force"]), name="one_open_hold"
            )
        ]


class Objection(models.Model):
    """A person's objection to a hold: one for each hold, acknowledged at once, decided by somebody else, by `due_at`."""

    hold = models.OneToOneField(Hold, on_delete=models.PROTECT, related_name="objection")
    via = models.CharField(max_length=8)
    taken_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    identity = models.CharField(max_length=16, blank=True)
    said = models.TextField(blank=True)
    state = models.CharField(max_length=10, default="submitted", db_index=True)
    submitted_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    late = models.BooleanField(default=False)

    class Meta:
        ordering = ["due_at", "id"]
