"""What is sent, by which way, and every answer as it came."""

from __future__ import annotations

from django.conf import settings
from django.db import models

USER = settings.AUTH_USER_MODEL


class Message(models.Model):
    """One thing to be sent, once: `key` is what makes a repetition the same message, here and at the provider.

    `recipient`: the token of a number for what goes to a person, the name of a unit, operator or bank for what goes to a partner;
    `about`: the token of what a partner acts on. `level`: null follows the order's. `text_*` hold `{phrase}` where a one-time
    phrase is put in. `put_off`: waits for nothing but the end of the quiet hours. `marked_at`: given up, and nobody has said why yet.
    """

    key = models.CharField(max_length=80, unique=True)
    channel = models.CharField(max_length=16, db_index=True)
    order = models.ForeignKey("dissuasion.Order", null=True, on_delete=models.PROTECT, related_name="messages")
    level = models.IntegerField(null=True)
    recipient = models.CharField(max_length=80, blank=True, db_index=True)
    about = models.CharField(max_length=80, blank=True)
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    phrase = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=3, blank=True)
    values = models.JSONField(default=dict)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    automatic = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_index=True)
    put_off = models.BooleanField(default=False)
    next_attempt_at = models.DateTimeField(db_index=True)
    expires_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=10, default="queued")
    attempts = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    provider_reference = models.CharField(max_length=80, blank=True)
    answer = models.CharField(max_length=40, blank=True)
    contact = models.CharField(max_length=24, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    marked_at = models.DateTimeField(null=True, db_index=True)
    explained = models.TextField(blank=True)
    explained_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["state", "next_attempt_at"]), models.Index(fields=["order", "channel"])]


class Receipt(models.Model):
    """One answer of a provider as it came; the same one again adds nothing."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="receipts")
    channel = models.CharField(max_length=16)
    receipt_id = models.CharField(max_length=80)
    event = models.CharField(max_length=10)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.UniqueConstraint(fields=["channel", "receipt_id"], name="receipt_once")]
