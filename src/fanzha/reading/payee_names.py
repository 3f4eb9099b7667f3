"""Names that may be an account's or a shop's that was paid, weighed: a second opinion on what the words of holders.py find.

Whatever has the form of a name is a candidate; facts (what stands before it and after it, how its clause speaks of money) have learned
weights (payee_names.yaml, by `bench/reading_names.py`), and that the words find it has a say of its own.

>>> payee_names("就转给了对面一个人，彭丽华，账号9999991234567890124，我没有告诉黄老师", [], {})
[(10, 13)]
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import repeat
from typing import NamedTuple

from fanzha.vocabulary import load_data

_NAMES = load_data("fanzha.reading", "surnames.yaml")
_FIRMS = load_data("fanzha.reading", "firms.yaml")
_DOUBLE = tuple(_NAMES["double"])
_SURNAMES = frozenset(_NAMES["single"] + _NAMES["masked"] + _NAMES["rare"])
_FIRST_OF_TWO = frozenset(each[0] for each in _DOUBLE)
_OPENING = re.compile(f"[{''.join(sorted(_SURNAMES | _FIRST_OF_TWO))}*]")
_NEVER = frozenset(_NAMES["never"])
_HAN = "[\u4e00-\u9fa5]"
_GIVEN = f"(?:(?!{'|'.join(_NAMES['after'])}|[{_NAMES['never']}]){_HAN})"
_SURNAME = f"(?:{'|'.join(_DOUBLE)}|[{''.join(sorted(_SURNAMES))}])"
_MASKED = re.compile(rf"{_SURNAME}{_GIVEN}?[某*×xX]{{1,2}}{_GIVEN}?|(?P<stars>\*{{1,3}}){_GIVEN}{{1,2}}")
_MASKS = frozenset("某*×xX")
_ENDS = "|".join(sorted([*_FIRMS["ends"], *_FIRMS["trades"]], key=len, reverse=True))
_FIRM_ENDS = re.compile(_ENDS)
_QUOTED = re.compile(r"“([^“”，。；:\n]{2,20})”")
_LATIN = re.compile(rf"[A-Z][A-Za-z*]{{1,14}}(?:(?: [A-Z*][A-Za-z*]{{0,14}}){{1,3}}|某{{1,2}}{_HAN}?)")
_FIGURES = re.compile(r"\d[\d.,:*-]*(?:[万千百]+\d*)?")
_LONG_NUMBER = 15
"""Signs from which on a number is an account's rather than a sum or a time; ours."""
_LEADS = frozenset("给到向是叫为的称名系至在往入款户由通过示，写“家个笔")
"""After what a firm's name may begin in a run of characters; ours."""
_LONGEST_FIRM = 24
_STOPS = "，。；！？\n"
_CLAUSE = 25
"""Characters of a clause, before a name and after it, that speak of it; ours."""
_WORDS = (
    "转", "汇", "打", "付", "存", "扫", "给", "到", "收款", "户名", "叫", "名字", "账户", "卡", "B", "N",
    "0", "微信", "支付宝", "显示", "商户", "对方", "老师", "客服", "电话", "加", "群", "自称", "受害人", "报警", "我",
)  # fmt: skip
_SAID = re.compile(rf"(?<=[叫写示么户名到(])(?:{_HAN}|[*]){{2,8}}?(?=[，。；、)”\n]|的|这|那|$)")
SAID, LABELLED = 3.0, 8.0
"""What it weighs for a name that words find it (of 1, 2, 3 and 4 the best where whole files were left out), and that they are a label
(户名:) right before it; ours."""
_LEAST = -0.5
"""What a name weighs at least that is taken for a payee's: a little less than nothing, since what belongs to no payment does less harm
than a payee who is missed; ours."""
_FAINT = -4.5
"""What the signs beside a name, and that words find it, weigh at least for its clause to be heard: less was taken in one of 500; ours."""


class Candidate(NamedTuple):
    """What has the form of a name at words[start:end] of a text in which figures and banks are a sign each."""

    start: int
    end: int
    form: str


class Names(NamedTuple):
    """The candidates of a text; `words` is the text with a sign for each bank and figure, `places` where each of its signs stands in the
    text, `said` are those that words find, with what that weighs."""

    words: str
    places: list[int]
    found: list[Candidate]
    said: dict[tuple[int, int], float]

    def name(self, one: Candidate) -> str:
        return self.words[one.start : one.end]


def names(folded: str, banks: Sequence[tuple[int, int]], said: Mapping[tuple[int, int], float]) -> Names:
    """What may be a payee's name in a folded text; `banks` are the places of its banks, `said` of what words find to be one, with what that
    weighs (SAID, LABELLED)."""
    words, places = _in_signs(folded, banks)
    found: dict[tuple[int, int], Candidate] = {}
    for one in _candidates(words):
        found.setdefault(one[:2], one)
    by_words = {(bisect_left(places, start), bisect_left(places, end)): say for (start, end), say in said.items()}
    for start, end in by_words:
        if start < end and (start, end) not in found and words[start:end] == folded[places[start] : places[end]]:
            found[start, end] = Candidate(start, end, "other")
    return Names(words, places, [*found.values()], by_words)


def payee_names(
    folded: str, banks: Sequence[tuple[int, int]], said: Mapping[tuple[int, int], float]
) -> list[tuple[int, int]]:
    """Where the likely names of payees stand in a folded text, none over another; `banks` and `said` as in `names`."""
    told = names(folded, banks, said)
    weigh = weights()
    worth = {}
    for one in told.found:
        near = _worth(beside(told.words, one), weigh)
        if near + told.said.get(one[:2], 0.0) > _FAINT:
            worth[one] = near + _worth(of_the_clause(told.words, one), weigh)
    return [(told.places[one.start], told.places[one.end - 1] + 1) for one in likely(told, worth)]


def _worth(facts: Iterable[str], weigh: Mapping[str, float]) -> float:
    return sum(map(weigh.get, facts, repeat(0.0)))


def likely(told: Names, worth: Mapping[Candidate, float]) -> list[Candidate]:
    """The candidates that are likely names of payees by what each is `worth`, the likeliest first."""
    say = {one: weight + told.said.get(one[:2], 0.0) for one, weight in worth.items()}
    kept: list[Candidate] = []
    for one in sorted((one for one, weight in say.items() if weight > _LEAST), key=say.__getitem__, reverse=True):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return kept


@cache
def weights() -> Mapping[str, float]:
    """The learned weight of each fact; a fact without one says nothing."""
    return {str(fact): float(weight) for fact, weight in load_data("fanzha.reading", "payee_names.yaml").items()}


def _in_signs(folded: str, banks: Sequence[tuple[int, int]]) -> tuple[str, list[int]]:
    spans = [(start, end, "B") for start, end in banks]
    for one in _FIGURES.finditer(folded):
        spans.append((one.start(), one.end(), "N" if one.end() - one.start() >= _LONG_NUMBER else "0"))
    signs, places, at = [], [], 0
    for start, end, sign in sorted(spans):
        if start < at:
            continue
        signs += [folded[at:start], sign]
        places += [*range(at, start), start]
        at = end
    return "".join([*signs, folded[at:]]), [*places, *range(at, len(folded) + 1)]


def _candidates(words: str) -> Iterator[Candidate]:
    for one in _OPENING.finditer(words):
        at = one.start()
        if one.group() != "*":
            yield from _persons(words, at)
        elif words[at - 1 : at] != "*" and (masked := _MASKED.match(words, at)):
            yield Candidate(at, masked.end(), "masked")
    for one in _FIRM_ENDS.finditer(words):
        yield from _firms(words, *one.span())
    for one in _QUOTED.finditer(words):
        yield Candidate(*one.span(1), "quoted")
    for one in _SAID.finditer(words):
        yield Candidate(*one.span(), "said")
    for one in _LATIN.finditer(words):
        yield Candidate(*one.span(), "latin")


def _firms(words: str, at: int, end: int) -> Iterator[Candidate]:
    """The names that end with a firm's form, words[at:end]: from the first sign of its run, or from one after a word that leads to it."""
    while at > 0 and end - at < _LONGEST_FIRM and _in_a_name(words[at - 1]):
        at -= 1
        opens = at == 0 or words[at - 1] in _LEADS or not _in_a_name(words[at - 1])
        if opens and end - at > 3 and words[at] not in _LEADS:
            yield Candidate(at, end, "firm")


def _in_a_name(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fa5" or sign in "*×()"


def _persons(words: str, at: int) -> Iterator[Candidate]:
    """The names of one and of two characters after a surname, and one with a mask."""
    given = at + (2 if words[at] in _FIRST_OF_TWO and words.startswith(_DOUBLE, at) else 1)
    if not _MASKS.isdisjoint(words[given : given + 2]) and (masked := _MASKED.match(words, at)):
        yield Candidate(at, masked.end(), "masked")
        if words[masked.end() - 1] not in _MASKS and masked.end() - at > 2:
            yield Candidate(at, masked.end() - 1, "masked")
    if given == at + 1 and words[at] not in _SURNAMES:
        return
    for end in (given + 1, given + 2):
        sign = words[end - 1 : end]
        if not "\u4e00" <= sign <= "\u9fa5" or sign in _NEVER:
            return
        if end > given + 1 or _stands_apart(words, at, end):
            yield Candidate(at, end, f"person {end - given}")


def _stands_apart(words: str, start: int, end: int) -> bool:
    """Whether two characters may be a whole name: nothing else is in their run but what leads to a name, or what is a payee's."""
    before, after = words[start - 1 : start], words[end : end + 1]
    return (before in _LEADS or not "\u4e00" <= before <= "\u9fa5") and (
        after in "的账卡名" or not "\u4e00" <= after <= "\u9fa5"
    )


def beside(words: str, one: Candidate) -> list[str]:
    """What the form of a candidate, and the signs right before it and after it, say of it in a text in signs."""
    start, end, form = one
    kind = "person" if form.startswith("person") else form
    left, right = words[max(0, start - 4) : start], words[end : end + 4]
    last, following = left[-1:] or "^", right[:1] or "$"
    said = ["any", form, f"{kind} <{last}", f"{kind} {following}>", f"{kind} <{left[-2:]}<"]
    if form != kind:
        said.append(f"{form} {following}>")
    said += [f"<{left[-long:]}" for long in (1, 2, 3, 4) if long <= len(left)]
    said += [f"{right[:long]}>" for long in (1, 2, 3, 4) if long <= len(right)]
    return [*said, f"{last}<>{following}", *_inside(words, one, kind)]


def of_the_clause(words: str, one: Candidate) -> list[str]:
    """What the words around a candidate say of it, in its clause and in those beside that."""
    start, end, form = one
    kind = "person" if form.startswith("person") else form
    begin = max([words.rfind(stop, max(0, start - _CLAUSE), start) for stop in _STOPS]) + 1
    begin = begin or max(0, start - _CLAUSE)
    stops = [at for stop in _STOPS if (at := words.find(stop, end, end + _CLAUSE)) >= 0]
    close = min(stops, default=end + _CLAUSE)
    before, after = words[begin:start], words[end:close]
    said = ["words before" if before.strip("“ (") else "opens its clause"]
    for word in _WORDS:
        if word in before:
            said += [f"{word} before", f"{kind}, {word} before"]
        if word in after:
            said += [f"{word} after", f"{kind}, {word} after"]
    clause_before, clause_after = words[max(0, begin - 20) : begin], words[close : close + 20]
    said += [f"{word} in the clause before" for word in _WORDS if word in clause_before]
    return [*said, *(f"{word} in the clause after" for word in _WORDS if word in clause_after)]


def _inside(words: str, one: Candidate, kind: str) -> list[str]:
    name = words[one.start : one.end]
    said = [f"told {min(words.count(name), 3)} times, {kind}"]
    if kind == "person":
        said += [f"its {place} {sign}" for place, sign in enumerate(name[1:], 2)] + [f"its last {name[-1]}"]
    elif kind == "firm":
        said += [f"ends {name[-2:]}", "with a mask" if "某" in name else "without a mask"]
    elif kind in ("quoted", "said", "other"):
        said += [f"ends {name[-2:]}", f"ends {name[-1]}", f"long {min(len(name), 8)}"]
    return said
