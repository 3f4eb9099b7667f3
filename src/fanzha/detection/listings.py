"""Since when and until when each subject is listed: a listing's newest row counts, and between two of them nobody is listed."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
NEVER = (2**62, -(2**62))


class Standing(NamedTuple):
    """From `at` on a subject counts as listed from `since` until `until` (microseconds UTC)."""

    at: int
    subject: int
    since: int
    until: int


class Listings:
    """Every listing met, by subject. Its name is its beginning: the same one again, with an end, has ended."""

    def __init__(self) -> None:
        self._of: dict[int, dict[int, int]] = {}
        self._coming: list[tuple[int, int]] = []

    def put(self, subject: int, since: int, until: int) -> None:
        """Take in one row of `listed`."""
        self._of.setdefault(subject, {})[since] = until

    def among(self, subjects: Ints) -> Iterator[int]:
        """Those of the subjects that were ever listed."""
        return (int(one) for one in subjects if int(one) in self._of) if self._of else iter(())

    def standing(self, changed: Iterable[int], opened: Ints, begin: int, end: int) -> list[Standing]:
        """How subjects stand whose listings changed, at `begin`, and whose next listing begins up to `end`, then; in order.

        `opened`: by subject, since when its holder has it; what was listed before was somebody else's.
        """
        found = [self._at(subject, opened, begin) for subject in sorted(set(changed))]
        while self._coming and self._coming[0][0] <= end:
            since, subject = heapq.heappop(self._coming)
            found.append(self._at(subject, opened, since))
        return sorted(found)

    def _at(self, subject: int, opened: Ints, at: int) -> Standing:
        spans = self._spans(subject, int(opened[subject]))
        place = next((n for n, (_, until) in enumerate(spans) if until > at), len(spans))
        if place + 1 < len(spans):
            heapq.heappush(self._coming, (spans[place + 1][0], subject))
        return Standing(at, subject, *(spans[place] if place < len(spans) else NEVER))

    def _spans(self, subject: int, opened: int) -> list[tuple[int, int]]:
        """The times in which a subject is listed, one after another, apart."""
        spans: list[tuple[int, int]] = []
        for since, until in sorted(self._of[subject].items()):
            if since < opened or until <= since:
                continue
            if spans and since <= spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], until))
            else:
                spans.append((since, until))
        return spans

    def kept(self) -> Ints:
        """Everything it remembers: rows of subject, since, until."""
        rows = [(subject, *span) for subject, spans in self._of.items() for span in spans.items()]
        return np.array(rows, np.int64).reshape(-1, 3)

    def restore(self, kept: Ints, now: int) -> None:
        """Take up again what `kept` gave at `now`."""
        self._of, self._coming = {}, []
        for subject, since, until in kept.tolist():
            self.put(subject, since, until)
            if since > now:
                self._coming.append((since, subject))
        heapq.heapify(self._coming)
