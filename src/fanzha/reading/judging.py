"""Is a message fraud, and of which class: by a trained model, or by word cues while there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fanzha.reading.text_model import TextModel
from fanzha.vocabulary import CASE_CLASSES, load_data, of_classes

_HERE = "fanzha.reading"
_ONE_CUE, _TWO_CUES = 0.4, 0.7


@dataclass(frozen=True)
class Judged:
    """Per text: `fraud`, the probability (0..1) that it is; `case_class`, its two-letter code or None."""

    fraud: NDArray[np.float64]
    case_class: list[str | None]


def label_is_fraud(label: str) -> bool:
    """Whether a label of a training set means fraud (labels.yaml)."""
    data = load_data(_HERE, "labels.yaml")
    return label not in data["benign"] and not label.startswith(tuple(data["benign_prefixes"]))


def judge_messages(texts: Sequence[str | None], model: TextModel | None) -> Judged:
    """Judge each text; an empty one is never fraud. Without a model the classes' `message_cues` decide."""
    fraud = np.zeros(len(texts))
    classes: list[str | None] = [None] * len(texts)
    written = [place for place, text in enumerate(texts) if text]
    if not written:
        return Judged(fraud, classes)
    if model is None:
        for place in written:
            fraud[place], classes[place] = _by_cues(str(texts[place]))
        return Judged(fraud, classes)
    shares = model.shares([str(texts[place]) for place in written])
    bad = np.array([label_is_fraud(label) for label in model.labels])
    fraud[written] = shares[:, bad].sum(axis=1)
    worst = np.where(bad, shares, -1.0).argmax(axis=1)
    for place, label in zip(written, worst, strict=True):
        code = model.labels[label]
        classes[place] = code if code in CASE_CLASSES else None
    return Judged(fraud, classes)


def _by_cues(text: str) -> tuple[float, str | None]:
    found = {code: sum(word in text for word in words) for code, words in of_classes("message_cues").items()}
    code = max(found, key=lambda one: found[one])
    if not found[code]:
        return 0.0, None
    return (_TWO_CUES if found[code] > 1 else _ONE_CUE), code
