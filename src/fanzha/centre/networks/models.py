"""What is kept of networks: links between cases, series of cases, gangs and dens; each proposed with its evidence and decided by a person."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.cases.models import Case

USER = settings.AUTH_USER_MODEL


class Decided(models.Model):
    """Who decided, when and why; empty while it is proposed."""

    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        abstract = True


class Link(Decided):
    """Two cases that share traces (`a` has the lower key). `evidence`: list of {kind, value (token), weight}; `strength`: 0..1.

    A proposal follows what the cases say; what a person decided stays as it was decided.
    """

    a = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_to")
    b = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_from")
    strength = models.FloatField()
    evidence = models.JSONField()
    state = models.CharField(max_length=10, default="proposed")
    proposed_at = models.DateTimeField()

    class Meta:
        ordering = ["-strength", "id"]
        constraints = [models.UniqueConstraint(fields=["a", "b"], name="link_once")]
        indexes = [models.Index(fields=["state", "-strength"], name="link_of_state")]


class Series(Decided):
    """Three cases or more that hang together by two kinds of trace or more. `split_from`: the series a person took it out of."""

    number = models.CharField(max_length=20, unique=True)
    cases = models.ManyToManyField(Case, related_name="series")
    kinds = models.JSONField(default=list)
    strength = models.FloatField()
    state = models.CharField(max_length=10, default="proposed")
    proposed_at = models.DateTimeField()
    split_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")

    class Meta:
        ordering = ["-proposed_at", "-id"]


class Gang(models.Model):
    """A gang: from a confirmed series, or from the signals. `summary`: figures of the signals (identifiers, fen, first and last seen);
    `changes`: list of {day, appeared, vanished, active};
    `found_at`: when a search through the signals last found it."""

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80, blank=True)
    series = models.ForeignKey(Series, null=True, on_delete=models.PROTECT, related_name="gangs")
    state = models.CharField(max_length=16, default="suspected")
    since = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    summary = models.JSONField(default=dict)
    changes = models.JSONField(default=list)
    found_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since", "-id"]


class GangIdentifier(models.Model):
    """A number, account or site of a gang, with its role there; it says nothing of who holds it.

    `standing`: in; proposed (found for a gang that a person confirmed, who decides); or out (a person said so, and it stays out).
    """

    gang = models.ForeignKey(Gang, on_delete=models.PROTECT, related_name="identifiers")
    kind = models.CharField(max_length=12)
    token = models.CharField(max_length=200, db_index=True)
    role = models.CharField(max_length=12, blank=True)
    key = models.BooleanField(default=False)
    standing = models.CharField(max_length=8, default="in")

    class Meta:
        ordering = ["-key", "kind", "id"]
        constraints = [models.UniqueConstraint(fields=["gang", "kind", "token"], name="gang_identifier_once")]


class Den(models.Model):
    """A place where gangs work, by the signals or as a person knows of it (`name`, `by`). `place`: GB/T 2260 or ISO 3166, empty when not known; `evidence`: list of {kind, value, place, events};
    `found_at`: when a search through the signals last found it."""

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80, blank=True)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    gangs = models.ManyToManyField(Gang, related_name="dens")
    place = models.CharField(max_length=9, blank=True)
    confidence = models.FloatField()
    evidence = models.JSONField(default=list)
    state = models.CharField(max_length=10, default="clue")
    since = models.DateTimeField()
    found_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-since", "-id"]


class Numbering(models.Model):
    """The last number given to a kind (letter) in a year; the row is held while the next is given."""

    key = models.CharField(max_length=8, primary_key=True)
    last = models.IntegerField(default=0)


class Progress(models.Model):
    """How far linking went through what cases name."""

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)


class SiteTrace(models.Model):
    """What a site (registrable domain) was seen with: `kind` is one of traces.OF_SITES, `value` as `clean` spells it."""

    site = models.CharField(max_length=200, db_index=True)
    kind = models.CharField(max_length=16)
    value = models.CharField(max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["site", "kind", "id"]
        constraints = [models.UniqueConstraint(fields=["site", "kind", "value"], name="site_trace_once")]
        indexes = [models.Index(fields=["kind", "value"], name="site_trace_value")]


class Search(models.Model):
    """One search through everything: the register's links and series again, then gangs and dens in the signals.

    `day`: the Shanghai day whose hour brought it, empty where `by` asked; `state`: waiting, linking, reading, done or failed;
    `cursor`: the last case that was linked again; `attempt`: how often the signals were begun; `found`: counts.
    """

    day = models.DateField(null=True, unique=True)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, default="waiting", db_index=True)
    cursor = models.BigIntegerField(default=0)
    attempt = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    found = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]
