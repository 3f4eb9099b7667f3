"""When each payment of a narrative was made, by the times that stand around its sum."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from fanzha.reading.amounts import Amount
from fanzha.reading.around import CLOSE, left_of
from fanzha.reading.calendar_words import TODAY
from fanzha.reading.passages import Passage
from fanzha.reading.sums import Sum
from fanzha.reading.times import SAME_DAY, Moment

_ALONE = re.compile(r"[\s\[\]()-]*")
_OPENS = re.compile(r"[元块钱整]{0,2}\s?\(\s?")
_RUN = re.compile(r"[、和及,， ]{0,2}")
_LIST = re.compile(r"[\s、，,；;和及与/+元块]*")
_DONE_AT = re.compile(
    r"[\s，]{0,1}(?:我|其|他|她|就|便|又|也|再|才|左右|许|多|从[^。；]{0,40}?|用[^，。；]{0,12}?|在[^，。；]{0,12}?|[微信支付宝扫码]){0,5}(?:转|付|汇|交|给|充|打|存|扣|扫)"
)
_ALL_AT = re.compile(
    r"(?:都是|时间(?:就|都)?(?:是|为|在)?|发生在|日期(?:是|为)?|付款时间(?:为|是|:)?|转账时间(?:为|是|:)?)[:\s]{0,2}\Z"
)
_ALL_AT_AFTER = re.compile(r"(?:左右|许)?的(?:事|事情|时候)|发生的")
_THIS_WAS = re.compile(r"(?:^|[，。；\s嗯呃啊])[这那](?:个|次|笔|些)?(?:就|都)?是(?:在)?\Z")
_SINCE = re.compile(r"起|开始|以来")
_CLOSES = re.compile(r"(?:左右|许|多)?(?:[，。；、)\n]|\Z|转的|付的|给的)")
_NEAR = 60
"""Characters after a sum within which a time may be its own; ours."""
_GAP = 4
"""Characters between a time and the sum that is spoken of again with it; ours."""
_DAY = Moment(0, 0, None, None, False)
"""No time at all."""


def payment_times(
    folded: str, sent: list[Sum], moments: list[Moment], turns: list[Passage], again: list[Sum]
) -> list[Moment | None]:
    """The moment of each sent sum (in order of the text), None where none is told; `again` are sums that were told before."""
    usable = [
        one
        for one in moments
        if not _SINCE.match(folded, one.end) and not _written_under_a_stamp(folded, one, moments, turns)
    ]
    found = [_own(folded, place, sent, usable, turns) for place in range(len(sent))]
    _by_turns(folded, sent, usable, turns, found)
    _by_statement(folded, sent, usable, found)
    _by_list(folded, [one.amount for one in sent], usable, found)
    _told_after(folded, sent, usable, found)
    _told_again(sent, again, usable, found)
    _carried(folded, sent, usable, turns, found)
    return found


def _carried(
    folded: str, sent: list[Sum], moments: list[Moment], turns: list[Passage], found: list[Moment | None]
) -> None:
    """The day that the sentences before tell of a payment without a time: 二十八号他又打来。我就去柜台打了八千."""
    for place, one in enumerate(sent):
        earlier = [each for each in moments if each.end <= one.told.start]
        if found[place] or not earlier or earlier[-1].precision != "day" or one.chat:
            continue
        last = earlier[-1]
        if folded[last.start : last.end] not in TODAY and not any(
            each.start <= last.start < one.told.start < each.end for each in turns
        ):
            found[place] = last


def _told_after(folded: str, sent: list[Sum], moments: list[Moment], found: list[Moment | None]) -> None:
    """The day that is told right after payments without any: 体检费三百六，微信给的，这个是二月十七号."""
    for one in moments:
        if one.at is None or not _THIS_WAS.search(left_of(folded, one.start)):
            continue
        before = [place for place, each in enumerate(sent) if each.amount.end <= one.start]
        for place in reversed(before):
            if one.start - sent[place].amount.end > _NEAR or found[place] not in (None, one):
                break
            found[place] = one


def _written_under_a_stamp(folded: str, one: Moment, moments: list[Moment], turns: list[Passage]) -> bool:
    """Whether a day is written in a turn of a chat whose head has its time: it is that time which counts."""
    turn = next((each for each in turns if each.start <= one.start < each.end), None)
    said_then = folded[one.start : one.end] in {*TODAY, *SAME_DAY}
    if turn is None or not turn.speaker or one.precision != "day" or not said_then:
        return False
    return any(turn.head <= each.start < turn.start and each.precision != "day" for each in moments)


def _told_again(sent: list[Sum], again: list[Sum], moments: list[Moment], found: list[Moment | None]) -> None:
    """The time that stands before a sum that is spoken of again: 8000是下午3点转的."""
    for one in again:
        alike = (place for place, each in enumerate(sent) if each.amount.fen == one.amount.fen)
        place = next((each for each in alike if (found[each] or _DAY).precision in (None, "day")), None)
        near = [each for each in moments if each.at and 0 <= one.amount.start - each.end <= _GAP]
        if place is not None and near:
            found[place] = near[-1]


def _own(folded: str, place: int, sent: list[Sum], moments: list[Moment], turns: list[Passage]) -> Moment | None:
    one = sent[place]
    sentence = turns[one.passage]
    if one.told is not one.amount:
        sentence = next((each for each in turns if each.start <= one.told.start < each.end), sentence)
    inside = [each for each in moments if sentence.start < each.end <= sentence.end]
    following = sent[place + 1].amount.start if place + 1 < len(sent) else len(folded)
    later = next((each for each in inside if one.told.end <= each.start < following), None)
    said_then = later is not None and folded[later.start : later.end] in SAME_DAY
    if later and not said_then and _OPENS.fullmatch(folded[one.amount.end : later.start]):
        return later
    if later and following < sentence.end and not re.search("[，；。]", folded[later.end : following]):
        later = None  # it is the next sum's
    earlier = next((each for each in reversed(inside) if each.end <= one.told.start), None)
    if earlier is None:
        if later and later.start - one.told.end < _NEAR:
            return later
        return _stamp(folded, sentence, moments) if sentence.speaker else None
    if sentence.speaker and folded[earlier.start : earlier.end] in TODAY:
        return _stamp(folded, sentence, moments) or earlier  # 今天, in a turn that has its time
    between = [each for each in sent[:place] if earlier.end <= each.amount.start]
    run = _run_to(folded, earlier, inside)
    if len(run) > 1:
        return run[min(len(between), len(run) - 1)]
    if not _unbroken(folded, [*between, one]):
        return _its_day(earlier)
    if later and _follows(folded, one, later) and _apart(folded, earlier, one):
        return later
    return earlier


def _stamp(folded: str, turn: Passage, moments: list[Moment]) -> Moment | None:
    """The time in the head of a turn of a chat, or the last before it that has a line of its own."""
    earlier = [each for each in moments if each.end <= turn.start]
    return next(
        (each for each in reversed(earlier) if turn.head < each.end or _ALONE.fullmatch(_line(folded, each))), None
    )


def _line(folded: str, one: Moment) -> str:
    """The line that a time stands in, without the time."""
    after = folded.find("\n", one.end)
    return folded[folded.rfind("\n", 0, one.start) + 1 : one.start] + folded[one.end : after if after >= 0 else None]


def _by_turns(
    folded: str, sent: list[Sum], moments: list[Moment], turns: list[Passage], found: list[Moment | None]
) -> None:
    """Where in a sentence each sum is followed by its time, and none comes before the first: 转1000，3点；再转2000，4点."""
    for number, sentence in enumerate(turns):
        places = [place for place, one in enumerate(sent) if one.passage == number]
        if len(places) < 2:
            continue
        inside = [each for each in moments if sentence.start <= each.start < sentence.end]
        first = sent[places[0]].told
        clocks = [each for each in inside if each.precision != "day" or each.start > first.start]
        if len(clocks) != len(places):
            continue
        ends = [sent[place].told.start for place in places[1:]] + [sentence.end]
        if all(
            sent[place].told.end <= each.start < end and _CLOSES.match(folded, each.end)
            for place, each, end in zip(places, clocks, ends, strict=True)
        ):
            for place, each in zip(places, clocks, strict=True):
                found[place] = each


def _run_to(folded: str, last: Moment, inside: list[Moment]) -> list[Moment]:
    """The times that stand in one list up to `last`; a day whose hour follows is none of its own: 昨天下午，昨天下午三点."""
    run = [last]
    for one in reversed(inside[: inside.index(last)]):
        if not _RUN.fullmatch(folded[one.end : run[0].start]):
            break
        run.insert(0, one)
    return [one for one, after in pairwise(run) if not _is_day_of(one, after)] + [last]


def _is_day_of(one: Moment, after: Moment) -> bool:
    same = one.at is not None and after.at is not None and one.at.date() == after.at.date()
    return same and one.precision == "day" and after.precision != "day"


def _unbroken(folded: str, listed: list[Sum]) -> bool:
    """Whether sums stand in one list, with nothing but signs between."""
    return all(_LIST.fullmatch(folded[before.amount.end : after.amount.start]) for before, after in pairwise(listed))


def _follows(folded: str, one: Sum, later: Moment) -> bool:
    """Whether the next clause says that it was then that the sum was paid."""
    between = folded[one.told.end : later.start]
    return between.count("，") <= 1 and len(between) < CLOSE and bool(_DONE_AT.match(folded, later.end))


def _apart(folded: str, earlier: Moment, one: Sum) -> bool:
    return "，" in folded[earlier.end : one.told.start]


def _its_day(one: Moment) -> Moment:
    if one.at is None:
        return one
    return replace(one, at=one.at.replace(hour=0, minute=0, second=0), precision="day")


def _by_statement(folded: str, sent: list[Sum], moments: list[Moment], found: list[Moment | None]) -> None:
    """A time that is told of all payments: 时间为..., 都是今晚8点, 12月4日的事."""
    said = [
        one for one in moments if _ALL_AT.search(left_of(folded, one.start)) or _ALL_AT_AFTER.match(folded, one.end)
    ]
    if not said:
        return
    run = [said[0]]
    for one in moments[moments.index(said[0]) + 1 :]:
        if not _RUN.fullmatch(folded[run[-1].end : one.start]):
            break
        run.append(one)
    open_places = [place for place, one in enumerate(found) if one is None or len(run) == len(sent)]
    for order, place in enumerate(open_places):
        found[place] = run[order] if len(run) == len(open_places) else run[0]


def _by_list(folded: str, ends: list[Amount], moments: list[Moment], found: list[Moment | None]) -> None:
    """As many times in one list as payments without a time, or in all: they are theirs, in order."""
    for one in moments:
        run = _run_to(folded, one, moments)
        listed = len(run) > 1 and all(before.end < after.start for before, after in pairwise(run))
        if listed and len(run) == len(found) and all(each.end < run[0].start for each in ends):
            found[:] = run
            return
    open_places = [place for place, one in enumerate(found) if one is None]
    if len(open_places) < 2 or len(open_places) != len(found):
        return
    for one in moments:
        run = _run_to(folded, one, moments)
        if len(run) == len(open_places):
            for place, moment in zip(open_places, run, strict=True):
                found[place] = moment
            return
