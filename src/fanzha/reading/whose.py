"""Whose an identifier is, weighed: who is named before it, what is done with it, what follows, where in the narrative it stands.

Each fact has a weight for either side and for neither (whose.yaml, learned by `bench/reading_sides.py`); the side with the largest
sum is taken. The words are data (whose_words.yaml).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from fanzha.reading.messengers import Messenger
from fanzha.reading.owners import owner, sentence_before
from fanzha.reading.party import Party
from fanzha.reading.passages import Passage
from fanzha.reading.phones import Phone
from fanzha.reading.sides import SENTENCE_END, Side, asked_for, its_own, told_side
from fanzha.reading.victim_names import victim_names
from fanzha.vocabulary import load_data

SIDES: tuple[Side, ...] = ("victim", "suspect", "unknown")
_LEFT, _RIGHT = 44, 30
"""Characters before and after an identifier that may say whose it is; ours."""
_CLOSE = 12
_NO_PERSON = ("诈骗", "骗子", "冒充", "假冒", "自称", "陌生", "“", "另", "校", "银行")
_WHOSE_KIN = re.compile(
    r"(?:他|她|对方|骗子|人家)的?(?:爸|妈|老公|老婆|丈夫|妻子|儿子|女儿|哥|姐|弟|妹|父亲|母亲|家里)"
)
_EARLIER = 90
"""Characters before a number in which somebody is named whom he or she stands for; ours."""
_STEPS = (1, 4, 9, 18)
_PARTS = (0.15, 0.4, 0.7, 0.88)
_MOVES = re.compile(r"转|汇|付|打|→|向|至")
_SHORT = re.compile(r"CN:(?:1\d{2,4}|9\d{4,5})")


Facts = dict[str, list[list[str]]]
"""By the value of an identifier the facts of each of its mentions."""


@dataclass(frozen=True, slots=True)
class Place:
    """An identifier at folded[start:end], the `number`-th of `of` of its kind (from 0)."""

    start: int
    end: int
    number: int
    of: int


def whose(kind: str, mentions: Sequence[Sequence[str]]) -> Side:
    """The side that the facts of all mentions of an identifier speak for; `kind` is number, im or account."""
    weights = _weights(kind)
    told = [weights[fact] for mention in telling(mentions) for fact in mention if fact in weights]
    sums = [sum(each[side] for each in told) for side in range(len(SIDES))]
    return SIDES[max(range(len(SIDES)), key=sums.__getitem__)]


def telling(mentions: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """The mentions that tell something: one where the text says that nobody knows counts only where all are so."""
    return [each for each in mentions if "told unknown" not in each] or mentions


@cache
def _weights(kind: str) -> dict[str, list[float]]:
    return {str(fact): list(map(float, told)) for fact, told in load_data("fanzha.reading", "whose.yaml")[kind].items()}


@cache
def _words(group: str) -> list[tuple[str, re.Pattern[str]]]:
    told = load_data("fanzha.reading", "whose_words.yaml")[group]
    return [(name, re.compile(words)) for name, words in told.items()]


def facts_of_numbers(folded: str, found: Sequence[Phone], turns: Sequence[Passage]) -> Facts:
    """The facts of telephone numbers, in order as they were found."""
    facts: Facts = {}
    for which, one in enumerate(found):
        place = Place(one.start, one.end, which, len(found))
        facts.setdefault(one.value, []).append(_of_a_number("number", folded, place, turns, _form(one.value)))
    return facts


def facts_of_messengers(folded: str, found: Sequence[Messenger], turns: Sequence[Passage]) -> Facts:
    """The facts of accounts of messengers, in order as they were found."""
    facts: Facts = {}
    for which, one in enumerate(found):
        place = Place(one.start, one.end, which, len(found))
        facts.setdefault(one.value, []).append(_of_a_number("im", folded, place, turns, one.kind))
    return facts


def facts_of_accounts(folded: str, found: Sequence[Party], turns: Sequence[Passage]) -> Facts:
    """The facts of those parties that have a number, in order as they were found."""
    told = [one for one in found if one.number and "number" in one.spans]
    facts: Facts = {}
    for which, one in enumerate(told):
        facts.setdefault(str(one.number), []).append(_of_an_account(folded, told, which, turns))
    return facts


def _of_a_number(kind: str, folded: str, place: Place, turns: Sequence[Passage], form: str) -> list[str]:
    left, right = _around(folded, place)
    named = _named(folded, left)
    said = [f"told {told_side(kind, folded, place.start, place.end)}", f"form {form}"]
    said += _who(left, right, named)
    if kind == "number":
        said += _owned(folded, place, left)
    last = named[-1][1] if named else "nobody"
    close = left[-_CLOSE:]
    for name, words in _words("before"):
        if words.search(close):
            said += [f"close {name}", f"close {name}, last {last}"]
        if words.search(left):
            said.append(f"before {name}")
    frame = next((name for name in ("phone", "paren") if f"close {name}" in said), "other")
    said += [f"frame {frame}", f"frame {frame}, last {last}"]
    for name, words in _words("after"):
        if words.search(right):
            said += [f"after {name}", f"after {name}, last {last}"]
    return [*said, *_standing(folded, place, turns)]


def _of_an_account(folded: str, found: Sequence[Party], which: int, turns: Sequence[Passage]) -> list[str]:
    one = found[which]
    start, end = one.spans["number"]
    place = Place(start, end, which, len(found))
    left, right = _around(folded, place, found[which - 1].spans["number"][1] if which else 0)
    said = [*_who(left, right, _named(folded, left))]
    before = [name for name, words in _words("account_before") if words.search(left)]
    after = [name for name, words in _words("account_after") if words.search(right)]
    said += [f"before {name}" for name in before] + [f"after {name}" for name in after]
    said += [f"{name} and {other}" for name in before for other in after]
    said.append(f"asked {_asked(folded, turns, start)}")
    label = ", label" if "label" in before else ""
    told = "".join(f" {field}" for field in ("holder", "bank") if field in one.spans)
    said += [f"told with{told}{label}", *(f"told {field} {field in one.spans}" for field in ("holder", "bank"))]
    said.append(f"{min(len({each.number for each in found}), 4)} accounts")
    said.append("once" if sum(each.number == one.number for each in found) == 1 else "again")
    if which:
        said += _between("from the one before", folded[found[which - 1].spans["number"][1] : start])
    if which + 1 < len(found):
        said += _between("to the next", folded[end : found[which + 1].spans["number"][0]])
    return [*said, *_standing(folded, place, turns)]


def _around(folded: str, place: Place, last: int = 0) -> tuple[str, str]:
    """The words of its sentence before and after an identifier; `last` is where the one before it ends, of which the words after
    it may yet speak (9999…是我的，)."""
    of_the_last = its_own(folded, last) if last else 0
    left = folded[max(of_the_last, place.start - _LEFT) : place.start]
    cut = max((stop.end() for stop in SENTENCE_END.finditer(left)), default=0)
    return left[cut:], SENTENCE_END.split(folded[place.end : place.end + _RIGHT])[0]


def _named(folded: str, left: str) -> list[tuple[int, str]]:
    """Who is named in words of a text, by where the word ends."""
    named = [(found.end(), role) for role, words in _words("roles") for found in words.finditer(left)]
    for name in _victims(folded):
        if (at := left.rfind(name)) >= 0:
            named.append((at + len(name), "victim's name"))
    return sorted(named)


@lru_cache(maxsize=1)
def _victims(folded: str) -> frozenset[str]:
    """The names of the victim's side, for all identifiers of one text."""
    return frozenset(victim_names(folded))


def _who(left: str, right: str, named: list[tuple[int, str]]) -> Iterator[str]:
    clause = max(left.rfind("，"), left.rfind("；")) + 1
    yield from sorted({f"named {role}" for _, role in named})
    yield from sorted({f"in its clause {role}" for at, role in named if at > clause})
    if named:
        at, role = named[-1]
        yield f"last {role}"
        yield f"last {role}, {bisect_right(_STEPS, len(left) - at - 1)}"
    else:
        yield "last nobody"
    if len(named) > 1:
        yield f"{named[-2][1]} before {named[-1][1]}"
    follows = [(found.start(), role) for role, words in _words("roles") if (found := words.search(right))]
    if follows:
        yield f"then {min(follows)[1]}"


def _owned(folded: str, place: Place, left: str) -> Iterator[str]:
    """Who is said to own a number, to have called with it or to have been called, and what is done by whom around it."""
    told = owner(sentence_before(folded, place.start, left))
    roles = _persons(folded, told.named)
    if told.first:
        roles = [role for role in roles if role not in ("self", "its")] or roles
    elif "real" in roles or ("bystander" in roles and roles[-1] != "manager"):
        roles.append("real" if "real" in roles else "bystander")  # 邻村覃某, whoever else is called so
    role = roles[0 if told.first else -1] if roles else "somebody" if told.relation == "owns" else "nobody"
    if "”" in told.named[-4:] or told.named.startswith("“"):
        role = "quoted"
    elif _WHOSE_KIN.search(told.named):
        role = f"their {role}"
    if role in ("he", "somebody"):
        earlier = folded[max(0, place.start - _EARLIER) : place.start - len(told.named)]
        if role == "somebody":
            name = told.named[-2:]
            at = folded.find(name)
            yield f"somebody named {min(folded.count(name), 4)}"
            earlier = folded[max(0, at - _CLOSE) : at + _CLOSE] if at < place.start - _CLOSE else ""
        met = [each for each in _persons(folded, earlier) if each not in ("he", "its", "self")]
        yield f"{role} is {met[-1] if met else 'nobody'}"
        if met:
            yield f"owner {met[-1]}"
            role = f"{role}, {met[-1]}"
    yield told.relation
    yield f"{told.relation} {role}"
    yield f"owner {role}"
    yield from sorted({f"{told.relation} has {each}" for each in roles})
    around = folded[max(0, place.start - _LEFT) : place.start] + "\x00" + folded[place.end : place.end + _LEFT]
    for name, words in _words("around"):
        if words.search(around):
            yield f"around {name}"
            yield f"around {name}, {told.relation} {role}"


def _persons(folded: str, words: str) -> list[str]:
    """The roles of those named in words, in order; of words that end together the longest (班主任 is no 主任)."""
    met: dict[int, tuple[int, str]] = {}
    for role, pattern in [*_words("roles"), *_words("owners")]:
        for found in pattern.finditer(words):
            if found.group() not in _NO_PERSON:
                met[found.end()] = max(met.get(found.end(), (0, "")), (found.end() - found.start(), role))
    for name in _victims(folded):
        if (at := words.rfind(name)) >= 0:
            met[at + len(name)] = (len(name), "victim's name")
    return [met[end][1] for end in sorted(met)]


def _standing(folded: str, place: Place, turns: Sequence[Passage]) -> Iterator[str]:
    """Where in the narrative it stands, and in whose turn."""
    yield "any"
    yield f"part {bisect_right(_PARTS, place.start / len(folded))}"
    yield f"number {min(place.number, 2)} of {min(place.of, 3)}"
    turn = next((each for each in turns if each.start <= place.start < each.end), None)
    if turn:
        yield "own turn" if turn.own else "other's turn" if turn.speaker else "prose"


def _between(name: str, words: str) -> Iterator[str]:
    near = not SENTENCE_END.search(words)
    yield f"{name}: {'same' if near else 'another'} sentence"
    if near and _MOVES.search(words):
        yield f"{name}: money goes"


def _asked(folded: str, turns: Sequence[Passage], start: int) -> Side:
    """Whose account the officer asks for whom the turn at `start` answers."""
    for number, one in enumerate(turns):
        if one.start <= start < one.end:
            question = [each for each in turns[:number] if each.turn == one.turn - 1 and each.asked]
            return asked_for("".join(folded[each.start : each.end] for each in question))
    return "unknown"


def _form(value: str) -> str:
    if not value.startswith(("CN:", "+86")):
        return "abroad"
    return "short" if _SHORT.fullmatch(value) else "landline" if value.startswith("+860") else "mobile"
