"""Events as the kernel takes them: one row for every subject that an event touches, in the order of what was known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fanzha.detection.subjects import Subjects
from fanzha.features import FLAGS, VIEWS, State, move_pairs, seen_before
from fanzha.signals import EVENT_TABLES, TABLES, known_at

Ints = NDArray[np.int64]
Judge = Callable[[list[str]], NDArray[np.float64]]
"""Texts -> probability that each is fraud."""

FRAUD_TEXT = 0.5
_CLASSES_OF_FRAUD = ["fraud", "诈骗", *(f"A{letter}" for letter in "ABCDEFGHIJKLM")]
_VERSIONED_S = 600
_KIND = {"caller": "number", "callee": "number", "sender": "number", "receiver": "number", "number": "number",
         "orderer": "number", "domain": "domain", "payer": "account", "payee": "account"}  # fmt: skip


@dataclass
class Encoder:
    """Turns batches into touches; remembers which ids were seen and which long calls may come again."""

    subjects: Subjects
    state: State
    judge: Judge
    late_us: int
    admitted: int = -(2**62)
    counts: dict[str, int] = field(default_factory=lambda: {"events": 0, "duplicates": 0, "versions": 0, "late": 0})
    _ids: Ints = field(default_factory=lambda: np.zeros(1 << 20, np.int64))
    _ids_first: Ints = field(default_factory=lambda: np.zeros(1 << 20, np.int64))
    _ids_count: Ints = field(default_factory=lambda: np.zeros(1, np.int64))
    _long_calls: dict[str, tuple[int, dict[int, int]]] = field(default_factory=dict)

    def registers(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Take in who holds what, and what is listed from when to when."""
        for kind, name in (("number", "numbers"), ("account", "accounts")):
            if name in tables:
                self.subjects.register(kind, tables[name])
        self.state.hold_subjects(len(self.subjects))
        if "listed" not in tables:
            return
        for row in (
            tables["listed"].select("identifier", "kind", pl.col("listed_at", "until").dt.epoch("us")).iter_rows()
        ):
            subject = self.subjects.one(row[1], row[0])
            self.state.hold_subjects(len(self.subjects))
            if self.subjects.opened[subject] > row[2]:
                continue  # the number or account was given to somebody new since
            self.state.listed_from[subject] = min(self.state.listed_from[subject], row[2])
            until = 2**62 if row[3] is None else row[3]
            self.state.listed_until[subject] = max(self.state.listed_until[subject], until)

    def touches(self, position: int, tables: Mapping[str, pl.DataFrame]) -> Ints:
        """The touches of a batch (rows as `rules.fire` takes them); counts what was late, repeated or a version."""
        parts = []
        for number, name in enumerate(EVENT_TABLES):
            frame = tables.get(name)
            if frame is None or frame.is_empty() or not any(view.table == name for view in VIEWS):
                continue
            self.counts["events"] += frame.height
            parts.append(self._table(number, name, frame, position))
        if not parts:
            return np.zeros((0, 9), np.int64)
        rows = np.concatenate(parts)
        rows = rows[np.lexsort((rows[:, 9], rows[:, 6], rows[:, 0]))]
        now = np.maximum.accumulate(np.maximum(rows[:, 0], self.admitted))
        late = rows[:, 0] < now - self.late_us
        self.counts["late"] += len(np.unique(rows[late, 6]))
        rows[:, 0] = now
        self.admitted = int(now[-1])
        rows = rows[~late]
        self._point_versions(rows, tables.get("calls"))
        self.state.hold_subjects(len(self.subjects))
        return rows[:, :9]

    def _table(self, number: int, name: str, frame: pl.DataFrame, position: int) -> Ints:
        keep = self._fresh(name, frame)
        frame = frame.with_row_index("__row__").filter(keep)
        known = known_at(name, frame).dt.epoch("us").to_numpy()
        events = (position << 28) | (number << 24) | frame["__row__"].cast(pl.Int64).to_numpy()
        value, flags = self._value_and_flags(name, frame)
        subjects = self.subjects
        parts = []
        for order, view in enumerate(VIEWS):
            if view.table != name or frame.is_empty():
                continue
            actor = self._column(frame, view.subject)
            other = self._column(frame, view.counterparty)
            subject = subjects.holder[actor] if view.subject_kind == "person" else actor
            rank = order if view.subject_kind == "person" else order - len(VIEWS)
            columns = [
                known,
                subject,
                np.full(len(known), order),
                other,
                value,
                flags,
                events,
                np.full(len(known), -1),
                actor,
            ]
            rows = np.column_stack([*columns, np.full(len(known), rank)]).astype(np.int64)
            parts.append(rows[~subjects.service[actor]] if view.subject_kind == "number" else rows)
        return np.concatenate(parts) if parts else np.zeros((0, 10), np.int64)

    def _column(self, frame: pl.DataFrame, column: str) -> Ints:
        if column != "subject":
            return self.subjects.many(_KIND[column], frame[column])
        pairs = zip(frame["subject_kind"].to_list(), frame["subject"].to_list(), strict=True)
        return np.array([self.subjects.one(kind, spelled) for kind, spelled in pairs], np.int64)

    def _fresh(self, name: str, frame: pl.DataFrame) -> pl.Series:
        """Rows that count: the first of each id, and later versions of a call that still lasted."""
        key = pl.concat_str(*TABLES[name].key, separator="\x1f")
        hashes = frame.select(pl.concat_str(pl.lit(name), key).hash(seed=1)).to_series().to_numpy()
        while 2 * (int(self._ids_count[0]) + len(hashes)) > len(self._ids):
            keys, first = np.zeros(2 * len(self._ids), np.int64), np.zeros(2 * len(self._ids), np.int64)
            move_pairs(self._ids, self._ids_first, keys, first)
            self._ids, self._ids_first = keys, first
        repeated = seen_before(self._ids, self._ids_first, self._ids_count, hashes)
        keep = ~repeated
        if name == "calls":
            for row in np.flatnonzero(frame["duration_s"].to_numpy() >= _VERSIONED_S):
                call_id, seconds = frame["call_id"][int(row)], frame["duration_s"][int(row)]
                before = self._long_calls.get(call_id)
                if before is None or seconds > before[0]:
                    self._long_calls[call_id] = (seconds, before[1] if before else {})
                    self.counts["versions"] += int(repeated[row])
                    keep[row] = True
        self.counts["duplicates"] += int((~keep).sum())
        return pl.Series(keep)

    def _point_versions(self, rows: Ints, calls: pl.DataFrame | None) -> None:
        """Let later versions of a call point to the entry that the first one made."""
        if calls is None:
            return
        number = EVENT_TABLES.index("calls")
        of_calls = ((rows[:, 6] >> 24) & 0xF) == number
        long = np.flatnonzero(of_calls & (rows[:, 4] >= _VERSIONED_S))
        ids = calls["call_id"]
        made: dict[int, tuple[dict[int, int], int]] = {}
        for n in long:
            view = int(rows[n, 2])
            _, entries = self._long_calls[ids[int(rows[n, 6] & 0xFFFFFF)]]
            if view in entries:
                rows[n, 7] = entries[view]
            else:
                entries[view] = -2
                made[int(n)] = (entries, view)
        # An entry's place is known only when every touch before it is counted, so versions in this same batch come second.
        places = self.state.entries + np.cumsum(rows[:, 7] == -1) - 1
        for place, (entries, view) in made.items():
            entries[view] = int(places[place])
        for again in np.flatnonzero(rows[:, 7] == -2):
            call_id = ids[int(rows[again, 6] & 0xFFFFFF)]
            rows[again, 7] = self._long_calls[call_id][1][int(rows[again, 2])]

    def _value_and_flags(self, name: str, frame: pl.DataFrame) -> tuple[Ints, Ints]:
        flags = np.zeros(frame.height, np.int64)
        value = np.zeros(frame.height, np.int64)

        def put(flag: str, where: pl.Series) -> None:
            flags[where.fill_null(False).to_numpy()] |= FLAGS[flag]

        if name == "calls":
            value = frame["duration_s"].to_numpy().copy()
        elif name == "payments":
            value = frame["amount_fen"].to_numpy().copy()
            put("cash", (frame["channel"] == "atm_cash").fill_null(False) | frame["payee"].str.starts_with("cash:"))
            put("gold", frame["channel"].is_in(["gold", "crypto"]))
        elif name == "visits":
            put("posted", frame["form_posted"])
        elif name == "deliveries":
            put(
                "risky_delivery",
                frame["item"].is_in(["cash", "gold"]).fill_null(False) | frame["flagged_by"].is_not_null(),
            )
        elif name == "pushed":
            put("refusal", frame["kind"] == "counter_refusal")
        elif name == "messages":
            put("fraud_text", self._fraud_texts(frame))
        return value, flags

    def _fraud_texts(self, frame: pl.DataFrame) -> pl.Series:
        classed = frame["text_class"].is_in(_CLASSES_OF_FRAUD).fill_null(False)
        texts = frame["text"].drop_nulls().unique(maintain_order=True)
        if texts.is_empty():
            return classed
        fraud = pl.Series(self.judge(texts.to_list()) >= FRAUD_TEXT)
        return classed | frame["text"].is_in(texts.filter(fraud).implode()).fill_null(False)
