"""Warnings handed down, what their senders were told, and what is remembered about the senders' files."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.dissuasion.models import Order

USER = settings.AUTH_USER_MODEL


class FeedbackFile(models.Model):
    """A file for one sender. It is named before it is written, so that a killed writer writes the same one again."""

    sender = models.TextField()
    name = models.CharField(max_length=120, unique=True)
    made_at = models.DateTimeField()
    written_at = models.DateTimeField(null=True, db_index=True)


class Pushed(models.Model):
    """A warning that a sender handed down, once. `subject`: a token; `level`: the sender's own, null where it gave none.

    `text`: without long numbers, which belong in the vault; `batch`: what brought it; `feedback_due`: the sender's deadline, else ours; `handled_at`: the first outcome of
    its order; `code`: the newest one; `fed_back_at`: the first file that told the sender; `late_at`: found late.
    """

    source = models.TextField()
    source_id = models.TextField()
    batch = models.TextField(db_index=True)
    taken_in_at = models.DateTimeField(db_index=True)
    received_at = models.DateTimeField()
    subject = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=8)
    kind = models.TextField(blank=True)
    level = models.IntegerField(null=True)
    case_class = models.CharField(max_length=2, blank=True)
    text = models.TextField(blank=True)
    place = models.CharField(max_length=9, blank=True)
    feedback_due = models.DateTimeField()
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="pushed")
    handled_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=3, blank=True)
    fed_back_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "source_id"], name="pushed_once")]
        indexes = [
            models.Index(fields=["feedback_due"], name="pushed_not_fed_back", condition=models.Q(fed_back_at=None)),
            models.Index(fields=["id"], name="pushed_without_order", condition=models.Q(order=None)),
        ]


class Feedback(models.Model):
    """What a sender is told about one of its warnings, in one file: first, further (the order went on), or corrected."""

    pushed = models.ForeignKey(Pushed, on_delete=models.PROTECT, related_name="feedback")
    said = models.CharField(max_length=10)
    code = models.CharField(max_length=3)
    contact = models.CharField(max_length=24, blank=True)
    signed_in_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField()
    file = models.ForeignKey(FeedbackFile, null=True, on_delete=models.PROTECT, related_name="rows")


class RememberedMapping(models.Model):
    """How a sender's columns become ours, by the set of the names in the header (`headers`: its digest)."""

    sender = models.TextField()
    headers = models.CharField(max_length=64)
    told = models.JSONField()
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "headers"], name="mapping_once")]


class Upload(models.Model):
    """A file of a sender between being handed in and being taken in; its content lies sealed until then."""

    sender = models.TextField()
    name = models.TextField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(USER, on_delete=models.PROTECT)
    at = models.DateTimeField()
    taken_in_at = models.DateTimeField(null=True)
    accepted = models.IntegerField(null=True)
    new = models.IntegerField(null=True)
    refused = models.IntegerField(null=True)
    quarantine = models.CharField(max_length=60, blank=True)
    gone_at = models.DateTimeField(null=True)


class Report(models.Model):
    """What somebody at a counter, in a car or with a parcel told us, and who they are. `form`: one form gives one report."""

    form = models.CharField(max_length=36, unique=True)
    pushed = models.OneToOneField(Pushed, null=True, on_delete=models.PROTECT, related_name="report")
    reporter = models.CharField(max_length=16)
    item = models.CharField(max_length=16)
    amount_fen = models.BigIntegerField()
    recipient = models.CharField(max_length=8)
    where = models.TextField(blank=True)
    call_back = models.CharField(max_length=80, blank=True)
    level = models.IntegerField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT)
    at = models.DateTimeField()
