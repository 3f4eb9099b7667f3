"""How stories of a class are told, learned from short narratives that we made up (vocabulary/case_classes, `told`).

A linear model over character n-grams, trained when first asked for: it takes a quarter of a second.

>>> max(shares("对方称贷款需先交解冻费").items(), key=lambda one: one[1])[0]
'AA'
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np

from fanzha.reading.folding import fold
from fanzha.reading.ngrams import buckets
from fanzha.reading.text_model import TextModel, train_text_model
from fanzha.vocabulary import of_classes

_WORD = re.compile(r"[\u4e00-\u9fa5]{2,}")
_SHOWN = 4


@cache
def _model() -> TextModel:
    pairs = [(fold(text), code) for code, one in of_classes("narrative").items() for text in one["told"]]
    return train_text_model([text for text, _ in pairs], [code for _, code in pairs])


def shares(folded: str) -> dict[str, float]:
    """The share (0..1, summing to 1) of each class in what the model makes of a folded text."""
    model = _model()
    return dict(zip(model.labels, map(float, model.shares([folded])[0]), strict=True))


def deciding_words(folded: str, code: str) -> list[tuple[int, int]]:
    """Places of the words of a text that speak most for a class by the model, the weightiest first."""
    model = _model()
    places: dict[str, int] = {}
    for run in _WORD.finditer(folded):
        for size in (2, 3, 4):
            for at in range(run.start(), run.end() - size + 1):
                places.setdefault(folded[at : at + size], at)
    if not places:
        return []
    grams = list(places)
    slots = model.slots[buckets(grams)]
    worth = np.where(slots >= 0, model.coefficients[slots, model.labels.index(code)] * model.weights[slots], 0.0)
    chosen: list[tuple[int, int]] = []
    for best in np.argsort(-worth, kind="stable"):
        start, end = places[grams[best]], places[grams[best]] + len(grams[best])
        if worth[best] <= 0 or len(chosen) == _SHOWN:
            break
        if not any(first < end and start < last for first, last in chosen):
            chosen.append((start, end))
    return chosen
