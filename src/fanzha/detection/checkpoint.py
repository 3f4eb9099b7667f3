"""The engine's state on disk with the position of the log that it stands for, written atomically.

A checkpoint saves time and decides nothing: one that is missing, torn, garbled, made by other versions or of a longer log is passed over,
and the state is rebuilt from the log, with the same warnings.
"""

from __future__ import annotations

import io
import json
import logging
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import polars as pl

from fanzha import __version__, durable
from fanzha.detection.engine import Engine
from fanzha.detection.listings import Standing
from fanzha.detection.merging import STORY_US, Story
from fanzha.detection.pace import Pace
from fanzha.detection.scoring import COLUMNS
from fanzha.detection.watch import Watch
from fanzha.features import FEATURES, PAIR, VIEWS, Memory
from fanzha.model_files import BROKEN

_LOG = logging.getLogger(__name__)
_FIELDS = (COLUMNS, FEATURES, VIEWS, Memory._fields, PAIR, Watch._fields, Pace._fields, Standing._fields)
_MARK = f"{__version__} polars {pl.__version__} {crc32(repr(_FIELDS).encode()):08x}"
"""Ids are hashed by polars, so another version of it begins anew; features of other names or definitions, or other fields of the state do too."""


def path_of(log: Path) -> Path:
    """Where the checkpoint of a log lies."""
    return log.with_suffix(".state")


@dataclass(frozen=True)
class Taken:
    """What an engine remembered at one position, copied, so that it may go on while this is written."""

    arrays: dict[str, np.ndarray]
    told: str


def take(engine: Engine, position: int) -> Taken:
    """Copy everything that `engine` remembers after batch `position`; as much memory again until it is written."""
    encoder, now = engine.encoder, engine.encoder.admitted
    engine.stories = {who: story for who, story in engine.stories.items() if now - story.began < STORY_US}
    arrays: dict[str, Any] = {f"memory/{name}": array for name, array in engine.state.memory._asdict().items()}
    arrays |= {f"watch/{name}": array for name, array in engine.watch._asdict().items()}
    arrays |= {f"pace/{name}": array for name, array in engine.pace._asdict().items()}
    arrays |= {f"seen/{name}": array for name, array in encoder.seen.kept().items()}
    arrays |= {f"subjects/{name}": array for name, array in engine.subjects.kept().items()}
    arrays["listings/rows"] = encoder.listings.kept()
    told = {
        "mark": _MARK,
        "versions": engine.versions,
        "position": position,
        "began": engine.state.began,
        "admitted": now,
        "rank": encoder.rank,
        "counts": encoder.counts,
        "stories": [[*who, asdict(story)] for who, story in engine.stories.items()],
    }
    return Taken({name: np.array(array) for name, array in arrays.items()}, json.dumps(told))


def write(path: Path, taken: Taken) -> None:
    """Put what was taken on disk, whole or not at all."""
    part = path.with_name(path.name + ".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:
        for name, array in taken.arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)
        archive.writestr("told.json", taken.told)
    durable.put(part, path)


def restore(path: Path, engine: Engine, newest: int) -> int:
    """Take up what `path` holds; the position that it stands for, 0 when there is nothing that fits this engine and its log.

    `newest`: the position where the log ends. One that was restored from an older copy ends before its checkpoint.
    """
    if not path.exists():
        return 0
    try:
        with zipfile.ZipFile(path) as archive:
            told = json.loads(archive.read("told.json"))
            if told["mark"] != _MARK or told["versions"] != engine.versions:
                return 0
            if told["position"] > newest:
                said = "the log of %s ends at batch %d, before its checkpoint (%d): it is an older copy, and is gone through anew"
                _LOG.warning(said, path, newest, told["position"])
                return 0
            arrays = {
                name.removesuffix(".npy"): np.load(io.BytesIO(archive.read(name)), allow_pickle=False)
                for name in archive.namelist()
                if name.endswith(".npy")
            }
    except (*BROKEN, OSError):
        return 0

    def part(of: str) -> dict[str, Any]:
        return {name.removeprefix(f"{of}/"): array for name, array in arrays.items() if name.startswith(f"{of}/")}

    engine.state.memory = Memory(**part("memory"))
    engine.state.began = told["began"]
    engine.watch = Watch(**part("watch"))
    engine.pace = Pace(**part("pace"))
    engine.subjects.restore(part("subjects"))
    encoder = engine.encoder
    encoder.seen.restore(part("seen"))
    encoder.admitted, encoder.rank, encoder.counts = told["admitted"], told["rank"], told["counts"]
    encoder.listings.restore(part("listings")["rows"], encoder.admitted)
    engine.stories = {
        (subject, kind): Story(
            story["began"], {int(sign): told_of for sign, told_of in story["signs"].items()}, story["related"],
            story["events"], story["level"],
        )
        for subject, kind, story in told["stories"]
    }  # fmt: skip
    return int(told["position"])
