"""What a home needs before its first use: default models, trained on a simulated city."""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fanzha import __version__
from fanzha.cli import main
from fanzha.cli.help_words import LOCALE
from fanzha.cli.starting import check_home
from fanzha.home import Home, find_home
from fanzha.refusal import Refusal
from fanzha.side_by_side import side_by_side

if TYPE_CHECKING:
    from fanzha.detection import Lived, Models

CORPUS = 8000
_TEXTS = "texts-default.model"
PEOPLE, DAYS, INFLATION, ROWS = 6_000, 6, 700.0, 15_000
CITIES: tuple[tuple[int, int | None], ...] = ((1, None), (2, None), (3, 3), (4, 4), (5, 5), (6, 6), (7, 7), (8, 8))
"""Seed and habits of the cities that the default detection model learns from: small, with much fraud, and living differently, so
that it learns what they have in common. A set-up takes a few minutes with them."""


def prepare_home(home: Home) -> None:
    """Make the home's folders and the default text model, if they are not there or of an older version; a few seconds."""
    from fanzha.detection import Models

    home.models.mkdir(parents=True, exist_ok=True)
    texts = home.models / _TEXTS
    if not texts.exists() or _is_old(Models(texts=texts)):
        _train_texts(texts)


def check_models(home: Home) -> None:
    """Refusal when an engine would refuse the home's models; makes the default text model first where it is not there."""
    from fanzha.detection import choose

    prepare_home(home)
    choose(home.models).check()


def train_default_detection(home: Home) -> None:
    """Train the default detection model, if it is not there or of an older version; some minutes."""
    from fanzha.detection import Models

    path = home.models / "detection-default.model"
    if not path.exists() or _is_old(Models(detection=path)):
        _train_detection(path, home.models / _TEXTS)


def _is_old(models: Models) -> bool:
    try:
        models.check()
    except Refusal as refused:
        return refused.code in ("model.old", "model.features")
    return False


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
    from fanzha.detection import train

    with side_by_side(2) as pool:
        living = [pool.submit(_live, city, texts) for city in CITIES]
        lived = [one.result() for one in living]
    about = {"data": f"{len(CITIES)} simulated cities of {PEOPLE} people (synthetic)", "texts": texts.name}
    train(lived, about=about).save(path)


def _live(city: tuple[int, int | None], texts: Path) -> Lived:
    from fanzha.evaluation import lived_in
    from fanzha.simulation import simulate

    seed, habits = city
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder)
        list(simulate(where, PEOPLE, DAYS, seed, date(2026, 3, 2), INFLATION, habits))
        return lived_in(where / "signals", where / "truth", texts, ROWS)


def set_up() -> None:
    """What scripts/set-up calls: for "run" with the model that is trained for minutes, once the home was found fit for it."""
    from fanzha.centre.preparing import compile_texts

    home = find_home()
    check_home(home)
    compile_texts(LOCALE)
    prepare_home(home)
    if sys.argv[1:] == ["run"]:
        train_default_detection(home)


if __name__ == "__main__":
    main(set_up)
