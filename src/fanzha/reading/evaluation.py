"""How good a text model is on texts it has not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fanzha.reading.text_model import train_text_model
from fanzha.refusal import Refusal

FOLDS = 5


def held_out_metrics(texts: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """Accuracy, macro-F1 and weighted F1 where each text is judged by a model of the four fifths that it is not in.

    Refusal where these never hold two labels.
    """
    truth, found = held_out_labels(texts, labels)
    if not truth:
        raise Refusal("expected more texts of at least two labels", code="labels.few")
    return {"texts": float(len(set(texts))), "judged": float(len(truth)), **label_metrics(truth, found)}


def held_out_labels(texts: Sequence[str], labels: Sequence[str]) -> tuple[list[str], list[str]]:
    """The true and the found label of every text, each found by a model of the four fifths that the text is not in.

    The fifths are dealt by a seeded shuffle, label by label; a text that stands twice counts once.
    """
    first = {text: place for place, text in reversed(list(enumerate(texts)))}
    places = np.random.default_rng(0).permutation(sorted(first.values()))
    of = np.array([str(labels[place]) for place in places])
    dealt = places[np.argsort(of, kind="stable")]
    fold = np.arange(len(dealt)) % FOLDS
    truth: list[str] = []
    found: list[str] = []
    for one in range(FOLDS):
        train, test = dealt[fold != one], dealt[fold == one]
        if not len(test) or len({labels[place] for place in train}) < 2:
            continue
        model = train_text_model([texts[place] for place in train], [labels[place] for place in train])
        found += model.predict([texts[place] for place in test])[0]
        truth += [labels[place] for place in test]
    return truth, found


def label_metrics(truth: Sequence[str], found: Sequence[str]) -> dict[str, float]:
    """Accuracy, macro-F1 and weighted F1."""
    from sklearn.metrics import accuracy_score, f1_score

    return {
        "accuracy": float(accuracy_score(truth, found)),
        "macro_f1": float(f1_score(truth, found, average="macro", zero_division=0.0)),
        "weighted_f1": float(f1_score(truth, found, average="weighted", zero_division=0.0)),
    }
