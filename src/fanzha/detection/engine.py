"""The engine: batches in log order -> state -> signs -> stories -> warnings."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanzha.detection import pace
from fanzha.detection.grading import graded
from fanzha.detection.indicator import GRADING, INDICATORS, VERSION, rules
from fanzha.detection.kernel import MODEL, Room, fire
from fanzha.detection.listings import Standing
from fanzha.detection.merging import STORY_US, Story, observed, relevant, warning_id
from fanzha.detection.scoring import BUDGET, COLUMNS, DetectionModel, no_trees
from fanzha.detection.subjects import Subjects
from fanzha.detection.touches import Encoded, Encoder, Ints, Judge
from fanzha.detection.watch import empty, held
from fanzha.features import AT, EVENT, FEATURES, KEY, LISTED_FROM, LISTED_UNTIL, OTHER, SUBJECT, VALUE, VIEW, State
from fanzha.signals import EVENT_TABLES, TABLES, Batch
from fanzha.vocabulary import WARNING_KINDS

_CHUNK = 8192
LATE_US = GRADING["late_hours"] * 3600 * 1_000_000


class Engine:
    """Everything detection remembers; fed batch by batch, it is a function of the batches alone."""

    def __init__(
        self,
        judge: Judge,
        versions: dict[str, str],
        model: DetectionModel | None = None,
        budget: float = BUDGET,
        collect: int = 0,
    ) -> None:
        """`collect`: rows of moments to hold for `moments` at once, 0 when nothing is to be learned."""
        self.subjects, self.state = Subjects(), State()
        self.encoder = Encoder(self.subjects, judge, LATE_US)
        self.versions = {"indicators": VERSION, **versions}
        self.stories: dict[tuple[int, str], Story] = {}
        self.watch = empty(1 << 12)
        self.model, self._rules = model, rules()
        self.trees = model.trees(budget) if model else no_trees()
        self.pace = pace.begin(self.trees.margins[0])
        self._room = Room(
            np.zeros(len(COLUMNS)),
            np.zeros((_CHUNK, 3), np.int64),
            np.zeros(_CHUNK),
            np.zeros((_CHUNK, len(COLUMNS))),
            np.zeros((collect, 2), np.int64),
            np.zeros((collect, len(COLUMNS)), np.float32),
        )

    def step(self, batch: Batch) -> list[dict[str, Any]]:
        """Take in one batch; returns the warnings that it gives, in order."""
        return self.apply(self.encoder.encoded(batch))

    def apply(self, encoded: Encoded) -> list[dict[str, Any]]:
        """Take in what the encoder made of a batch, in the order in which it made it; returns the warnings, in order."""
        warnings: list[dict[str, Any]] = []
        for touches, signs, _ in self._fired(encoded):
            room = self._room
            for touch, of_touch in itertools.groupby(range(signs), key=lambda n: int(room.signs[n, 0])):
                warning = self._tell(touches[touch], list(of_touch), encoded.batch)
                if warning is not None:
                    warnings.append(warning)
        return warnings

    def moments(self, batch: Batch) -> Iterator[tuple[Ints, Ints, NDArray[np.float32]]]:
        """Take in one batch for training: (touches, kinds, rows) of every moment; they hold until the next is asked for."""
        for touches, _, count in self._fired(self.encoder.encoded(batch)):
            chosen = self._room.moments[:count]
            yield touches[chosen[:, 0]], chosen[:, 1], self._room.rows[:count]

    def _fired(self, encoded: Encoded) -> Iterator[tuple[Ints, int, int]]:
        state, touches = self.state, encoded.touches
        state.hold_subjects(encoded.subjects)
        if len(touches):
            if state.began < 0:
                state.began = int(touches[0, KEY])
            state.hold(len(touches), int(touches[0, KEY]))
        self.watch = held(self.watch, encoded.subjects)
        for subjects, since in encoded.opened:
            self.watch.opened[subjects] = since
        from_touch: dict[int, list[Standing]] = {}
        for one in encoded.listings:
            from_touch.setdefault(int(np.searchsorted(touches[:, AT], one.at)), []).append(one)
        ends = sorted({0, *from_touch, len(touches)})
        for begin, end in zip(ends, [*ends[1:], len(touches)], strict=True):
            for one in from_touch.get(begin, ()):
                state.memory.about[one.subject, [LISTED_FROM, LISTED_UNTIL]] = one.since, one.until
            at = begin
            while at < end:
                at, signs, moments = fire(
                    touches[:end], at, state.began, state.memory, state.layout, self._rules, self.trees, self.watch, self.pace,
                    encoded.people, self._room,
                )  # fmt: skip
                yield touches, signs, moments

    def _tell(self, touch: Ints, found: list[int], batch: Batch) -> dict[str, Any] | None:
        """Put the signs of one touch to its subject's story; the warning, when the story now deserves a (more urgent) one."""
        now, subject, other, amount, event = (int(touch[column]) for column in (AT, SUBJECT, OTHER, VALUE, EVENT))
        kind = WARNING_KINDS[self._rules.kinds[touch[VIEW]]]
        story = self.stories.get((subject, kind))
        if story is None or now - story.began >= STORY_US:
            story = self.stories[subject, kind] = Story(now)
        room, features = self._room, dict[str, float]()
        of_model = [n for n in found if room.signs[n, 1] == MODEL]
        of_rules = [n for n in found if room.signs[n, 1] != MODEL]
        for n in of_rules:
            sign = int(room.signs[n, 1])
            value, threshold = observed(sign, room.vectors[n], amount)
            story.add(sign, value, threshold)
            features |= relevant(sign, room.vectors[n])
        story.touch(self.subjects.names[other], event)
        reasons, score, named = story.reasons(), story.score, "model"
        places = [int(room.signs[n, 1]) for n in of_rules]
        levels: list[int | None] = []
        if (
            self.model is None
            or kind not in self.model.boosters
            or any(INDICATORS[sign].certain for sign in story.signs)
        ):
            levels.append(graded(kind, story))
        if places and not of_model:
            chief = min(places, key=lambda sign: (INDICATORS[sign].level, -INDICATORS[sign].weight))
            named = f"{INDICATORS[chief].id}/{chief}"
        if of_model and self.model is not None:
            row, margin = room.vectors[of_model[0]], float(room.margins[of_model[0]])
            levels.append(int(room.signs[of_model[0], 2]))
            named = f"model/{levels[-1]}"  # a call that lasts on comes again under its id, and is judged again
            reasons, score = reasons + self.model.reasons(kind, row), self.model.score(kind, margin)
            features |= {feature.id: float(row[n]) for n, feature in enumerate(FEATURES) if row[n]}
        level = min((one for one in levels if one is not None), default=None)
        if level is None or (story.level is not None and level >= story.level):
            return None
        story.level = level
        names, key = self.subjects, _key(event, batch)
        event_id = key[-1]
        return {
            "warning_id": warning_id("\x1f".join(key), names.names[subject], named, self.versions),
            "issued_at": _rfc3339(now),
            "event_id": event_id,
            "subject": names.names[subject],
            "subject_kind": names.kinds[subject],
            "warning_kind": kind,
            "level": level,
            "score": score,
            "case_class": None,
            "reasons": reasons,
            "related": story.related[:20],
            "features": features,
            "versions": self.versions,
            "evidence": list(dict.fromkeys(story.events))[-20:],
        }


def _key(reference: int, batch: Batch) -> tuple[str, ...]:
    """The table of an event and what names it there, its id last: two tables, or two senders, may count alike."""
    table, row = EVENT_TABLES[(reference >> 24) & 0xF], reference & 0xFFFFFF
    return (table, *(str(batch.tables[table][name][row]) for name in TABLES[table].key))


def _rfc3339(instant_us: int) -> str:
    return datetime.fromtimestamp(instant_us / 1e6, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
