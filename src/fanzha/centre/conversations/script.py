"""A guided conversation: its words, questions and answers.

A script (scripts/, one file a class) has the `story` of the fraud, `questions` with their answers, the class's own words for
`situations`, and what to do `now`. An answer goes on (`then`) to a question or an end, and may raise (`raises`) a situation.
What every conversation begins and ends with is in frame.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from fanzha.vocabulary import CASE_CLASSES, OTHER_CLASS, Text

GENERAL = "general"
WITH_SCRIPT = tuple(code for code, one in CASE_CLASSES.items() if code != OTHER_CLASS and not one.register_only)
NEEDED = (
    "on_the_line", "disbelieves", "ashamed", "told_to_lie", "another_language", "minor", "self_harm", "paid", "second_fraud",
)  # fmt: skip
"""Situations that no set of words may lack."""
KEYS = "qwetyu"
"""Keys of the answers to the question at hand, left hand on the keyboard; those of contacts are others."""
FOLLOWS = (None, "immediate", "paid")
TELLS = (None, "all", "phone")
REVIEWERS = {
    "author": Text("仅由起草人核对", "its author alone"),
    "shift_lead": Text("劝阻班长", "the shift leader"),
    "psychologist": Text("心理专家", "a psychologist"),
    "police": Text("刑侦部门", "the criminal police"),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """One possible answer: its code is the label. `tells`: what may be said from here on (all, phone; None changes nothing)."""

    code: str
    name: Text
    then: str
    raises: str | None
    tells: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask, and the answers by their codes."""

    id: str
    ask: Text
    replies: dict[str, Reply]


@dataclass(frozen=True, slots=True)
class Situation:
    """What may come up at any moment: what to say, what to do, and what follows (one of FOLLOWS)."""

    code: str
    name: Text
    say: Text
    do: Text
    then: str | None


@dataclass(frozen=True, slots=True)
class Script:
    """The whole conversation of one class, frame included. `by`, `on`: who reviewed it and when."""

    case_class: str
    by: Text
    on: date
    since: date
    source: str
    opening: Text
    assurance: Text
    story: Text
    first: str
    questions: dict[str, Question]
    situations: dict[str, Situation]
    ends: dict[str, Text]
    now: tuple[Text, ...]
