"""From a signal folder and its truth to detection models."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from fanzha.detection import MOST_ROWS, DetectionModel, Lived, collect, known_from, text_judge, train
from fanzha.evaluation.truth import TRUTH_TABLES, truth_table
from fanzha.signals import EVENT_TABLES, REGISTER_TABLES, SignalLog, read_folder, slices

_SLICE = 200_000


def lived_in(
    signals: Path, truth: Path, texts: Path | None, most: int = MOST_ROWS, quarantine: Path | None = None
) -> Lived:
    """What the two folders give to learn from, about `most` ordinary moments of each kind. `texts`: the text model, None for the word cues.

    `quarantine`: the folder for the refused rows, None where nobody asks for them. Refusal when a table is missing.
    """
    told = {name: truth_table(truth, name) for name in TRUTH_TABLES}
    known = known_from({name: table for name, table in told.items() if not table.is_empty()})
    with tempfile.TemporaryDirectory() as folder:
        log = SignalLog(Path(folder) / "log.sqlite")
        tables = read_folder(signals, quarantine, (*EVENT_TABLES, *REGISTER_TABLES))
        people = tables["people"]["person"].n_unique() if "people" in tables else 0
        for number, part in enumerate(slices(tables, _SLICE)):
            log.append(part, f"slice-{number:06d}")
        del tables
        lived = collect(log, known, text_judge(texts), people, most)
        log.close()
    return lived


def train_from_folders(
    signals: Path,
    truth: Path,
    texts: Path | None,
    say: Callable[[str], None] = lambda _: None,
    quarantine: Path | None = None,
) -> DetectionModel:
    """Read both folders and train, as lived_in reads them."""
    about = {"data": signals.name, "texts": texts.name if texts else "cues"}
    return train([lived_in(signals, truth, texts, quarantine=quarantine)], say, about)
