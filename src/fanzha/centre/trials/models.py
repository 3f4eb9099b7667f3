"""Comparisons that were planned and approved, who fell to which side, and what was seen at each look."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from fanzha.centre.dissuasion.models import Order

USER = settings.AUTH_USER_MODEL


class Plan(models.Model):
    """One variant against the standard contact, as it was written down before it began; nothing changes it afterwards.

    `sample`: orders in all, both sides; `within_days`: after how long a loss is none of it any more; `looks`: how often it is
    looked at; `state`: written, running, ended, withdrawn.
    """

    plan_id = models.CharField(max_length=24, unique=True)
    place = models.CharField(max_length=40, db_index=True)
    variant = models.CharField(max_length=60)
    hypothesis = models.TextField()
    sample = models.IntegerField()
    within_days = models.IntegerField()
    looks = models.IntegerField()
    state = models.CharField(max_length=10, default="written")
    written_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    approved_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_why = models.TextField(blank=True)

    class Meta:
        ordering = ["-written_at"]
        constraints = [
            models.UniqueConstraint(fields=["place"], condition=Q(state="running"), name="one_trial_a_place")
        ]


class Assignment(models.Model):
    """To which side an order fell, once. `variant`: empty for the standard contact."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="assignments")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="assignments")
    variant = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["plan", "order"], name="assigned_once")]


class Look(models.Model):
    """What was seen at one planned look: orders and later losses on each side, z and what it had to reach."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="seen")
    number = models.IntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    standard_orders = models.IntegerField()
    standard_losses = models.IntegerField()
    variant_orders = models.IntegerField()
    variant_losses = models.IntegerField()
    z = models.FloatField()
    needed = models.FloatField()

    class Meta:
        ordering = ["plan", "number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="look_once")]
