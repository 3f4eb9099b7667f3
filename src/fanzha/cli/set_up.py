"""What a home needs before its first use: the default text model, trained on the simulated city's own messages."""

from __future__ import annotations

from fanzha import __version__
from fanzha.home import Home, find_home

CORPUS = 8000


def prepare_home(home: Home) -> None:
    """Make the home's folders and train the default models that it lacks; nothing is done twice."""
    home.models.mkdir(parents=True, exist_ok=True)
    default = home.models / "texts-default.model"
    if default.exists():
        return
    from fanzha.reading import held_out_metrics, train_text_model
    from fanzha.simulation import message_corpus

    corpus = message_corpus(seed=1, size=CORPUS)
    texts, labels = corpus["text"].to_list(), corpus["label"].to_list()
    card = {
        "data": "messages of the simulated city (synthetic)",
        "fanzha": __version__,
        "metrics": held_out_metrics(texts, labels),
    }
    train_text_model(texts, labels, card).save(default)


if __name__ == "__main__":
    prepare_home(find_home())
