"""The facts of a sum of money from which it is weighed whether it was paid or came back (paid.py).

They know nothing of the words that give it its role where it stands: the characters before and after it, who writes and what is answered,
how large it is, which other sums are equal to it (and what words say of those) or make it up.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from operator import add

from fanzha.reading.money_roles import ACCEPTED
from fanzha.reading.passages import Passage
from fanzha.reading.sums import NAME, TIME, Sum
from fanzha.reading.victim_names import victim_names

RETURNED = ("returned", "returned again")
_RUNS = re.compile(f"({TIME}|{NAME})\\1+")
_STOP = re.compile(r"[，；;。！？!?\n]|,(?!\d)")
_BEFORE, _FARTHER, _RIGHT, _AFTER = 24, 24, 16, 30
"""Characters of its clause before a sum, of what stands before that in its sentence, of its clause after it and of what follows; ours."""
_SOON = 60
"""Characters after a sum that may speak of it; ours."""
_SHORT = 6
"""Characters between two sums of one list, at most; ours."""
_SIZES = (1_000, 10_000, 50_000, 200_000, 1_000_000, 5_000_000, 20_000_000)
"""Steps of the size of a sum, in fen; ours."""
_MOST_PARTS = 24
"""Sums side by side that may make one up, at most; ours."""
_ANSWER = 24
"""Characters of an answer in a chat that may say that what was asked for is done; ours."""
_OURS = r"我们?|其(?!中|他|余|实)|本人|自己|报[警案]人|[受被]害人|事主"
_THEIRS = r"他们?|她|对方|骗子|客服|平台|商家|老师|导师|“[^”]{1,10}”|群主|女方|男方|系统|嫌疑人|主播|助理|经理|专员"
_GIVES = "转|发|打|汇|退|返|还|给|支付|付"
_TO = r"(?:给|向|往|退|返|还|转回|发给|退给|转给|打给|退还|返还|退回|回)(?:了|回|过)?"
_ONE_OF_US = "事主"
_BY_US = re.compile(rf"(?<![给向往让叫退返还])(?:{_OURS})(?!的)")
_BY_THEM = re.compile(rf"(?<![给向往让叫])(?:{_THEIRS})(?!的)")
_TO_US = re.compile(rf"{_TO}(?:{_OURS})[^，。；]{{0,10}}\Z|{_TO}(?:{_OURS})[^，。；]{{0,8}}(?:{_GIVES})")
_TO_THEM = re.compile(rf"{_TO}(?:{_THEIRS})")
_SHOWN = re.compile(r"\[[^\]]{0,8}(?:转账|红包|退款|收款)[^\]\d]{0,6}\]?\s?[:¥]?\s?\Z")
_TO_US_AFTER = re.compile(
    r"(?:元|块)?(?:钱)?[^，。；\d]{0,4}(?:[退返还转打发]|回)(?:给|过|回|到|还|了)*(?:我|其|本人)|(?:元|块)?(?:钱)?(?:也|都|已)?(?:是)?(?:真)?到(?:账|了)|(?:元|块)?(?:钱)?收到"
)
_NOT_KEPT = re.compile(r"[^，。；]{0,8}[，。]?(?:我|其)?(?:没|不|未)(?:要|收|到)")


def facts_of_sums(masked: str, found: Sequence[Sum], turns: Sequence[Passage]) -> list[set[str]]:
    """What speaks for each of the sums, in the order of the text, to be paid or returned."""
    beside = _beside(found)
    names = victim_names(masked) if found else set()
    facts = []
    for which, one in enumerate(found):
        said = {"any", *beside[which], *_standing(masked, found, which, turns[one.passage])}
        said.update(_words(masked, found, which, turns[one.passage], names))
        if turns[one.passage].speaker and not turns[one.passage].own:
            said.update(_answer(masked, found, one, turns))
        facts.append(said)
    return facts


def _beside(found: Sequence[Sum]) -> list[list[str]]:
    """How each sum goes with the others: equal, made up of them, a part of one."""
    fen = [one.amount.fen for one in found]
    most = max(fen, default=0)
    facts: list[list[str]] = [[] for _ in found]
    for which, own in enumerate(fen):
        said = facts[which]
        if fen.count(own) > 1:
            said += _alike([each for each in found[:which] if each.amount.fen == own], "before")
            said += _alike([each for each in reversed(found[which + 1 :]) if each.amount.fen == own], "after")
        if own == most:
            said.append("largest")
        for side, parts in (("before", range(which - 1, -1, -1)), ("after", range(which + 1, len(fen)))):
            if run := _run(own, parts[:_MOST_PARTS], fen):
                said.append(f"made up of those {side}")
                for each in run:
                    facts[each].append("part of a sum")
    return facts


def _alike(others: Sequence[Sum], side: str) -> list[str]:
    """What it says of a sum that equal ones are told on one side, the nearest last."""
    if not others:
        return []
    said = [f"told {side}", f"told {side} as {_kind(others[-1])}"]
    return [*said, f"paid {side}"] if any(each.role == "sent" for each in others) else said


def _kind(one: Sum) -> str:
    """What words say of a sum, roughly."""
    if one.role in RETURNED:
        return "returned"
    return "a total" if one.role in ("total", "lost") else "paid" if one.role == "sent" else "neither"


def _run(whole: int, parts: Sequence[int], fen: Sequence[int]) -> Sequence[int]:
    """The first of `parts` (places in `fen`) that together are `whole`, at least two."""
    reached = 0
    for count, each in enumerate(parts, 1):
        reached += fen[each]
        if reached >= whole:
            return parts[:count] if reached == whole and count > 1 else ()
    return ()


def _standing(masked: str, found: Sequence[Sum], which: int, passage: Passage) -> list[str]:
    """How a sum is written, who writes it, where in the text."""
    one = found[which]
    said = [
        "own turn" if passage.own else "other's turn" if passage.speaker else "prose",
        f"size {bisect_right(_SIZES, one.amount.fen)}",
        f"{min(len(found), 6)} sums",
        f"part {4 * one.amount.start // len(masked)}",
    ]
    if one.amount.bare:
        said.append("bare")
    if one.amount.fen % 10_000:
        said.append("not round")
    if not which:
        said.append("first")
    elif found[which - 1].passage == one.passage:
        said.append("after another")
    if which == len(found) - 1:
        said.append("last")
    if one.total:
        said.append("in all")
    if one.again:
        said.append("again")
    return said


def _words(masked: str, found: Sequence[Sum], which: int, passage: Passage, names: set[str]) -> list[str]:
    """The characters around a sum, not over another one."""
    start, end = found[which].amount.start, found[which].amount.end
    last = found[which - 1].amount.end if which else 0
    begin = max(passage.start, last if last <= start else 0)
    following = (found[each].amount.start for each in range(which + 1, len(found)))
    until = next((each for each in following if each >= end), len(masked))
    left, right = masked[max(begin, start - _SOON) : start], masked[end : min(until, passage.end)]
    stop = 0
    for each in _STOP.finditer(left):
        stop = each.end()
    near, far = _short(left[stop:]), _short(left[:stop])
    after = _STOP.search(right)
    close = _short(right[: after.start()] if after else right)
    follows = _short(masked[end : min(until, end + _SOON)])[len(close) :]
    said = []
    if start - begin < _SHORT and begin > passage.start:
        said.append(f"from the last {_short(left)}")
    if len(right) < _SHORT and until < passage.end:
        said.append(f"to the next {_short(right)}")
    for size in (1, 2, 3):
        said.append(f"<{near[-size:]}" if len(near) >= size else f"<^{near}")
        said.append(f">{close[:size]}" if len(close) >= size else f">{close}$")
    said += _direction(near, far, right, names)
    near, far, close, follows = near[-_BEFORE:], far[-_FARTHER:], close[:_RIGHT], follows[:_AFTER]
    for place, words in (("before", near), ("farther", far), ("right", close), ("after", follows)):
        mark = place[0]
        said += [mark + pair for pair in map(add, words, words[1:])]
        if TIME in words:
            said.append(f"time {place}")
        if NAME in words:
            said.append(f"name {place}")
    return said


def _direction(near: str, far: str, right: str, names: set[str]) -> list[str]:
    """Who gives to whom by the words around a sum: the subject of its clause, or of the one before, and who is given to."""
    for name in names:  # the victim's side, whoever of it
        near, far = near.replace(name, _ONE_OF_US), far.replace(name, _ONE_OF_US)
    subject = _last(_BY_US, near), _last(_BY_THEM, near)
    where = ""
    if subject == (-1, -1):
        subject, where = (_last(_BY_US, far), _last(_BY_THEM, far)), " before"
    giver = "nobody" if subject == (-1, -1) else "us" if subject[0] > subject[1] else "them"
    goes = "to us" if _TO_US.search(near) else "to them" if _TO_THEM.search(near) else "to nobody"
    said = [f"by {giver}{where}", goes, f"by {giver}{where} {goes}"]
    if _TO_US_AFTER.match(right):
        said += ["came after", f"came after, by {giver}"]
    if _NOT_KEPT.match(right):
        said.append("not kept")
    if _SHOWN.search(near):
        said.append("shown")
    return said


def _last(pattern: re.Pattern[str], words: str) -> int:
    return max((found.end() for found in pattern.finditer(words)), default=-1)


def _answer(masked: str, found: Sequence[Sum], one: Sum, turns: Sequence[Passage]) -> list[str]:
    """What the victim writes next, after the other side wrote a sum."""
    turn = turns[one.passage].turn
    answer = next((each for each in turns[one.passage + 1 :] if each.own and each.turn != turn), None)
    if answer is None:
        return ["no answer"]
    words = _short(masked[answer.start : answer.end])[:_ANSWER]
    between = sum(one.amount.end <= each.amount.start < answer.start for each in found)
    inside = [each.amount.fen for each in found if answer.start <= each.amount.start < answer.end]
    said = [f"answer after {min(between, 2)} sums", *(f"t{words[at : at + 2]}" for at in range(len(words) - 1))]
    if ACCEPTED.search(words):
        said.append("answer: done")
    if inside:
        said.append("answer has it" if one.amount.fen in inside else "answer has another")
    return said


def _short(words: str) -> str:
    """A text in which each time and each identifier is one sign."""
    return _RUNS.sub(r"\1", words) if TIME in words or NAME in words else words
