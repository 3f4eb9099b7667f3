"""Events as the kernel takes them: one touch for every subject that an event concerns, in the order of what was known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from fanzha.detection.listings import Listings, Standing
from fanzha.detection.seen import Seen
from fanzha.detection.subjects import UNKNOWN_US, Subjects
from fanzha.features import COLUMNS, FLAGS, TIE_BITS, VIEWS
from fanzha.signals import EVENT_TABLES, TABLES, Batch, known_at

Ints = NDArray[np.int64]
Judge = Callable[[list[str]], NDArray[np.float64]]
"""Texts -> probability that each is fraud."""

FRAUD_TEXT = 0.6
"""From this probability a text counts as fraud. Models learn from as many honest texts as fraudulent ones; of real bulk texts
hardly one in a hundred is fraud, and at one half every unusual advertisement would count. Ours."""
_CLASSES_OF_FRAUD = ["fraud", "诈骗", *(f"A{letter}" for letter in "ABCDEFGHIJKLM")]
_LASTING_S = 600
_NIGHT_HOURS = [23, 0, 1, 2, 3, 4, 5]
_ROUND_FEN = 10_000
_DAY_US = 86_400 * 1_000_000
KIND_OF_COLUMN = {
    "caller": "number", "callee": "number", "sender": "number", "receiver": "number", "number": "number", "orderer": "number",
    "domain": "domain", "payer": "account", "payee": "account", "caller_imei": "imei", "caller_place": "place",
}  # fmt: skip
_VALUE = {"calls": pl.col("duration_s"), "payments": pl.col("amount_fen")}
_FLAGGED = {
    name: [one.fill_null(False).alias(flag) for flag, one in flagged.items()]
    for name, flagged in {
        "calls": {
            "night": pl.col("started_at").dt.convert_time_zone("Asia/Shanghai").dt.hour().is_in(_NIGHT_HOURS),
            "lasting": pl.col("known_at").is_not_null() & (pl.col("duration_s") >= _LASTING_S),
        },
        "payments": {
            "cash": (pl.col("channel") == "atm_cash").fill_null(False) | pl.col("payee").str.starts_with("cash:"),
            "gold": pl.col("channel").is_in(["gold", "crypto"]),
            "round": pl.col("amount_fen") % _ROUND_FEN == 0,
        },
        "visits": {"posted": pl.col("form_posted")},
        "deliveries": {
            "risky_delivery": pl.col("item").is_in(["cash", "gold"]).fill_null(False)
            | pl.col("flagged_by").is_not_null()
        },
        "pushed": {"refusal": pl.col("kind") == "counter_refusal"},
    }.items()
}
_BALANCE = {"payer": "payer_balance_fen", "payee": "payee_balance_fen"}
_PLACE = {name: place for place, name in enumerate(COLUMNS)}
_RANK = len(COLUMNS)


@dataclass(frozen=True)
class Encoded:
    """A batch as the kernel takes it, with how things stood when it was read.

    `touches`: rows of features.COLUMNS. `opened`: subjects of registers, and since when their holders have them. `listings`: how
    subjects stand from when on, in order. `subjects`, `people`: how many were known after it. `counts`: events, repetitions,
    versions and late ones so far.
    """

    batch: Batch
    touches: Ints
    opened: list[tuple[Ints, Ints]]
    listings: list[Standing]
    subjects: int
    people: int
    counts: dict[str, int]


@dataclass
class Encoder:
    """Turns batches into touches; remembers which ids were met, and the time and rank that it came to.

    It knows nothing of the state, so it may be a batch ahead of the kernel.
    """

    subjects: Subjects
    judge: Judge
    late_us: int
    admitted: int = -(2**62)
    rank: int = 0
    counts: dict[str, int] = field(default_factory=lambda: {"events": 0, "duplicates": 0, "versions": 0, "late": 0})

    def __post_init__(self) -> None:
        self.seen = Seen(self.late_us)
        self.listings = Listings()

    def encoded(self, batch: Batch) -> Encoded:
        """Take in a batch: who holds what, what is listed, and the touches of its events."""
        changed: list[int] = []
        opened = []
        for kind, name in (("number", "numbers"), ("account", "accounts")):
            if name in batch.tables:
                opened.append(self.subjects.register(kind, batch.tables[name]))
                changed += self.listings.among(opened[-1][0])
        changed += self._listed(batch.tables)
        touches = self._touches(batch.position, batch.tables)
        times = touches[[0, -1], _PLACE["at_us"]].tolist() if len(touches) else [self.admitted] * 2
        standing = self.listings.standing(changed, self.subjects.opened, *times)
        return Encoded(batch, touches, opened, standing, len(self.subjects), self.subjects.people, dict(self.counts))

    def _listed(self, tables: Mapping[str, pl.DataFrame]) -> list[int]:
        if "listed" not in tables:
            return []
        found = []
        listed = tables["listed"].select("identifier", "kind", pl.col("listed_at", "until").dt.epoch("us"))
        for identifier, kind, since, until in listed.iter_rows():
            found.append(self.subjects.one(kind, identifier))
            self.listings.put(found[-1], since, 2**62 if until is None else until)
        return found

    def _touches(self, position: int, tables: Mapping[str, pl.DataFrame]) -> Ints:
        """The touches of a batch (rows of features.COLUMNS); counts what was late, repeated or a version."""
        parts = []
        for number, name in enumerate(EVENT_TABLES):
            frame = tables.get(name)
            if frame is None or frame.is_empty() or not any(view.table == name for view in VIEWS):
                continue
            self.counts["events"] += frame.height
            parts += self._table(number, name, frame, position)
        if not parts:
            return np.zeros((0, len(COLUMNS)), np.int64)
        rows = np.concatenate(parts)
        at, event = rows[:, _PLACE["at_us"]], rows[:, _PLACE["event"]]
        rows = rows[np.lexsort((rows[:, _RANK], event, at))]
        at = rows[:, _PLACE["at_us"]]
        now = np.maximum.accumulate(np.maximum(at, self.admitted))
        late = at < now - self.late_us
        self.counts["late"] += len(np.unique(rows[late, _PLACE["event"]]))
        rows[:, _PLACE["at_us"]] = now
        rows = rows[~late, : len(COLUMNS)]
        if len(rows):
            rows[:, _PLACE["key"]] = self._keys(rows[:, _PLACE["at_us"]])
        self.admitted = int(now[-1])
        return rows

    def _keys(self, at: Ints) -> Ints:
        """The key of every touch: its millisecond, and its rank among all touches of that millisecond, earlier batches included."""
        moment = at // 1000
        begins = np.flatnonzero(np.diff(moment, prepend=moment[0] - 1))
        rank = np.arange(len(moment)) - np.repeat(begins, np.diff(np.append(begins, len(moment))))
        if moment[0] == self.admitted // 1000:
            of_before = moment == moment[0]
            rank[of_before] += self.rank
        self.rank = int(rank[-1]) + 1
        return (moment << TIE_BITS) | rank

    def _table(self, number: int, name: str, frame: pl.DataFrame, position: int) -> list[Ints]:
        known = known_at(name, frame).dt.epoch("us").to_numpy()
        value, flags = self._value_and_flags(name, frame)
        before = self._before(name, frame, value)
        fresh = before < (value if name == "calls" else 0)
        self.counts["duplicates"] += int((~fresh).sum())
        self.counts["versions"] += int((fresh & (before >= 0)).sum())
        events = (position << 28) | (number << 24) | np.arange(frame.height)
        ids: dict[str, Ints] = {}
        parts = []
        for order, view in enumerate(VIEWS):
            if view.table != name:
                continue
            for column in (view.subject, view.counterparty):
                if column not in ids:
                    ids[column] = self._column(frame, column)
            keep = np.flatnonzero(fresh & (ids[view.subject] >= 0) & (ids[view.counterparty] >= 0))
            if not len(keep):
                continue
            actor, other = ids[view.subject][keep], ids[view.counterparty][keep]
            rows = np.zeros((len(keep), _RANK + 1), np.int64)
            columns: dict[str, Ints | int] = {
                "at_us": known[keep],
                "subject": self.subjects.holder[actor] if view.subject_kind == "person" else actor,
                "view": order,
                "other": other,
                "value": value[keep],
                "added": value[keep] - np.maximum(before[keep], 0),
                "once": (before[keep] < 0).astype(np.int64),
                "flags": flags[keep],
                "event": events[keep],
                "actor": actor,
                "opened_days": self._opened_days(other, known[keep]),
                "balance_fen": _balance(frame, view.subject)[keep],
                "other_holder": self.subjects.holder[other],
            }
            for column, values in columns.items():
                rows[:, _PLACE[column]] = values
            # What an event says of a number or account is known before its person is judged.
            rows[:, _RANK] = order if view.subject_kind == "person" else order - len(VIEWS)
            parts.append(rows[~self.subjects.service[actor]] if view.subject_kind == "number" else rows)
        return parts

    def _opened_days(self, other: Ints, known: Ints) -> Ints:
        opened = self.subjects.opened[other]
        return np.where(opened == UNKNOWN_US, -1, np.maximum((known - opened) // _DAY_US, 0))

    def _column(self, frame: pl.DataFrame, column: str) -> Ints:
        if column != "subject":
            return self.subjects.many(KIND_OF_COLUMN[column], frame[column])
        pairs = zip(frame["subject_kind"].to_list(), frame["subject"].to_list(), strict=True)
        return np.array([self.subjects.one(kind, spelled) for kind, spelled in pairs], np.int64)

    def _before(self, name: str, frame: pl.DataFrame, value: Ints) -> Ints:
        """The longest duration that each call came with before, 0 for other events met before, -1 for new ids."""
        key = pl.concat_str(*TABLES[name].key, separator="\x1f")
        named = frame.select(pl.concat_str(pl.lit(name), key).hash(seed=1)).to_series().to_numpy()
        hashes = (named >> 2).astype(np.int64)
        longest = value if name == "calls" else np.zeros(len(hashes), np.int64)
        # by the time before this batch: another table of it may reach days further than the rows that are asked of here
        return self.seen.before(hashes, longest, self.admitted)

    def _value_and_flags(self, name: str, frame: pl.DataFrame) -> tuple[Ints, Ints]:
        told = frame.select(_VALUE.get(name, pl.lit(0, pl.Int64)).alias("value"), *_FLAGGED.get(name, ()))
        value = np.zeros(frame.height, np.int64) + told["value"].to_numpy()
        flags = np.zeros(frame.height, np.int64)
        for where in told.iter_columns():
            if where.name in FLAGS:
                flags |= where.to_numpy() * FLAGS[where.name]
        if name == "messages":
            flags |= self._fraud_texts(frame).to_numpy() * FLAGS["fraud_text"]
        return value, flags

    def _fraud_texts(self, frame: pl.DataFrame) -> pl.Series:
        classed = frame["text_class"].is_in(_CLASSES_OF_FRAUD).fill_null(False)
        unclassed = frame["text_class"].is_null()
        texts = frame["text"].filter(unclassed).drop_nulls().unique(maintain_order=True)
        if texts.is_empty():
            return classed
        fraud = pl.Series(self.judge(texts.to_list()) >= FRAUD_TEXT)
        return classed | (unclassed & frame["text"].is_in(texts.filter(fraud).implode()).fill_null(False))


def _balance(frame: pl.DataFrame, column: str) -> Ints:
    name = _BALANCE.get(column)
    if name is None:
        return np.full(frame.height, -1, np.int64)
    balance = frame[name]
    return (balance if not balance.null_count() else balance.fill_null(-1)).to_numpy().astype(np.int64)
