"""Units, who works in them, who is on duty, and what was promised to the next shift."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Unit(models.Model):
    """The city's centre, a county's, a station, a bank, an operator or the province. `place`: what it is responsible for."""

    code = models.CharField(max_length=20, primary_key=True)
    kind = models.CharField(max_length=8)
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    place = models.CharField(max_length=9, blank=True, db_index=True)
    above = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="below")


class Member(models.Model):
    """Where somebody works, what they speak, and how many orders they can hold at once."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="member")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="members")
    languages = models.JSONField(default=list)
    capacity = models.IntegerField(default=3)
    on_duty = models.BooleanField(default=False, db_index=True)


class Shift(models.Model):
    """From going on duty to going off it."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="shifts")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Promise(models.Model):
    """Something that was promised to somebody and that the next shift must keep."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT)
    about = models.CharField(max_length=40, db_index=True)
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(null=True)
