"""The classes of telecom and online fraud. One file a class (case_classes/XX.yaml) holds all that the whole house says of it; only the
guided conversation with a victim is a file of its own (centre/conversations/scripts/XX.yaml).

A file's sections, each read by the package that uses it (`of_classes`):

- `identifier`, `name`, `register_only`: what the class is called. Source: domain page 2.2 and 2.3 (the police's twelve classes, "other",
  sextortion; AN is for the register alone).
- `message_cues`: words that suggest it in a message while no model is trained (reading/judging.py). Source: domain page 13.7.
- `narrative` (reading/case_class.py): `words`, regular expressions by weight (5: the decisive story itself, 3: strong, 2: usual, 1: goes
  with it; weights ours); `named`, what a summary calls it outright; `leads_to`, the classes under whose story its own words count less,
  once `after` decisive words of theirs are told; `told`, short narratives from which a small model learns (reading/class_model.py). All of
  these are made up, by us: nobody and no case in them exists, and they are not the labelled narratives of tests/reading.
- `said_to_people`: one sentence that our messages say of it (centre/channels/texts.py). Nothing in it shames whoever reads it.
- `simulated`: how it happens in the simulated city (simulation/scams.py, ways.py). `share` of the cases in per cent: the press conference (domain
  page 14, 18-21). Ours: `way`, which story is told; `loss`, median yuan and sigma of the lognormal; `age` and `occupation` of who is sought
  out; `fetched`, the share where cash is fetched at last; `belief`, odds of believing us (simulation/reactions.yaml); `messages`, templates.

>>> CASE_CLASSES["AF"].name.en
'Fake police or authority'
>>> sorted(of_classes("narrative")["AF"])
['leads_to', 'named', 'told', 'words']
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from fanzha.vocabulary.texts import Text, load_data, text_from

_HERE = "fanzha.vocabulary"
_SECTIONS = {"identifier", "name", "register_only", "message_cues", "narrative", "said_to_people", "simulated"}
OTHER_CLASS = "AL"
"""The class of what fits no other."""


@dataclass(frozen=True, slots=True)
class CaseClass:
    """A class by its two-letter code; `register_only`: only the register knows it, no warning is of it."""

    code: str
    identifier: str
    name: Text
    register_only: bool


@cache
def _files() -> dict[str, dict[str, Any]]:
    found = {}
    for path in sorted(resources.files(_HERE).joinpath("case_classes").iterdir(), key=lambda one: one.name):
        told = load_data(_HERE, f"case_classes/{path.name}")
        unknown = set(told) - _SECTIONS
        if unknown or not {"identifier", "name"} <= set(told):
            said = f"{', '.join(sorted(unknown))} is no section" if unknown else "expected identifier and name"
            raise ValueError(f"vocabulary/case_classes/{path.name}: {said}; sections: {', '.join(sorted(_SECTIONS))}")
        found[path.name.removesuffix(".yaml")] = told
    return found


def of_classes(section: str) -> dict[str, Any]:
    """What the classes' files say under one of their sections, by code in order; classes without the section are left out."""
    return {code: told[section] for code, told in _files().items() if section in told}


CASE_CLASSES: dict[str, CaseClass] = {
    code: CaseClass(code, told["identifier"], text_from(told["name"]), told.get("register_only", False))
    for code, told in _files().items()
}
