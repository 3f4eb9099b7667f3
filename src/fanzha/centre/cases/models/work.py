"""What has to be done for a case, and what nobody may forget."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.cases.models.case import Case

USER = settings.AUTH_USER_MODEL


class WorkItem(models.Model):
    """One item of the basic work list (work_list.yaml): open, done, or not done with the reason."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="work")
    kind = models.CharField(max_length=24)
    state = models.CharField(max_length=8, default="open")
    note = models.TextField(blank=True)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["case", "kind"], name="work_once")]


class InvolvedCard(models.Model):
    """A phone or bank card of the other side that was opened or used in the city: who held it and how it left their hands.

    `token`, `holder`: tokens; `because`: opened or used here; `involvement`: active or passive, set by a person alone.
    """

    token = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8)
    because = models.CharField(max_length=8)
    place = models.CharField(max_length=9, blank=True)
    first_case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="cards")
    since = models.DateTimeField()
    holder = models.CharField(max_length=80, blank=True, db_index=True)
    outlet = models.CharField(max_length=80, blank=True)
    how_left = models.CharField(max_length=12, blank=True)
    involvement = models.CharField(max_length=8, blank=True)
    note = models.TextField(blank=True)
    worked_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    worked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "id"]
        indexes = [models.Index(fields=["since"], name="card_not_worked", condition=models.Q(worked_at=None))]


class FilingNotice(models.Model):
    """A decision not to file: its notice, until when it can be reviewed, and the review by somebody else."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    reason = models.TextField()
    tell_by = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=80, blank=True)
    review_until = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    said = models.TextField(blank=True)
    answer_by = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    reviewer = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    upheld = models.BooleanField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["-decided_at"]


class Twin(models.Model):
    """Two cases that may be one loss, until a person joins them or keeps them apart. `alike`: codes of lists.yaml."""

    earlier = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="later_twins")
    later = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="earlier_twins")
    alike = models.JSONField()
    found_at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)
    joined = models.BooleanField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-found_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["earlier", "later"], name="twins_once")]


class Overdue(models.Model):
    """A case or clue (`about`) on which nobody worked, or whose limit passed: handed up until somebody says why; over when work is done."""

    about = models.CharField(max_length=40)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="overdue")
    kind = models.CharField(max_length=8)
    since = models.DateTimeField()
    stage = models.CharField(max_length=8, default="county")
    next_stage_at = models.DateTimeField(null=True, db_index=True)
    reason = models.TextField(blank=True)
    reasoned_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(fields=["about", "kind"], condition=models.Q(ended_at=None), name="overdue_once")
        ]
