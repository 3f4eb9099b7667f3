"""The engine: batches in log order -> state -> signs -> stories -> warnings in the outbox. Run it with `python -m`."""

from __future__ import annotations

import itertools
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from fanzha.detection.indicator import GRADING, INDICATORS, VERSION, rules
from fanzha.detection.merging import STORY_US, Story, graded, observed, relevant, warning_id
from fanzha.detection.outbox import Outbox
from fanzha.detection.rules import fire
from fanzha.detection.subjects import Subjects
from fanzha.detection.touches import Encoder, Ints, Judge
from fanzha.features import FEATURE_INDEX, FEATURES, VIEWS, State, layout, ratios
from fanzha.home import Home, find_home
from fanzha.model_files import newest
from fanzha.reading import judge_messages, load_text_model
from fanzha.signals import EVENT_TABLES, TABLES, Batch, SignalLog

_CHUNK = 8192
_WORDS = {"person": 0, "number": 1, "account": 2}
LATE_US = GRADING["late_hours"] * 3600 * 1_000_000


class Engine:
    """Everything detection remembers; fed batch by batch, it is a function of the batches alone."""

    def __init__(self, judge: Judge, versions: dict[str, str]) -> None:
        self.subjects, self.state = Subjects(), State()
        self.encoder = Encoder(self.subjects, self.state, judge, LATE_US)
        self.versions = {"indicators": VERSION, **versions}
        self.stories: dict[tuple[int, str], Story] = {}
        self._layout, self._ratios = layout(), ratios()
        self._gates, self._weights, self._limits = rules()
        self._kinds = np.array([_WORDS[view.subject_kind] for view in VIEWS], np.int64)
        self._thresholds = np.array([GRADING[kind]["at_least"] for kind in ("victim", "number", "account")])
        self._needs = _needed_features()
        self._stamp = np.ones(1, np.int64)

    def step(self, batch: Batch) -> list[dict[str, Any]]:
        """Take in one batch; returns the warnings that it gives, in order."""
        self.encoder.registers(batch.tables)
        touches = self.encoder.touches(batch.position, batch.tables)
        if not len(touches):
            return []
        state = self.state
        if state.began < 0:
            state.began = int(touches[0, 0])
        state.hold_entries(len(touches), int(touches[0, 0]))
        state.hold_pairs(len(touches))
        warnings: list[dict[str, Any]] = []
        fired = np.zeros((_CHUNK, 2), np.int64)
        vectors = np.zeros((_CHUNK, len(FEATURES)))
        begin = 0
        while begin < len(touches):
            begin, state.entries, signs = fire(
                touches, begin, state.entries, state.began, STORY_US, self._thresholds, self._kinds, self._layout,
                self._ratios, self._gates, self._weights, self._limits, self._needs, state.time, state.other,
                state.value, state.flags, state.previous, state.event, state.last, state.seen_in, state.touches,
                state.listed_from, state.listed_until, state.suspected, state.story_began, state.story_signs,
                state.story_rest, state.pair_key, state.pair_first, state.pairs, fired, vectors, self._stamp,
                state.followed,
            )  # fmt: skip
            for touch, of_touch in itertools.groupby(range(signs), key=lambda n: int(fired[n, 0])):
                found = [(int(fired[n, 1]), vectors[n].tolist()) for n in of_touch]
                warning = self._tell(touches[touch], found, batch)
                if warning is not None:
                    warnings.append(warning)
        return warnings

    def _tell(self, touch: Ints, found: list[tuple[int, list[float]]], batch: Batch) -> dict[str, Any] | None:
        """Put the signs of one touch to its subject's story; the warning, when the story now deserves a (more urgent) one."""
        now, subject, other, amount, event = (int(touch[column]) for column in (0, 1, 3, 4, 6))
        kind = INDICATORS[found[0][0]].kind
        story = self.stories.get((subject, kind))
        if story is None or now - story.began >= STORY_US:
            story = self.stories[subject, kind] = Story(now)
        for sign, vector in found:
            value, threshold = observed(sign, vector, amount)
            story.add(sign, value, threshold, self.subjects.names[other], event)
        sign, _ = min(found, key=lambda one: (INDICATORS[one[0]].level, -INDICATORS[one[0]].weight))
        level = graded(kind, story)
        if level is None or (story.level is not None and level >= story.level):
            return None
        story.level = level
        names, events = self.subjects, dict.fromkeys(story.events)
        return {
            "warning_id": warning_id(_event_id(event, batch), names.names[subject], sign),
            "issued_at": _rfc3339(now),
            "event_id": _event_id(event, batch),
            "subject": names.names[subject],
            "subject_kind": names.kinds[subject],
            "warning_kind": kind,
            "level": level,
            "score": story.score,
            "case_class": None,
            "reasons": story.reasons(),
            "related": story.related[:20],
            "features": {name: stood for one in found for name, stood in relevant(*one).items()},
            "versions": self.versions,
            "evidence": list(events)[-20:],
        }


def _needed_features() -> np.ndarray:
    needs = np.zeros((len(INDICATORS), len(layout())), np.bool_)
    for row, one in enumerate(INDICATORS):
        for name, _, _ in one.limits:
            feature = FEATURES[FEATURE_INDEX[name]]
            for part in (name, feature.of, feature.over):
                if part is not None and FEATURE_INDEX[part] < needs.shape[1]:
                    needs[row, FEATURE_INDEX[part]] = True
    return needs


def _event_id(reference: int, batch: Batch) -> str:
    table = EVENT_TABLES[(reference >> 24) & 0xF]
    return str(batch.tables[table][TABLES[table].key[-1]][reference & 0xFFFFFF])


def _rfc3339(instant_us: int) -> str:
    return datetime.fromtimestamp(instant_us / 1e6, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def text_judge(model: Path | None) -> Judge:
    """How message texts are judged: by the model in `model`, else by the word cues alone."""
    loaded = None if model is None else load_text_model(model)
    return lambda texts: judge_messages(texts, loaded).fraud


def work_through(log: SignalLog, outbox: Outbox, engine: Engine, until_position: int, after: int = 0) -> int:
    """Take the engine from batch `after` to `until_position`, putting warnings on disk batch by batch.

    A fresh engine starts at 0: it rebuilds its state from the log, and what it already told is not told twice.
    """
    while after < until_position:
        for batch in log.read(after, limit=8):
            warnings = engine.step(batch)
            if batch.position > outbox.position():
                outbox.commit(warnings, batch.position, engine.encoder.counts)
            after = batch.position
    return after


def run_engine(home: Home, stop: threading.Event) -> None:
    """Follow the home's log until `stop` is set."""
    log, outbox = SignalLog(home.log), Outbox(home.log)
    model = newest(home.models, "texts")
    engine = Engine(text_judge(model), {"texts": model.name if model else "cues"})
    position = 0
    while not stop.is_set():
        last = log.last_position()
        if last == position:
            stop.wait(0.2)
            continue
        position = work_through(log, outbox, engine, min(last, position + 64), position)


if __name__ == "__main__":
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    run_engine(find_home(), stopping)
    sys.exit(0)
