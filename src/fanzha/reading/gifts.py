"""What the other side gave to the victim, and what seems to be that and is a loan or the victim's own.

>>> given("她给我回过礼，还有一个", "的红包", paid_before=True)
'returned'
>>> given("问，还过没有。答，还了", "", paid_before=True), given("我给她发了一个", "的红包", paid_before=True)
('returned', None)
"""

from __future__ import annotations

import re

from fanzha.reading.around import PHRASE
from fanzha.reading.first_signs import compiled
from fanzha.vocabulary import load_data

_DATA = load_data("fanzha.reading", "gifts.yaml")
_BEFORE = compiled("|".join(f"(?:{one})" for one in _DATA["before"]))
_OWN_PEOPLE = compiled(_DATA["own_people"])
_RED_PACKET, _GIVEN_TO = compiled(_DATA["red_packet"]), compiled(_DATA["given_to"])
_TO_THE_VICTIM, _TO_THE_OTHER = compiled(_DATA["to_the_victim"]), compiled(_DATA["to_the_other"])
_ASKED, _WITHOUT, _EARNED = (compiled(_DATA[name]) for name in ("asked", "without", "earned"))
_ASKED_BACK, _GIVEN_BACK, _HELD_BACK = (compiled(_DATA[name]) for name in ("asked_back", "given_back", "held_back"))
_ARRIVED = compiled(_DATA["arrived"])
_BORROWED, _TAKEN_OUT, _BORROWED_AFTER = (compiled(_DATA[name]) for name in ("borrowed", "taken_out", "borrowed_after"))
AT_ONCE, RECEIVED = compiled(_DATA["at_once"]), compiled(_DATA["received"])
REACH = 60
"""Characters before a sum that may say who gave it; ours."""
LOAN_NAMED = 4


def given(left: str, right: str, *, paid_before: bool) -> str | None:
    """What the words before and after a sum tell of it, None when they tell neither: "returned" when it was given to the victim,
    "demand" and "sent" when the victim was to give it back and gave it back, "lost" for what is left after returns.

    `left`: the REACH characters before the sum, whatever stands there; `paid_before`: a payment was told before.
    """
    if _WITHOUT.search(left):
        return "lost"
    if _ASKED_BACK.search(left):
        return "demand"
    if _GIVEN_BACK.search(left):
        return "sent"
    gift = _BEFORE.search(left)
    if gift and not _OWN_PEOPLE.search(left[: gift.start()]):
        return "returned"
    if _GIVEN_TO.match(right) or _ASKED.search(left):
        return "returned"
    if not paid_before and _EARNED.search(left):
        return "returned"
    if _RED_PACKET.match(right):
        sentence = left[max(left.rfind(stop) for stop in "。\n！？") + 1 :]
        return "returned" if _last(_TO_THE_VICTIM, sentence) > _last(_TO_THE_OTHER, sentence) else None
    return None


def borrowed(left: str, right: str) -> bool:
    """Whether what was taken out was a loan: 把额度全部提出来，提了四万二."""
    taken = _TAKEN_OUT.search(left[-PHRASE:]) or _ARRIVED.match(right)
    return bool(_BORROWED_AFTER.match(right)) or bool(taken and _BORROWED.search(left))


def held_back(after: str) -> bool:
    """Whether what follows a sum that was taken out says that it never came: 提现9000元，显示审核中."""
    return bool(_HELD_BACK.match(after))


def is_a_loan(right: str) -> bool:
    """Whether the words at once after a sum call it a credit line: 八万额度."""
    return bool(_BORROWED.search(right[:LOAN_NAMED]))


def _last(words: re.Pattern[str], text: str) -> int:
    return max((found.end() for found in words.finditer(text)), default=-1)
