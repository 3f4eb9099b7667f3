"""Message texts of the simulated city, written from templates; also the corpus of the default text model."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from fanzha.vocabulary import load_data, of_classes

_SLOT = re.compile(r"\{(\w+)\}")
_DATA = load_data("fanzha.simulation", "message_texts.yaml")
_NUMBERS = {
    "code": (100_000, 999_999),
    "tail": (1000, 9999),
    "hour": (7, 21),
    "minute": (10, 59),
    "small": (20, 900),
    "large": (2000, 90_000),
}
_FRAUDS = of_classes("simulated")
FRAUD_CLASSES = tuple(sorted(_FRAUDS, key=lambda code: (-_FRAUDS[code]["share"], code)))
"""The classes that are simulated, the commonest first."""


def written(label: str, rng: np.random.Generator) -> str:
    """One text of a case class (a key of FRAUD_CLASSES) or of everyday life ("normal")."""
    templates = _DATA["normal"] if label == "normal" else _FRAUDS[label]["messages"]
    return _SLOT.sub(lambda slot: _filled(slot.group(1), rng), templates[rng.integers(len(templates))])


def _filled(slot: str, rng: np.random.Generator) -> str:
    if slot in _NUMBERS:
        return str(rng.integers(*_NUMBERS[slot]))
    words = _DATA["slots"][slot]
    return str(words[rng.integers(len(words))])


def message_corpus(seed: int, size: int) -> pl.DataFrame:
    """`size` texts with labels (`text, label`): half everyday ("normal"), half fraud by case class. All of it synthetic."""
    rng = np.random.default_rng(seed)
    labels = ["normal" if n % 2 else FRAUD_CLASSES[rng.integers(len(FRAUD_CLASSES))] for n in range(size)]
    return pl.DataFrame({"text": [written(label, rng) for label in labels], "label": labels})
