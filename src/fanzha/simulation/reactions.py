"""How people react to being contacted: reached or not, believing or not. The rates are data (reactions.yaml); chance is handed in.

>>> import numpy as np
>>> round(belief(Reacting(), "trust", "AD", 40, "call"), 2)
0.7
>>> contact(Reacting(), "call", False, np.random.default_rng(1))
'answered'
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fanzha.vocabulary import load_data, of_classes

RATES: dict[str, Any] = load_data("fanzha.simulation", "reactions.yaml")
CASES = ("low", "expected", "high")
GROUPS = ("reached", "on_the_line", "believes", "odds")
"""What can be set apart in a table of sensitivity; the keys of reactions.yaml."""
CHANNELS = tuple(RATES["reached"])
SPOKEN = ("call", "voice")
"""Channels that find the line busy while the fraudster holds it."""


@dataclass(frozen=True)
class Reacting:
    """Which of the three values each group of rates takes (one of CASES)."""

    reached: str = "expected"
    on_the_line: str = "expected"
    believes: str = "expected"
    odds: str = "expected"

    @classmethod
    def all(cls, case: str) -> Reacting:
        return cls(case, case, case, case)


def reach(rates: Reacting, channel: str, on_the_line: bool) -> float:
    """The probability that one attempt reaches the person. KeyError for an unknown channel."""
    share = float(RATES["reached"][channel][rates.reached])
    if on_the_line and channel in SPOKEN:
        share *= float(RATES["on_the_line"]["answers"][rates.on_the_line])
    return share


def contact(rates: Reacting, channel: str, on_the_line: bool, rng: np.random.Generator) -> str:
    """How one attempt goes: a code of vocabulary.CONTACTS."""
    if rng.random() < reach(rates, channel, on_the_line):
        return "answered"
    return "busy" if on_the_line and channel in SPOKEN else "rang_out"


def belief(rates: Reacting, stage: str, case_class: str, age: int, channel: str, earlier: int = 0) -> float:
    """The probability that a person who is reached stops. `stage`: of plans.STAGES; 1.0 where all is over.

    `earlier`: contacts before this one that did not convince.
    """
    if stage == "over":
        return 1.0
    share = float(RATES["believes"][stage][rates.believes])
    odds, of = share / (1 - share), RATES["odds"]
    odds *= of["channel"][channel][rates.odds]
    odds *= of_classes("simulated").get(case_class, {}).get("belief", {}).get(rates.odds, 1.0)
    odds *= next((band[rates.odds] for band in of["age"] if band["from"] <= age <= band["to"]), 1.0)
    odds *= of["again"][rates.odds] ** earlier
    return float(odds / (1 + odds))


def believes(
    rates: Reacting, stage: str, case_class: str, age: int, channel: str, earlier: int, rng: np.random.Generator
) -> bool:
    """Whether a person who is reached stops (`belief`)."""
    return bool(rng.random() < belief(rates, stage, case_class, age, channel, earlier))
