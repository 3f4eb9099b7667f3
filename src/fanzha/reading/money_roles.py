"""What a sum of money is in its sentence: sent, returned, lost, a total, asked for, or none of these.

>>> role("其按对方要求向该账户转账", "", "到指定账户")
('sent', False)
>>> role("对方让其再转", "", "才能提现")
('demand', False)
>>> role("，共计损失", "", "")
('lost', True)
"""

from __future__ import annotations

import re

from fanzha.reading.around import CLOSE, PHRASE
from fanzha.reading.first_signs import compiled
from fanzha.reading.word_search import WordSearch
from fanzha.vocabulary import load_data

_DATA = load_data("fanzha.reading", "money_words.yaml")
KINDS = ("sent", "returned", "lost", "total", "demand", "refused", "virtual", "loan", "own")
_CUES = {kind: "|".join(f"(?:{one})" for one in _DATA[kind]) for kind in KINDS}
_SEARCH = WordSearch([*_CUES.values()])
_TOTAL = compiled(_CUES["total"])
_RIGHT = [(kind, re.compile(words)) for kind, words in _DATA["right"].items()]
_BECAUSE = compiled(_DATA["because_asked"])
_DONE = compiled(_DATA["executed"])
ACCEPTED = compiled(_DATA["accepted"])
AGAIN = compiled(_DATA["again"])
CAME = compiled(_DATA["came"])
PASSING = compiled(_DATA["passing"])
PROMISED = compiled(_DATA["promised"])
BACK_IN_ALL = compiled(_DATA["back_in_all"])
THEN = compiled(_DATA["then"])
STAKED_BEFORE, STAKED = re.compile(_DATA["staked_before"]), re.compile(_DATA["staked"])
EXACTLY = compiled(_DATA["exactly"])
AGAIN_AFTER = re.compile(_DATA["again_after"])
_NOT_RETURNED: list[tuple[str, re.Pattern[str] | None, re.Pattern[str] | None]] = [
    (one["is"], *(re.compile(one[side]) if one.get(side) else None for side in ("before", "after")))
    for one in _DATA["not_returned"]
]
_BARE = re.compile(r"[\x01\s:]*(?:一次|一笔|一回|(?:金额)?(?:分别)?(?:为|是|各)?)[\x01\s:]*")


def role(near: str, far: str, right: str) -> tuple[str | None, bool]:
    """What the sum between `near` and `right` is (one of KINDS, None when nothing says), and whether a total.

    `near` is its clause before it, `far` what stands before that in the sentence, `right` its clause after it; none
    of them reaches over another sum.
    """
    kind, is_total = _by_words(near, far, right)
    if kind == "returned":
        kind = next((other for other, left, after in _NOT_RETURNED if _says(left, near) and _says(after, right)), kind)
    return kind, is_total


def _says(words: re.Pattern[str] | None, text: str) -> bool:
    return words is None or bool(words.search(text))


def _by_words(near: str, far: str, right: str) -> tuple[str | None, bool]:
    is_total = sums_up(near)
    kind = _last(near)
    after = at_once(right)
    if after and not (after == "sent" and kind == "returned"):
        return ("demand" if after == "sent" and _asked(near) else after), is_total
    bare = bool(_BARE.fullmatch(near))
    if kind is None or not near.strip("共计一总合累是为约:") or (bare and _last(far[-PHRASE:]) == "returned"):
        before = _last(far if bare else far[-PHRASE:])
        if kind == "total":
            return ("sent" if before == "sent" else "total"), True
        if before == "sent" and _asked(far[-PHRASE:]):
            return "demand", is_total
        if before in ("lost", "sent") or (bare and before == "returned"):
            return before, is_total
        return None, is_total
    if kind == "total":
        before = _last(near, skip="total")
        kind = before if before in ("sent", "lost", "returned") else "total"
    if kind in ("sent", "returned") and _NOT.search(near[-CLOSE:]):
        return "refused", is_total
    if kind == "returned" and PROMISED.search(near):
        return "virtual", is_total
    if kind == "sent" and _asked(near):
        return "demand", is_total
    return kind, is_total


def sums_up(near: str) -> bool:
    """Whether words right before a sum say that it is several together."""
    return bool(_TOTAL.search(near[-CLOSE:]))


def at_once(right: str) -> str | None:
    """What the words at once after a sum say that it is."""
    return next((kind for kind, words in _RIGHT if words.match(right)), None)


def _last(text: str, skip: str = "") -> str | None:
    """The kind of cue that ends last in `text` (of those that end together the longest)."""
    best: tuple[int, int, str | None] = (0, 0, None)
    for which, found in _SEARCH.matches(text):
        if KINDS[which] != skip and found.end() > found.start() and (found.end(), -found.start()) > (best[0], -best[1]):
            best = (found.end(), found.start(), KINDS[which])
    return best[2]


_ASKED = compiled(_CUES["demand"])
_NOT = compiled(_CUES["refused"])


def _asked(text: str) -> bool:
    """Whether the last thing said before a verb of sending is that it was asked for, and not that it was done."""
    last: re.Match[str] | None = None
    for found in _ASKED.finditer(text):
        if last is None or found.end() > last.end():
            last = found
    if last is None or _BECAUSE.search(text[: last.start()]):
        return False
    return not _DONE.search(text, last.end())
