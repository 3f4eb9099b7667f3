"""A case, its numbering, and the filters that people keep for its list."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from fanzha.centre.dissuasion.models import Order

USER = settings.AUTH_USER_MODEL


class Case(models.Model):
    """One loss, however many reports tell of it.

    `number`: C, the Shanghai year and a running number; `order`: the work of dissuasion it came from; `victim`: token; `place`:
    GB/T 2260 code of filing; `unit`: who works on it. Money in fen: `loss_fen` as stated, `sent_fen` and `returned_fen` as the
    transfers sum up, `confirmed_loss_fen` as a person settled it. `examination`: the limit (clocks.yaml) that runs until filing;
    `due_at`: its end, None after; `acted_at`: the last piece of work; `classed_at`: which taxonomy the class is of.
    """

    number = models.CharField(max_length=20, unique=True)
    reported_at = models.DateTimeField()
    order = models.OneToOneField(Order, null=True, on_delete=models.PROTECT, related_name="case")
    case_class = models.CharField(max_length=2)
    classed_at = models.DateTimeField(null=True)
    loss_fen = models.BigIntegerField(null=True)
    sent_fen = models.BigIntegerField(default=0)
    returned_fen = models.BigIntegerField(default=0)
    confirmed_loss_fen = models.BigIntegerField(null=True)
    state = models.CharField(max_length=16, default="reported")
    by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    victim = models.CharField(max_length=80, blank=True, db_index=True)
    channel = models.CharField(max_length=16, blank=True)
    place = models.CharField(max_length=9, blank=True)
    unit = models.CharField(max_length=20, default="city")
    handler = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="cases")
    occurred_at = models.DateTimeField(null=True)
    lure_channel = models.CharField(max_length=40, blank=True)
    handover = models.JSONField(default=list)
    examination = models.CharField(max_length=24, default="case.examine")
    due_at = models.DateTimeField(null=True, db_index=True)
    acted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True, db_index=True)
    closed_at = models.DateTimeField(null=True)
    leak = models.CharField(max_length=16, blank=True)
    leak_note = models.TextField(blank=True)
    handed_to = models.CharField(max_length=80, blank=True)
    document = models.CharField(max_length=80, blank=True)
    joined_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="joined")

    class Meta:
        ordering = ["-reported_at", "-id"]
        indexes = [
            models.Index(fields=["-reported_at", "-id"], name="case_newest"),
            models.Index(fields=["state", "-reported_at", "-id"], name="case_of_state"),
            models.Index(fields=["case_class", "-reported_at", "-id"], name="case_of_class"),
            models.Index(fields=["unit", "-reported_at", "-id"], name="case_of_unit"),
            models.Index(fields=["channel", "-reported_at", "-id"], name="case_of_channel"),
            models.Index(fields=["handler", "-reported_at", "-id"], name="case_of_handler"),
            models.Index(fields=["state", "acted_at"], name="case_idle"),
            models.Index(fields=["filed_at", "cleared_at", "confirmed_loss_fen", "loss_fen"], name="case_in_figures"),
        ]
        constraints = [
            models.CheckConstraint(
                name="filed_when_it_says_so",
                condition=~models.Q(state__in=("filed", "investigating", "cleared", "prosecuted"))
                | models.Q(filed_at__isnull=False),
            )
        ]

    @property
    def lost_fen(self) -> int:
        """What the transfers say is lost: sent, less what came back."""
        return self.sent_fen - self.returned_fen

    @property
    def differs_fen(self) -> int | None:
        """The stated loss less what the transfers say; None where either is not told, 0 where they agree."""
        return None if self.loss_fen is None or not self.sent_fen else self.loss_fen - self.lost_fen


class Numbering(models.Model):
    """The last number given in a year; the row is held while the next is given."""

    year = models.IntegerField(primary_key=True)
    last = models.IntegerField(default=0)


class SavedFilter(models.Model):
    """A choice of the case list that somebody keeps under a name; `query` as in the page's address."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=400)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="filter_once")]
