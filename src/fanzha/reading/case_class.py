"""The class of fraud that a narrative tells of, with the words that decided.

Weighed words, the later the weightier, because the last decisive story decides; beside them, with an equal say, what a
model learned from short narratives. Words can be read and changed; the model knows turns of phrase that no word tells.

>>> found = case_class("对方称可办理无抵押贷款，让其缴纳解冻费后失联。")
>>> found.code, found.because[0]
('AA', '解冻费')
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from fanzha.reading.class_model import deciding_words, shares
from fanzha.reading.first_signs import compiled
from fanzha.reading.word_search import WordSearch
from fanzha.vocabulary import OTHER_CLASS, load_data, of_classes

LEAST = 5.0
"""Evidence below which no class is suggested but "other"; ours, the weight of one decisive word."""
_SURE = 0.45
"""Share of the model that suggests a class when words do not; ours."""
_LATER = 0.5
"""How much more a word weighs at the end of a narrative than at its beginning; ours."""
_NAMED = 25.0
"""Weight of a class that the summary names outright; ours, more than a story's words usually bring together."""
_AGAIN = 0.25
"""Weight of a word that stands there again; ours."""
_LED = 0.45
"""What remains of the evidence for a way in once the story it led to is told; ours."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`confidence` (0..1) is the share of this class in all evidence, words and model together (of AL for want of
    evidence: what the nearest class lacks); `because` are words of
    the text, the weightiest first; `spans` their places."""

    code: str
    confidence: float
    because: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]


def case_class(folded: str) -> Suggestion:
    """The class that a folded text suggests: one of those with a `narrative` in their file, else OTHER_CLASS."""
    evidence = _evidence(_without(folded), folded)
    for code, start, end in _outright(folded):
        evidence[code].append((_NAMED, start, end))
    scores = {code: sum(weight for weight, _, _ in found) for code, found in evidence.items()}
    decisive = {code: sum(1 for weight, _, _ in found if weight >= LEAST) for code, found in evidence.items()}
    learned = shares(folded)
    for code, one in of_classes("narrative").items():
        led = one.get("leads_to", {"after": 0, "to": []})
        if any(decisive[story] >= led["after"] and scores[story] > _LED * scores[code] for story in led["to"]):
            scores[code] *= _LED
            learned[code] *= _LED
    whole = sum(scores.values()) + LEAST
    joint = {code: scores[code] / whole + learned[code] for code in scores}
    best = min(joint, key=lambda code: (-joint[code], code))
    sure = joint[best] / sum(joint.values())
    if max(scores.values()) < LEAST and learned[best] < _SURE:
        best, sure = OTHER_CLASS, max(1 - sure, joint[OTHER_CLASS] / sum(joint.values()))
    spans: dict[str, tuple[int, int]] = {}
    for _, start, end in sorted(evidence[best], key=lambda one: (-one[0], one[1])):
        spans.setdefault(folded[start:end], (start, end))
    if not spans and best != OTHER_CLASS:
        spans = {folded[start:end]: (start, end) for start, end in deciding_words(folded, best)}
    shown = list(spans.items())[:6]
    return Suggestion(best, round(sure, 3), tuple(word for word, _ in shown), tuple(place for _, place in shown))


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = load_data("fanzha.reading", "around_classes.yaml")
    return data


@cache
def _words() -> tuple[WordSearch, list[tuple[str, float]]]:
    """The expressions of all classes, and of which class and how weighty each is; of one class in the order of its file."""
    told = [
        (code, float(weight), word)
        for code, one in of_classes("narrative").items()
        for weight, words in one["words"].items()
        for word in words
    ]
    return WordSearch([word for _, _, word in told]), [(code, weight) for code, weight, _ in told]


@cache
def _left_out() -> re.Pattern[str]:
    return compiled("|".join(f"(?:{one})" for one in _data()["left_out"]))


def _without(folded: str) -> str:
    """The text with what others say blanked, so that places stay."""
    return _left_out().sub(lambda match: "\x00" * len(match.group()), folded)


def _evidence(kept: str, folded: str) -> dict[str, list[tuple[float, int, int]]]:
    """By class what its words in `kept` of a folded text weigh and where they stand; of words that overlap the weightier, then the one
    that begins first."""
    search, of = _words()
    met: dict[str, list[tuple[float, int, int, int]]] = {code: [] for code in of_classes("narrative")}
    for which, match in search.matches(kept, folded):
        code, weight = of[which]
        met[code].append((-weight, match.start(), which, match.end()))
    return {code: _worth(sorted(words), kept) for code, words in met.items()}


def _worth(words: list[tuple[float, int, int, int]], kept: str) -> list[tuple[float, int, int]]:
    found: list[tuple[float, int, int]] = []
    seen: set[str] = set()
    taken: list[tuple[int, int]] = []
    for minus, start, _, end in words:
        if start == end or any(first < end and start < last for first, last in taken):
            continue
        taken.append((start, end))
        worth = -minus * (1 + _LATER * start / len(kept))
        if kept[start:end] in seen:
            worth *= _AGAIN
        seen.add(kept[start:end])
        found.append((worth, start, end))
    return found


@cache
def _outright_words() -> tuple[re.Pattern[str], dict[str, re.Pattern[str]]]:
    told = of_classes("narrative")
    return re.compile(_data()["modus"]), {
        code: re.compile(one["named"]) for code, one in told.items() if "named" in one
    }


def _outright(folded: str) -> list[tuple[str, int, int]]:
    """Classes that a summary names after 作案手段 and the like; of several the last, which a way in does not precede."""
    modus, named = _outright_words()
    found: list[tuple[str, int, int]] = []
    for match in modus.finditer(folded):
        stop = re.search(r"[。；\n]|，[^，]{0,2}(?:非|不是)", folded[match.end() :])
        end = match.end() + min(stop.start() if stop else len(folded), 24)
        for code, words in named.items():
            for one in words.finditer(folded, match.end(), end):
                if not re.search(r"(?:非|不是|并非|以)[^，。]{0,4}\Z", folded[match.end() : one.start()]):
                    found.append((code, one.start(), one.end()))
    return found
