"""An order of dissuasion and everything that is done about it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.dissuasion.states import ENDED, WORKED

USER = settings.AUTH_USER_MODEL


class Order(models.Model):
    """All warnings of one person within the merging window, as one piece of work with one owner.

    `place`: GB/T 2260 code (or country) of where the person is now; `unit`: who takes it; `again`: how often it was opened again.
    """

    order_id = models.CharField(max_length=24, unique=True)
    subject = models.CharField(max_length=80, db_index=True)
    level = models.IntegerField()
    score = models.FloatField(default=0.0)
    case_class = models.CharField(max_length=2, blank=True)
    source = models.CharField(max_length=40)
    issued_at = models.DateTimeField(db_index=True)
    opened_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=20, default="created")
    unit = models.CharField(max_length=20, db_index=True)
    place = models.CharField(max_length=9, blank=True)
    language = models.CharField(max_length=3, blank=True)
    minor = models.BooleanField(default=False)
    remote = models.BooleanField(default=False)
    owner = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="orders")
    give_back_at = models.DateTimeField(null=True, db_index=True)
    signed_in_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=3, blank=True, db_index=True)
    fed_back_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    again = models.IntegerField(default=0)
    changed = models.BigIntegerField(db_index=True)

    class Meta:
        ordering = ["level", "issued_at"]
        indexes = [
            models.Index(fields=["unit", "state", "level", "issued_at"]),
            models.Index(fields=["state", "level", "issued_at"], name="order_waiting"),
            models.Index(fields=["owner", "state"], name="order_in_hands"),
        ]
        constraints = [
            models.CheckConstraint(
                name="one_owner_when_worked",
                condition=models.Q(state="created", owner=None)
                | models.Q(state__in=("assigned", *WORKED), owner__isnull=False)
                | models.Q(state__in=ENDED, closed_at__isnull=False),
            )
        ]


class Basis(models.Model):
    """A warning that an order rests on: our own (its id) or one handed down (source and its id there)."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="bases")
    source = models.CharField(max_length=40)
    warning_id = models.CharField(max_length=80)
    issued_at = models.DateTimeField()
    level = models.IntegerField()
    told = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "warning_id"], name="basis_once")]


class Clock(models.Model):
    """One limit that runs for an order. It never pauses: it is met, passed over (level lowered), or late."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="clocks")
    again = models.IntegerField(default=0)
    step = models.CharField(max_length=40)
    level = models.IntegerField()
    began_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    met_at = models.DateTimeField(null=True)
    passed_over = models.BooleanField(default=False)
    late = models.BooleanField(default=False, db_index=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"], name="clock_due", condition=models.Q(met_at=None, passed_over=False, late=False)
            )
        ]


class Breach(models.Model):
    """A limit that passed unmet: recorded once a step, handed up the chain until somebody gives the reason.

    `unit`: which had the order when it passed; another that takes it over later has missed nothing.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="breaches")
    unit = models.CharField(max_length=20, db_index=True)
    again = models.IntegerField(default=0)
    step = models.CharField(max_length=40)
    due_at = models.DateTimeField()
    level = models.IntegerField()
    stage = models.CharField(max_length=8, default="county")
    next_stage_at = models.DateTimeField(null=True, db_index=True)
    reason = models.TextField(blank=True)
    reasoned_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "again", "step"], name="breach_once")]


class Task(models.Model):
    """A piece of an order in one pair of hands: a call, a visit, a follow-up, the operator's help, a hold."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=8, default="open")
    unit = models.CharField(max_length=20, db_index=True)
    holder = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="tasks")
    held_at = models.DateTimeField(null=True)
    begins_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["unit", "kind", "state"]),
            models.Index(fields=["kind", "due_at"], name="task_waiting", condition=models.Q(state="open")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"],
                name="one_open_task_of_a_kind",
                condition=models.Q(state__in=("open", "held")) & ~models.Q(kind="follow_up"),
            )
        ]


class Contact(models.Model):
    """One attempt to reach the person, whatever came of it (codes of vocabulary.CONTACTS)."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="contacts")
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT)
    channel = models.CharField(max_length=16)
    at = models.DateTimeField()
    contact = models.CharField(max_length=24)
    note = models.TextField(blank=True)


class Result(models.Model):
    """What came of an order (codes of vocabulary.OUTCOMES), with what it rests on. A correction stands beside what it corrects."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="results")
    code = models.CharField(max_length=3)
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    who_said = models.CharField(max_length=16, blank=True)
    evidence = models.CharField(max_length=24, blank=True)
    amount_fen = models.BigIntegerField(null=True)
    exception = models.TextField(blank=True)
    note = models.TextField(blank=True)
    corrects = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="corrected_by")


class LevelChange(models.Model):
    """A level raised by one person, or lowered by two."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="level_changes")
    before = models.IntegerField()
    after = models.IntegerField()
    reason = models.TextField()
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    second = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)


class Transfer(models.Model):
    """An order offered to another unit; until that accepts, the order and its clocks stay where they are."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="transfers")
    origin = models.CharField(max_length=20)
    target = models.CharField(max_length=20, db_index=True)
    reason = models.TextField()
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)


class Care(models.Model):
    """A person on the care list, until when and why."""

    subject = models.CharField(max_length=80, db_index=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="care")
    reason = models.CharField(max_length=24)
    since = models.DateTimeField()
    until = models.DateTimeField(db_index=True)


class Review(models.Model):
    """An order drawn for review by somebody who did not work on it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=8)
    drawn_at = models.DateTimeField()
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=12, blank=True)
    note = models.TextField(blank=True)


class Mark(models.Model):
    """A closed Shanghai day whose figures changed by a correction."""

    day = models.DateField(db_index=True)
    result = models.ForeignKey(Result, on_delete=models.PROTECT)
    at = models.DateTimeField()


class KeptBrief(models.Model):
    """What the daily brief of a Shanghai morning said, in both languages, as its page showed it; nothing changes it afterwards."""

    day = models.DateField(unique=True)
    kept_at = models.DateTimeField()
    page_zh = models.TextField()
    page_en = models.TextField()
