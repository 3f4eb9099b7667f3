"""Whom a warning may concern, as the registers tell it; everything that names somebody is a token."""

from __future__ import annotations

from django.db import models


class Person(models.Model):
    """A resident. `place`: GB/T 2260 code of home; `language`: what the person asked to be spoken to in, never guessed."""

    token = models.CharField(max_length=80, unique=True)
    birth_year = models.IntegerField(null=True)
    place = models.CharField(max_length=9, blank=True)
    language = models.CharField(max_length=3, blank=True)


class Holding(models.Model):
    """A number or an account, whose it is, with which operator or bank, and where it was opened (GB/T 2260, outlet or branch)."""

    token = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8)
    holder = models.CharField(max_length=80, db_index=True)
    carrier = models.CharField(max_length=40, blank=True)
    opening_place = models.CharField(max_length=9, blank=True)
    outlet = models.CharField(max_length=80, blank=True)


class Relative(models.Model):
    """Somebody whom a person named as the one to be told, with the number to reach them by (a token)."""

    person = models.CharField(max_length=80, db_index=True)
    number = models.CharField(max_length=80)
    relation = models.CharField(max_length=40)
    named_at = models.DateTimeField()
    guardian = models.BooleanField(default=False)
