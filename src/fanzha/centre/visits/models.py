"""What officers report of their visits, and the address that is kept for one order and as long as it is open."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.dissuasion.models import Order, Task

USER = settings.AUTH_USER_MODEL


class Visit(models.Model):
    """One report of a visit. `visit_id` is made by the phone: what it sends again adds nothing.

    `phone_met_at`, `phone_sent_at`: as the phone's clock said; `skew_s`: how far that was behind ours at arrival (seconds);
    `counted_at`: the instant that clocks count (form.counted); `entered_at`: when it went into the order's record,
    None while nobody has signed the order in; `after_end`: it came when the visit was over, and is kept but changes nothing.
    `photo`: sealed, forgotten at `photo_until`.
    """

    visit_id = models.UUIDField(unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="visits")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=16)
    answers = models.JSONField()
    protection_wanted = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    phone_met_at = models.DateTimeField()
    phone_sent_at = models.DateTimeField()
    received_at = models.DateTimeField(db_index=True)
    skew_s = models.IntegerField()
    counted_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True, db_index=True)
    after_end = models.BooleanField(default=False)
    digest = models.CharField(max_length=64)
    photo = models.BinaryField(null=True)
    photo_until = models.DateTimeField(null=True, db_index=True)

    class Meta:
        ordering = ["counted_at", "id"]


class Address(models.Model):
    """Where the person can be found, as a token of the vault; the vault forgets it when the order is over."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="addresses")
    token = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)
