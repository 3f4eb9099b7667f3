"""Every indicator ships with a stream at which it fires and one so near to it at which it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from fanzha.detection.examples import document, fired
from fanzha.detection.indicator import INDICATORS

PLACES = [pytest.param(n, id=f"{one.id}-{n}") for n, one in enumerate(INDICATORS)]


@pytest.mark.parametrize("place", PLACES)
def test_it_fires_in_its_example_and_not_beside_it(place: int) -> None:
    assert place in fired(INDICATORS[place].fires)
    assert place not in fired(INDICATORS[place].silent)


def test_the_document_is_what_the_indicators_say() -> None:
    assert (Path(__file__).parents[2] / "docs" / "indicators.md").read_text(encoding="utf-8") == document()
