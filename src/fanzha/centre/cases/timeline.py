"""Everything that happened to a case, a person or an identifier, in the order of time; other apps add what they keep."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from fanzha.centre.access.models import AuditEntry
from fanzha.centre.access.words import act_words
from fanzha.centre.cases.models import Case
from fanzha.vocabulary import Text


@dataclass(frozen=True)
class Entry:
    """`who`: who did it, empty for what happened; `detail`: further words, as they were written or in both languages; `page`: where to read on;
    `document`: the paper that it rests on, or that came of it; `day_only`: of `at` the day alone is known."""

    at: datetime | None
    text: Text
    who: str = ""
    detail: str | Text = ""
    page: str = ""
    document: str | Text = ""
    day_only: bool = False


LONGEST = 200
CASE_SOURCES: list[Callable[[Case], Iterable[Entry]]] = []
"""What happened to a case."""
TOKEN_SOURCES: list[Callable[[list[str]], Iterable[Entry]]] = []
"""What happened to a person or an identifier, by tokens that stand for one and the same."""
_NEVER = datetime.min.replace(tzinfo=UTC)


def acts(subjects: Iterable[str], page: str = "", named: bool = False) -> Iterator[Entry]:
    """The newest acts about subjects, as the audit tells them; `named`: each says which subject it is about."""
    entries = AuditEntry.objects.filter(subject__in=list(subjects)).exclude(action="search").select_related("actor")
    for one in entries.order_by("-id")[:LONGEST]:
        act, reason = act_words(one.action, one.reason)
        detail: str | Text = reason or ""
        if named:
            detail = Text(f"{one.subject} {reason.zh}", f"{one.subject} {reason.en}") if reason else one.subject
        yield Entry(one.at, act, one.actor.get_username() if one.actor else "", detail, page)


def of_case(case: Case) -> list[Entry]:
    """What happened to a case, the newest first."""
    return _sorted(entry for source in CASE_SOURCES for entry in source(case))


def of_tokens(tokens: list[str]) -> list[Entry]:
    """What happened to whom or what `tokens` stand for, the newest first."""
    return _sorted(entry for source in TOKEN_SOURCES for entry in source(tokens))


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: one.at or _NEVER, reverse=True)
