"""How good a text model is on texts it has not seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.metrics import accuracy_score, f1_score
from sklearn.model_selection import train_test_split

from fanzha.reading.text_model import train_text_model

HELD_OUT = 0.2


def held_out_metrics(texts: Sequence[str], labels: Sequence[str]) -> dict[str, float]:
    """Accuracy, macro-F1 and weighted F1 on a stratified fifth (seeded); a text never stands on both sides."""
    first = {text: place for place, text in reversed(list(enumerate(texts)))}
    places = np.array(sorted(first.values()))
    of = np.array(labels, dtype=object)[places]
    rare = {label for label in set(of) if (of == label).sum() < 2}
    keep = np.array([label not in rare for label in of])
    train, test = train_test_split(places[keep], test_size=HELD_OUT, random_state=0, stratify=of[keep].astype(str))
    model = train_text_model([texts[place] for place in train], [labels[place] for place in train])
    found, _ = model.predict([texts[place] for place in test])
    truth = [labels[place] for place in test]
    return {
        "train": float(len(train)),
        "test": float(len(test)),
        "accuracy": float(accuracy_score(truth, found)),
        "macro_f1": float(f1_score(truth, found, average="macro")),
        "weighted_f1": float(f1_score(truth, found, average="weighted")),
    }
