"""The closed lists of a reading, by code, in both languages (words.yaml): ways in, ways of payment, forms of hand-over."""

from __future__ import annotations

from fanzha.vocabulary import Text, load_data, text_from

_WORDS = load_data("fanzha.reading", "words.yaml")


def _list(name: str) -> dict[str, Text]:
    return {code: text_from(told) for code, told in _WORDS[name].items()}


LURES = _list("lures")
"""Way in (`lure_channel`)."""
PAID_BY = _list("channels")
"""By which way a payment went: the contract's payment channels, and ours."""
HANDOVERS = _list("forms")
"""Form of hand-over; domain page 2.3."""
