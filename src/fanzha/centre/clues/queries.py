"""What pages, timelines and other apps read of clues."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.urls import reverse

from fanzha.centre.access import vault
from fanzha.centre.access.models import AuditEntry
from fanzha.centre.access.words import Done, in_words
from fanzha.centre.cases import timeline
from fanzha.centre.cases.models import Case
from fanzha.centre.cases.timeline import Entry
from fanzha.centre.clues import states
from fanzha.centre.clues.models import Clue
from fanzha.centre.keys import told_key
from fanzha.vocabulary import Text

PAGE = 50
CLUE = Text("线索", "A clue")


@dataclass(frozen=True)
class Line:
    """A clue with its words, masked; `late`: past the limit that runs."""

    clue: Clue
    kind: Text
    shown: str
    source: Text
    value: Text | None
    state: Text
    late: bool


def lines(clues: Iterable[Clue], now: datetime) -> list[Line]:
    """Clues as a list shows them."""
    found = list(clues)
    shown = vault.masked([one.token for one in found if one.token])
    return [
        Line(
            one,
            states.KINDS[one.kind],
            shown.get(one.token, ""),
            states.SOURCES[one.source],
            states.VALUES.get(one.value),
            states.NAMES[one.state],
            one.due_at is not None and one.due_at < now,
        )
        for one in found
    ]


def chosen(said: Mapping[str, str], user: User, now: datetime) -> QuerySet[Clue]:
    """The clues that a page's filters choose, the newest first."""
    found = Clue.objects.select_related("case", "handler").order_by("-received_at", "-id")
    for name, known in (("state", states.NAMES), ("source", states.SOURCES), ("value", states.VALUES)):
        if said.get(name) in known:
            found = found.filter(**{name: said[name]})
    if said.get("mine"):
        found = found.filter(handler=user)
    return found.filter(due_at__lt=now) if said.get("late") else found


def sent_by(sender: str, state: str = "", after: str = "") -> QuerySet[Clue]:
    """The clues that a sender's program told, in the order of their numbers; `after`: from that number on."""
    found = Clue.objects.filter(source=sender).exclude(source_id="").order_by("number")
    found = found.filter(state=state) if state in states.NAMES else found
    return found.filter(number__gt=after) if after else found


def one_page(found: QuerySet[Clue], before: str) -> tuple[list[Clue], str]:
    """PAGE clues that came before the key `before` (empty: from the newest), and the key to go on with; empty at the end."""
    key = told_key(before)
    rows = list((found if key is None else found.filter(pk__lt=key)).order_by("-id")[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def board(case: Case, now: datetime) -> list[tuple[Text, list[Line]]]:
    """The clue board of a case: its columns with their clues; one that was ruled out stays so when its sender was told."""
    found = lines(case.clues.select_related("handler"), now)
    closed = [line.clue.number for line in found if line.clue.state == "closed"]
    excluded = set(
        AuditEntry.objects.filter(subject__in=closed, action="clue_invalid").values_list("subject", flat=True)
    )
    columns = {
        line.clue.number: states.COLUMN["invalid" if line.clue.number in excluded else line.clue.state]
        for line in found
    }
    return [
        (name, [line for line in found if columns[line.clue.number] == column])
        for column, name in states.COLUMNS.items()
    ]


def history(number: str) -> list[Done]:
    """What was done about a clue."""
    return in_words(list(AuditEntry.objects.filter(subject=number).select_related("actor")))


def happened_in(case: Case) -> Iterator[Entry]:
    """What was done about the clues of a case, for its timeline."""
    return _entries(case.clues.all()[:PAGE])


def of_tokens(tokens: list[str]) -> Iterator[Entry]:
    """Clues about tokens, for their timelines."""
    return _entries(Clue.objects.filter(Q(token__in=tokens) & ~Q(token=""))[:PAGE])


def page_of(number: str) -> str | None:
    """The page of a clue by its number."""
    return reverse("clues:clue", args=[number]) if Clue.objects.filter(number=number).exists() else None


def _entries(clues: Iterable[Clue]) -> Iterator[Entry]:
    for one in clues:
        page = reverse("clues:clue", args=[one.number])
        yield Entry(one.received_at, CLUE, detail=one.number, page=page)
        yield from timeline.acts([one.number], page, named=True)
