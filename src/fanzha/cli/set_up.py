"""What a home needs before its first use: default models, trained on a simulated city."""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path

from fanzha import __version__
from fanzha.home import Home, find_home

CORPUS = 8000
_TEXTS = "texts-default.model"
PEOPLE, DAYS, SEED, INFLATION = 12_000, 7, 1, 800.0
"""The city that the default detection model learns from: small, and with much fraud, so that a set-up takes a minute or two."""


def prepare_home(home: Home) -> None:
    """Make the home's folders and the default text model, if they are not there; a few seconds."""
    home.models.mkdir(parents=True, exist_ok=True)
    texts = home.models / _TEXTS
    if not texts.exists():
        _train_texts(texts)


def train_default_detection(home: Home) -> None:
    """Train the default detection model, if it is not there; a minute or two."""
    path = home.models / "detection-default.model"
    if not path.exists():
        _train_detection(path, home.models / _TEXTS)


def _train_texts(path: Path) -> None:
    from fanzha.reading import held_out_metrics, train_text_model
    from fanzha.simulation import message_corpus

    corpus = message_corpus(seed=1, size=CORPUS)
    texts, labels = corpus["text"].to_list(), corpus["label"].to_list()
    card = {
        "data": "messages of the simulated city (synthetic)",
        "fanzha": __version__,
        "metrics": held_out_metrics(texts, labels),
    }
    train_text_model(texts, labels, card).save(path)


def _train_detection(path: Path, texts: Path) -> None:
    from fanzha.evaluation import train_from_folders
    from fanzha.simulation import simulate

    with tempfile.TemporaryDirectory() as folder:
        city = Path(folder)
        list(simulate(city, PEOPLE, DAYS, SEED, date(2026, 3, 2), INFLATION))
        train_from_folders(city / "signals", city / "truth", texts).save(path)


if __name__ == "__main__":
    prepare_home(find_home())
    if sys.argv[1:] == ["run"]:
        train_default_detection(find_home())
