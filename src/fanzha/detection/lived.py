"""What is learned from: the moments of a signal log, with what the truth knows of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fanzha.detection.engine import Engine
from fanzha.detection.samples import Ints, Rows, Sample
from fanzha.detection.subjects import Subjects
from fanzha.detection.touches import Judge
from fanzha.features import AT, SUBJECT
from fanzha.signals import SignalLog
from fanzha.vocabulary import WARNING_KINDS, normal_number

VALIDATED_FROM = 0.7
"""What the card says of quality was measured on the last 30 % of the time, by models that learned from the time before."""
MOST_ROWS = 300_000
"""Ordinary moments of one log and kind that are learned from, about; beyond, subjects are left out by lot."""
DAY_US = 86_400 * 1_000_000
_NEVER = 2**62
_CHUNK = 65_536


@dataclass(frozen=True)
class Known:
    """What is known of a time: (subject's kind and identifier) -> since when and until when (microseconds) it was so.

    victims: people while they were deceived, until their last payment; numbers and accounts: while they worked for fraud.
    """

    victims: dict[str, list[tuple[int, int]]]
    numbers: dict[str, int]
    accounts: dict[str, int]


def known_from(truth: Mapping[str, pl.DataFrame]) -> Known:
    """The truth tables of contract 1 (or outcomes written in their form) as Known. Times UTC; of whom it is not known since when, nothing is learned.

    `truth_unsettled` (kind, person, number, account, since): warnings that nobody has settled yet. Of such a person nothing is
    learned from then on, of such a number or account nothing at all: neither that they are right nor that they are wrong.
    """
    victims: dict[str, list[tuple[int, int]]] = {}

    def put(frame: pl.DataFrame, until: str) -> None:
        for row in frame.iter_rows(named=True):
            if row["first_contact_at"] is None:
                begin, end = -_NEVER, -_NEVER - 1  # since when is not known: no moment is before it or in it
            else:
                begin = _us(row["first_contact_at"])
                end = _us(row[until]) if row.get(until) else begin + 2 * DAY_US
            for kind in ("person", "number", "account"):
                if row.get(kind):
                    victims.setdefault(_named(kind, row[kind]), []).append((begin, end))

    if "truth_victims" in truth:
        put(truth["truth_victims"], "last_payment_at")
    if "truth_approached" in truth:
        put(truth["truth_approached"], "would_pay_at")
    since: dict[str, dict[str, int]] = {"number": {}, "account": {}}
    for kind, found in since.items():
        table = truth.get(f"truth_{kind}s")
        if table is not None and not table.is_empty():
            for row in table.iter_rows(named=True):
                found[_named(kind, row[kind])] = _NEVER if row["since"] is None else _us(row["since"])
    for row in truth.get("truth_unsettled", pl.DataFrame()).iter_rows(named=True):
        begin = _us(row["since"])
        for kind in ("person", "number", "account"):
            if row[kind] and row["kind"] == "victim":
                victims.setdefault(_named(kind, row[kind]), []).append((begin, begin - 1))  # no moment is in it
            elif row[kind] and kind in since:
                since[kind].setdefault(_named(kind, row[kind]), _NEVER)
    return Known(victims, since["number"], since["account"])


def _us(instant: datetime) -> int:
    return int(instant.timestamp() * 1_000_000)


def _named(kind: str, identifier: str) -> str:
    return f"{kind}:{(normal_number(identifier) or identifier) if kind == 'number' else identifier}"


def spread(subjects: Ints) -> Ints:
    """A lot for each subject, the same whenever it is drawn."""
    return np.asarray((subjects * 0x9E3779B1) >> 12 & 0xFFFFF)


@dataclass(frozen=True)
class Lived:
    """What one log gives to learn from. `people`: how many live there, for rates."""

    samples: dict[int, Sample]
    people: int


def collect(log: SignalLog, known: Known, judge: Judge, people: int, most: int = MOST_ROWS) -> Lived:
    """Every moment of a log (whole, in order) at which something is judged, with what is known of it; `most` as MOST_ROWS.

    `people`: 0 where no register tells, then as many as the engine counts rates on.
    """
    engine = Engine(judge, {}, collect=_CHUNK)
    samples = _collect(log, engine, known, most)
    return Lived(samples, people or engine.subjects.people)


def _collect(log: SignalLog, engine: Engine, known: Known, most: int) -> dict[int, Sample]:
    kinds = range(len(WARNING_KINDS))
    parts: dict[int, list[tuple[Ints, Ints, Rows]]] = {kind: [] for kind in kinds}
    held = dict.fromkeys(kinds, 0)
    thinned = dict.fromkeys(kinds, 1)
    marks = _Marks(known, engine.subjects)
    position = 0
    while batches := log.read(position, limit=2):
        for batch in batches:
            position = batch.position
            for touches, of_kind, rows in engine.moments(batch):
                marks.bring_up()
                for kind in kinds:
                    chosen = np.flatnonzero(of_kind == kind)
                    subjects = touches[chosen, SUBJECT]
                    keep = marks.known[kind][subjects] | (spread(subjects) % thinned[kind] == 0)
                    chosen = chosen[keep]
                    parts[kind].append((touches[chosen, SUBJECT], touches[chosen, AT], rows[chosen].copy()))
                    held[kind] += len(chosen)
        for kind in kinds:
            while held[kind] > 2 * most:
                thinned[kind] *= 2
                parts[kind] = [_thinner(part, marks.known[kind], thinned[kind]) for part in parts[kind]]
                held[kind] = sum(len(part[0]) for part in parts[kind])
    found = {
        kind: [np.concatenate([part[n] for part in of]) for n in range(3)] for kind, of in parts.items() if held[kind]
    }
    begin = min((int(at.min()) for _, at, _ in found.values()), default=0)
    end = max((int(at.max()) for _, at, _ in found.values()), default=0)
    cut_at = begin + int((end - begin) * VALIDATED_FROM)
    return {
        kind: Sample(
            subjects, at, rows, marks.labels(kind, subjects, at), np.full(len(at), thinned[kind]), at >= cut_at
        )
        for kind, (subjects, at, rows) in found.items()
    }


def _thinner(part: tuple[Ints, Ints, Rows], known: NDArray[np.bool_], thinned: int) -> tuple[Ints, Ints, Rows]:
    keep = known[part[0]] | (spread(part[0]) % thinned == 0)
    return part[0][keep], part[1][keep], part[2][keep]


class _Marks:
    """What is known, by the engine's integers."""

    def __init__(self, known: Known, subjects: Subjects) -> None:
        self._known, self._subjects, self._done = known, subjects, 0
        self.known = {kind: np.zeros(0, np.bool_) for kind in range(3)}
        self._since = {kind: np.zeros(0, np.int64) for kind in (1, 2)}
        self._times: dict[int, list[tuple[int, int]]] = {}

    def bring_up(self) -> None:
        names, kinds = self._subjects.names, self._subjects.kinds
        count = len(names)
        if count > len(self.known[0]):
            room = max(2 * count, 1 << 16)
            for kind in range(3):
                self.known[kind] = np.append(self.known[kind], np.zeros(room - len(self.known[kind]), np.bool_))
            for kind in (1, 2):
                more = np.full(room - len(self._since[kind]), _NEVER, np.int64)
                self._since[kind] = np.append(self._since[kind], more)
        for one in range(self._done, count):
            if kinds[one] not in ("person", "number", "account"):
                continue
            named = _named(kinds[one], names[one])
            times = self._known.victims.get(named)
            if times is not None:
                self.known[0][one], self._times[one] = True, times
            for kind, since in ((1, self._known.numbers), (2, self._known.accounts)):
                if named in since:
                    self.known[kind][one], self._since[kind][one] = True, since[named]
        self._done = count

    def labels(self, kind: int, subjects: Ints, at: Ints) -> NDArray[np.int8]:
        if kind:
            since = self._since[kind][subjects]
            return np.where(at >= since, 1, np.where(self.known[kind][subjects], -1, 0)).astype(np.int8)
        labels = np.zeros(len(subjects), np.int8)
        for n in np.flatnonzero(self.known[0][subjects]):
            times = self._times[int(subjects[n])]
            inside = any(begin <= at[n] <= end for begin, end in times)
            before = all(at[n] < begin for begin, _ in times)
            labels[n] = 1 if inside else 0 if before else -1
        return labels
