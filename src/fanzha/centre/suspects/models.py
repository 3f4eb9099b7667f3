"""Suspects, what they did in the chain, what was done about them; and co-operation with other countries."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.cases.models import Case
from fanzha.centre.networks.models import Den, Gang

USER = settings.AUTH_USER_MODEL


class Suspect(models.Model):
    """One person, once, however many cases name them. `person`, `name`: tokens; `gang`, `den`: where a person put them, never a search;
    `abroad`: the country (ISO 3166) where the person is, empty in China; `overseas_den`: of a den abroad, by a person's judgement."""

    person = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=80, blank=True)
    cases = models.ManyToManyField(Case, related_name="suspects")
    since = models.DateTimeField()
    gang = models.ForeignKey(Gang, null=True, on_delete=models.PROTECT, related_name="suspects")
    den = models.ForeignKey(Den, null=True, on_delete=models.PROTECT, related_name="suspects")
    overseas_den = models.BooleanField(default=False, db_index=True)
    abroad = models.CharField(max_length=2, blank=True)
    rests_on = models.TextField(blank=True)

    class Meta:
        ordering = ["-since", "-id"]
        indexes = [models.Index(fields=["-since", "-id"], name="suspect_newest")]


class Role(models.Model):
    """A role of the chain that a person had in a case, until it was taken back."""

    suspect = models.ForeignKey(Suspect, on_delete=models.PROTECT, related_name="roles")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, db_index=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["suspect", "case", "role"], condition=models.Q(taken_back_at=None), name="role_once"
            )
        ]


class Measure(models.Model):
    """What was done about a person, when and by which document."""

    suspect = models.ForeignKey(Suspect, on_delete=models.PROTECT, related_name="measures")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    at = models.DateTimeField()
    document = models.CharField(max_length=80)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["kind", "at"], name="measure_of_period")]


class Cooperation(models.Model):
    """A request to another country (ISO 3166), with its document, and the answer with its own."""

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="cooperation")
    country = models.CharField(max_length=2)
    asked = models.TextField()
    sent_at = models.DateTimeField(db_index=True)
    document = models.CharField(max_length=80)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    answer_document = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-sent_at", "-id"]


class Return(models.Model):
    """A person who came back from abroad: handed over, returned, or persuaded; when and by which document."""

    suspect = models.ForeignKey(Suspect, on_delete=models.PROTECT, related_name="returns")
    cooperation = models.ForeignKey(Cooperation, null=True, on_delete=models.PROTECT, related_name="returns")
    how = models.CharField(max_length=12)
    at = models.DateTimeField(db_index=True)
    document = models.CharField(max_length=80)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
