"""From a signal folder and its truth to detection models."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from fanzha.detection import DetectionModel, known_from, text_judge, train
from fanzha.evaluation.truth import TRUTH_TABLES, truth_table
from fanzha.signals import EVENT_TABLES, REGISTER_TABLES, SignalLog, read_folder, slices

_SLICE = 200_000


def train_from_folders(
    signals: Path, truth: Path, texts: Path | None, say: Callable[[str], None] = lambda _: None
) -> DetectionModel:
    """Read both folders and train. `texts`: the text model, None for the word cues. Raises Refusal when a table is missing."""
    told = {name: truth_table(truth, name) for name in TRUTH_TABLES}
    with tempfile.TemporaryDirectory() as folder:
        log = SignalLog(Path(folder) / "log.sqlite")
        tables = read_folder(signals, Path(folder) / "quarantine", (*EVENT_TABLES, *REGISTER_TABLES))
        people = tables["people"].height if "people" in tables else 0
        if not people and "numbers" in tables:
            people = tables["numbers"]["holder"].drop_nulls().n_unique()
        events = sum(tables[name].height for name in EVENT_TABLES if name in tables)
        for number, part in enumerate(slices(tables, _SLICE)):
            log.append(part, f"slice-{number:06d}")
        del tables
        about = {"data": signals.name, "events": events, "texts": texts.name if texts else "cues"}
        known = known_from({name: table for name, table in told.items() if not table.is_empty()})
        model = train(log, known, text_judge(texts), people, say, about)
        log.close()
    return model
