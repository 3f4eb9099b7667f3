"""When each payment may have been made, with what speaks for it: the times of a narrative, told before, after and beside it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from fanzha.reading.around import left_of
from fanzha.reading.belonging import Kind, Mention, Standing, State, best, facts, kind, weights
from fanzha.reading.calendar_words import TODAY
from fanzha.reading.payment_layout import Layout
from fanzha.reading.time_lists import turns_in_lists
from fanzha.reading.times import SAME_DAY, Moment, When
from fanzha.reading.turn_stamps import Stamps, stamps
from fanzha.reading.word_search import WordSearch
from fanzha.vocabulary import load_data

_WORDS: dict[str, str] = load_data("fanzha.reading", "payment_time_words.yaml")
_NAMES = [*_WORDS]
_SEARCH = WordSearch([*_WORDS.values()])
_STOP = re.compile("[，。；！？!?\n]")
_BRACKET = re.compile(r"[元块钱整了]{0,2}\s?\(\s?")
_OF_ALL_BEFORE = re.compile("[都均全]|以上|这些|时间")
_OF_ALL_AFTER = re.compile("(?:左右|许)?的(?:事|时候)|发生的")
_NOT_AT = re.compile("起|开始|以来|之?前|截止")
_UNTIL = re.compile(r"到\Z|截[至止]\Z|约[好了]?\Z")
_RIGHT_BEFORE = 4
"""Characters between a time and the sum that is spoken of again with it; ours."""


@dataclass(frozen=True, slots=True)
class Times:
    """The times that payments may have been made at: `moments` with a day, as mentions (`told`), in whose heads of turns they stand
    (`stamps`), by time and payment what their places in lists say (`lists`); where words of payment_time_words.yaml
    stand (`words_at`) and their names (`words`), and where clauses end (`stops`); where sums stand that are told `again`, with the payment of each; the day of each clock (`days`), where no time is that day;
    when each time was (`whens`), and what its clause tells after it (`happens`)."""

    moments: list[Moment]
    told: Kind
    stamps: Stamps
    lists: dict[tuple[int, int], list[str]]
    words_at: list[int]
    words: list[str]
    stops: list[int]
    length: int
    again: list[tuple[int, int, int]]
    whens: list[When]
    days: list[When | None]
    happens: list[list[str]]

    def between(self, start: int, end: int) -> list[str]:
        """Which words stand in a part of the text."""
        at = self.words_at
        return [*dict.fromkeys(self.words[bisect_left(at, start) : bisect_left(at, end)])]

    def ends(self, at: int) -> tuple[int, int]:
        """Where the clause of a place ends, and the one after it."""
        place = bisect_left(self.stops, at)
        first, second = (self.stops[each] if each < len(self.stops) else self.length for each in (place, place + 1))
        return first, second


def payment_times(layout: Layout, moments: Sequence[Moment]) -> list[When | None]:
    """When each payment of a text was made, None where that is not told."""
    told = times_told(layout, moments)
    return best(layout, time_states(layout, told), weights("time", "payment_times.yaml"), time_steps(layout, told))


def times_told(layout: Layout, moments: Sequence[Moment]) -> Times:
    """The times that a text tells, for its payments."""
    dated = [one for one in moments if one.at]
    whens = [When(one.at.isoformat(), one.precision) for one in dated if one.at and one.precision]
    days = [When(f"{one.at[:10]}T00:00:00+08:00", "day") for one in whens]
    words = sorted((one.start(), which) for which, one in _SEARCH.matches(layout.folded))
    again = _again(layout)
    found = Times(
        moments=dated,
        told=kind(layout, []),
        stamps=stamps(layout, dated, again),
        lists=turns_in_lists(layout, dated),
        words_at=[at for at, _ in words],
        words=[_NAMES[which] for _, which in words],
        stops=[one.start() for one in _STOP.finditer(layout.folded)],
        length=len(layout.folded),
        again=again,
        whens=whens,
        days=[None if one in whens else one for one in days],
        happens=[],
    )
    found.happens.extend(found.between(one.end, found.ends(one.end)[0]) or ["nothing"] for one in dated)
    mentions = [
        Mention(one.start, one.end, when, tuple(_known(layout, found, number)))
        for number, (one, when) in enumerate(zip(dated, whens, strict=True))
    ]
    return replace(found, told=kind(layout, mentions))


def time_states(layout: Layout, told: Times) -> list[list[State]]:
    """When each payment may have been made."""
    states = []
    ends = [each.end for each in told.moments]
    for number, one in enumerate(layout.sent):
        own = _own(layout, told, number)
        before = bisect_left(ends, layout.places[number] + 1)
        none = ["none", f"none, its words have {own}", "none, in a chat" if one.chat else "none, no chat"]
        if not before:
            none.append("none, no time before")
        choices = [State(None, none)]
        for which, where in enumerate(told.told.standing):
            said = [*facts(layout, number, where, told.told), *told.lists.get((which, number), ())]
            said += told.stamps.facts(which, number)
            side = "before" if which < before else "after"
            of_all = [each for each in where.mention.facts if each in ("of all", "that was when")]
            said += [f"{each}, {side}, its words have {own}" for each in of_all]
            said.append(f"{side}, its words have {own}, {where.mention.facts[0]}")
            if "since or until" in where.mention.facts and where.clause == layout.told_in[number].clause:
                said.append("since or until, in its clause")
            said += (
                _before(layout, told, number, which, before) if which < before else _after(layout, told, number, which)
            )
            said += _told_again(layout, told, number, where)
            choices.append(State(where.mention.value, said, where.mention.facts))
            if day := told.days[which]:
                choices.append(State(day, [*_day_of(layout, number, side, own)]))
        states.append(choices)
    return states


def time_steps(layout: Layout, told: Times) -> list[tuple[str, ...]]:
    """What may say by payment that it was made when the one before it was, or later."""
    steps: list[tuple[str, ...]] = []
    for number, one in enumerate(layout.sent):
        own = f"its words have {_own(layout, told, number)}"
        same = number and one.passage == layout.sent[number - 1].passage
        steps.append(
            (own, "same passage" if same else "other passage", f"{layout.cues[number]}, {own}") if number else (own,)
        )
    return steps


def _own(layout: Layout, told: Times, number: int) -> str:
    """What kind of time stands among a payment's own words."""
    start, end = layout.words[number]
    kinds = {one.precision == "day" for one in told.moments if start <= one.start < end}
    return "no time" if not kinds else "days" if all(kinds) else "clocks"


def _known(layout: Layout, told: Times, which: int) -> Iterator[str]:
    """What holds of a time for any payment."""
    folded, one = layout.folded, told.moments[which]
    sort = "day" if one.precision == "day" else "clock"
    yield sort
    yield f"precision {one.precision}"
    yield f"{sort}, {'dated' if one.dated else 'undated'}"
    end, after = told.ends(one.end)
    happens = told.happens[which]
    word = folded[one.start : one.end]
    if word in TODAY or word in SAME_DAY:
        yield "today" if word in TODAY else "same day"
    elif told.stamps.under[which]:
        yield "another day under a stamp"
        yield f"another day under a stamp, {'sends' if 'sends' in happens else 'sends not'}"
    if end <= one.end:
        yield "ends its clause"
    for each in happens:
        yield f"{each} then"
        yield f"{each} then, {sort}"
    if "sends" not in happens:
        for each in told.between(end, after):
            yield f"{each} in the next clause"
    yield from (f"{each} first" for each in told.between(layout.opening(one.start), one.start))
    if _OF_ALL_BEFORE.search(folded, layout.opening(one.start), one.start):
        yield "of all"
    if _OF_ALL_AFTER.match(folded, one.end):
        yield "that was when"
    if _UNTIL.search(left_of(folded, one.start, 3)):
        yield "until"
    if _NOT_AT.match(folded, one.end):
        yield "since or until"
    yield from told.stamps.known(which)


def _day_of(layout: Layout, number: int, side: str, own: str) -> Iterator[str]:
    """What speaks for a payment to have been made on the day of a clock, at another hour."""
    yield "day of"
    yield f"day of, {side}"
    yield f"day of, {side}, {layout.cues[number]}"
    yield f"day of, {side}, its words have {own}"
    yield f"day of, {side}, {'first' if not number else 'later'} payment"


def _before(layout: Layout, told: Times, number: int, which: int, before: int) -> Iterator[str]:
    """What speaks for a time that stands before a payment, as the first `before` do."""
    one, place = told.moments[which], layout.places[number]
    sort = "day" if one.precision == "day" else "clock"
    sum_at = layout.sent[number].amount.start
    until = min(place, sum_at) if sum_at >= one.end else place
    if sort == "day":
        day, nearer = told.whens[which].at[:10], told.whens[which + 1 : before]
        if any(each.precision != "day" and each.at[:10] == day for each in nearer):
            yield "its clock between"
        elif any(each.at[:10] != day for each in nearer):
            yield "another day between"
    happens = told.between(one.end, until)
    yield from (f"{each} between" for each in happens)
    if "sends" not in happens:
        yield "no sending between"
    yield f"{min(bisect_left(told.stops, until) - bisect_left(told.stops, one.end), 4)} stops between"
    joined = number and layout.places[number - 1] > one.start
    yield f"{'a' if joined else 'no'} payment between, {layout.cues[number]}, {sort}"


def _after(layout: Layout, told: Times, number: int, which: int) -> Iterator[str]:
    """What speaks for a time that stands after a payment."""
    one, sent = told.moments[which], layout.sent[number]
    since = max(sent.told.end, sent.amount.end)
    following = layout.places[number + 1] if number + 1 < len(layout.places) else len(layout.folded)
    end, _ = told.ends(one.end)
    yield f"{min(max(bisect_left(told.stops, one.end) - bisect_left(told.stops, since), 0), 4)} stops after"
    if "takes out" in told.between(layout.opening(sent.amount.start), told.ends(sent.amount.end)[0]):
        yield from (f"taken out before, {each} then" for each in told.happens[which])
    if following < one.start:
        yield "the next payment between"
    elif following <= end:
        yield "the next payment in its clause"
    if _BRACKET.fullmatch(layout.folded, sent.amount.end, one.start):
        yield "in brackets after"
    yield "after, ends its clause" if end - one.end <= 2 else "after, its clause goes on"


def _again(layout: Layout) -> list[tuple[int, int, int]]:
    """Where sums stand that are told again, with the number of the payment of each."""
    found = []
    for one in layout.again:
        alike = [each for each, sent in enumerate(layout.sent) if sent.amount.fen == one.amount.fen]
        if alike:
            met = sum(
                each.amount.fen == one.amount.fen for each in layout.again if each.amount.start < one.amount.start
            )
            found.append((one.amount.start, one.amount.end, alike[min(met, len(alike) - 1)]))
    return found


def _told_again(layout: Layout, told: Times, number: int, where: Standing) -> Iterator[str]:
    """What it says of a time that payments are spoken of again beside it: 8000是下午3点转的; 3点转的8000."""
    for start, end, of in told.again:
        if layout.clause(start) == where.clause:
            side = "after" if where.mention.start >= end else "before"
            yield f"{'its' if of == number else 'another'} sum again in its clause, {side}"
    for each in layout.references:
        if 0 <= each.start - where.mention.end <= _RIGHT_BEFORE:
            yield f"right before {'its' if number in each.of else 'another'} sum again"
