"""Which models a run works with, by file and content, so that a resumed run keeps them and a decision names them."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fanzha.detection.engine import Engine
from fanzha.detection.scoring import BUDGET, detection_file, load_detection_model
from fanzha.detection.touches import Judge
from fanzha.model_files import BROKEN, newest
from fanzha.reading import judge_messages, load_text_model
from fanzha.refusal import Refusal

KINDS = ("texts", "detection")


@dataclass(frozen=True)
class Models:
    """Files of a text model and a detection model; without them word cues judge texts, and the rules work alone."""

    texts: Path | None = None
    detection: Path | None = None
    budget: float = BUDGET

    def engine(self, collect: int = 0) -> Engine:
        """An engine at its beginning; `collect` as Engine has it."""
        model = None if self.detection is None else load_detection_model(self.detection)
        return Engine(text_judge(self.texts), self.versions(), model, self.budget, collect)

    def check(self) -> None:
        """Refusal when `engine` would refuse one of the files; sooner, and without building the trees."""
        if self.texts is not None:
            load_text_model(self.texts)
        if self.detection is not None:
            detection_file(self.detection)

    def versions(self) -> dict[str, str]:
        """What every warning is marked with: file names and the beginning of their contents' SHA-256."""
        named = {"texts": _named(self.texts, "cues")}
        if self.detection is not None:
            named |= {"detection": _named(self.detection, ""), "budget": f"{self.budget:g}"}
        return named

    def to_json(self) -> str:
        """Which models these are, for another process: absolute paths, the budget and the versions (`models_from` reads it)."""
        return json.dumps(
            {
                "texts": str(self.texts.resolve()) if self.texts else None,
                "detection": str(self.detection.resolve()) if self.detection else None,
                "budget": self.budget,
                "versions": self.versions(),
            }
        )


def models_from(text: str) -> Models:
    """The models that `to_json` wrote; Refusal when a file is gone or was changed since."""
    told = json.loads(text)
    paths = {kind: Path(told[kind]) if told[kind] else None for kind in KINDS}
    for path in paths.values():
        if path is not None and not path.exists():
            raise Refusal("the model that this run began with is not here", code="model.missing", where=str(path))
    models = Models(paths["texts"], paths["detection"], told["budget"])
    if models.versions() != told["versions"]:
        raise Refusal("a model was changed since this run began; begin in a new folder", code="model.changed")
    return models


def choose(folder: Path, given: Sequence[Path] = (), budget: float | None = None) -> Models:
    """The models given, and the newest of `folder` for each kind that none was given of.

    Raises Refusal for a budget without a detection model: it is by calibration that a budget becomes thresholds.
    """
    found = {kind: newest(folder, kind) for kind in KINDS}
    for path in given:
        found[_kind(path)] = path
    if budget is not None and found["detection"] is None:
        raise Refusal("a budget needs a trained model; make one with fanzha train", code="budget.model")
    return Models(found["texts"], found["detection"], BUDGET if budget is None else budget)


def text_judge(path: Path | None) -> Judge:
    """How message texts are judged: by the model in `path`, else by the word cues alone."""
    loaded = None if path is None else load_text_model(path)

    def judged(texts: list[str]) -> NDArray[np.float64]:
        return np.asarray(judge_messages(texts, loaded).fraud)

    return judged


def _kind(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            kind = json.loads(archive.read("card.json")).get("kind")
    except FileNotFoundError as missing:
        raise Refusal("no such model file", code="model.missing", where=str(path)) from missing
    except BROKEN as broken:
        raise Refusal("this is not a model file of fanzha", code="model.format", where=str(path)) from broken
    if kind not in KINDS:
        raise Refusal(
            f"expected a model of texts or detection, found one of {kind!r}", code="model.kind", where=str(path)
        )
    return str(kind)


def _named(path: Path | None, otherwise: str) -> str:
    return otherwise if path is None else f"{path.name}@{hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
