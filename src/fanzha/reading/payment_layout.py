"""Where the payments of a narrative stand: their clauses and sentences, their own words, and what speaks of them again."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import NamedTuple

from fanzha.reading.around import CLOSE
from fanzha.reading.numerals import numeral
from fanzha.reading.passages import Passage
from fanzha.reading.payment_channels import NOT_TO_BANKS, channel
from fanzha.reading.sums import Sum

_CLAUSES = re.compile(r"[，；。！？!?\n]")
_ITEMS = re.compile(r"[；。！？!?\n]+")
_SAME = re.compile(
    r"该(?:账户|账号|卡|银行卡|户|账|支付宝|微信|收款码|二维码|公司|人)|上述|同一|同上|同卡|此(?:账户|卡)|[这那](?:个|张|家)?(?:账户|账号|卡|人|公司|收款|码)|同样|其(?:账户|银行卡)|相同|一样|还是(?:转|打|那|这|给|同|用|微信|支付宝)"
)
_AGAIN = re.compile(
    r"又|再|继续|还|陆续|先后|后(?=转|汇|支|付|存|充)|接着|随后|然后|也(?=转|付|交|给|是)|第[二三四五六七八九十]|最后"
)
OTHER = re.compile(r"另(?:一|外|个)|不同|不一样|新(?:的)?(?:账户|卡|账号)|换了|换成|变成|第二(?:个|张)|别的|改")
_GOES_ON = re.compile(
    r"(?:他|我|其|对方)?(?:又|再|后来|后(?![面来])|然后|接着|之后|随后|最后|第[二三四五六七八九十]|另|还有|次日|次|这次)"
)
_OPENING = 6
"""Characters from where a clause begins in which its time stands; ours."""
_LISTED = re.compile(r"(?:[\s、，,；;和及与/+元块]|(?:\([^()]*\))|\d{1,2}[:时点]\d{0,2}分?)*")
_AND = re.compile(r"[\s、，,和及跟与元块]{1,3}")
_BANK = re.compile(
    r"(?:转|打|汇|存|付)(?:账|款)?(?:了)?[^，。；]{0,6}(?:到|入|进|至|给|去|往)[^，。；]{0,10}(?:卡|账户|账号|户头|对公)|汇款|汇了|网银|手机银行|银行卡转|从[^，。；]{0,8}(?:卡|行)[^，。；]{0,12}转|用[^，。；]{0,8}(?:行|卡)(?!密)"
)
_NAMED = re.compile(
    r"第(?P<nth>[一二三四五六七八九十\d]+)(?:笔|次|单|回|个|张)|(?P<which>前|后|最前|最后|头|末)面?的?(?:这|那)?(?P<count>[一二两三四五六七八九十\d]+)(?:笔|次|单|回|个|张)"
    r"|(?P<last>最后那|末|末尾那)(?:笔|次|单|回)"
)


_PAID_FOR = re.compile(r"定金|订金|尾款|首付|余款|保证金|押金|会员费|手续费|运费|解冻费|认证金|工本费|税款|税金")


_SIZES = ((50_000, "small sum"), (200_000, "middling sum"))
"""Sums below 500 and 2,000 yuan, which are often paid by a code and seldom to a bank; ours."""


def size(fen: int) -> str:
    """How large a payment is, as far as it says whither it may go."""
    return next((name for most, name in _SIZES if fen < most), "large sum")


@dataclass(frozen=True, slots=True)
class Reference:
    """Words at text[start:end] that speak of the payments `of` (their numbers): 第一笔是打到..., 5000和8000都转的..."""

    start: int
    end: int
    of: frozenset[int]


class Part(NamedTuple):
    """The numbers of the clause, item and sentence that a place is in."""

    clause: int
    item: int
    sentence: int


@dataclass(slots=True)
class Layout:
    """The payments `sent` in a folded text with its passages; `again` are sums that were told before, `times` where
    times stand, `named` are the ways that are named (payment_channels.ways).

    By payment: `places` is where it is told, `told_in` and `sum_in` the part that this and its sum are in, `cues` how it is joined to the one before, `words` the span that speaks of it,
    `ways` whether its words name a bank, a service, both or nothing.
    """

    folded: str
    sent: list[Sum]
    turns: list[Passage]
    again: list[Sum]
    times: list[int]
    named: list[tuple[int, int, str]]
    places: list[int] = field(init=False)
    told_in: list[Part] = field(init=False)
    sum_in: list[Part] = field(init=False)
    cues: list[str] = field(init=False)
    words: list[tuple[int, int]] = field(init=False)
    ways: list[str] = field(init=False)
    references: list[Reference] = field(init=False)
    _clauses: list[int] = field(init=False)
    _items: list[int] = field(init=False)
    _sentences: list[int] = field(init=False)

    def __post_init__(self) -> None:
        listed = [each for each in self.times if self.folded[each - 1 : each] == "、"]
        self._clauses = sorted({0, *listed, *(stop.end() for stop in _CLAUSES.finditer(self.folded))})
        self._items = [0, *(stop.end() for stop in _ITEMS.finditer(self.folded))]
        self._sentences = [one.start for one in self.turns]
        self.places = [one.told.start for one in self.sent]
        self.told_in = [self.part(one.told.start) for one in self.sent]
        self.sum_in = [self.part(one.amount.start) for one in self.sent]
        self.references = self._referring()
        self.words = [self._span(number) for number in range(len(self.sent))]
        self.cues = [self._cue(number) for number in range(len(self.sent))]
        self.ways = []
        for number in range(len(self.sent)):
            self.ways.append(self.ways[-1] if self.cues[number] == "listed" else self._way(number))

    def clause(self, at: int) -> int:
        return bisect_right(self._clauses, at)

    def item(self, at: int) -> int:
        """The number of the part between stops (commas are none) that a place is in."""
        return bisect_right(self._items, at)

    def sentence(self, at: int) -> int:
        return max(bisect_right(self._sentences, at) - 1, 0)

    def part(self, at: int) -> Part:
        return Part(self.clause(at), self.item(at), self.sentence(at))

    def opening(self, at: int) -> int:
        """Where the clause of a place begins."""
        return self._clauses[self.clause(at) - 1]

    def way_of_clause(self, at: int) -> str | None:
        """The way that the clause of a place names."""
        number = self.clause(at)
        end = self._clauses[number] if number < len(self._clauses) else len(self.folded)
        return channel(self.named, self._clauses[number - 1], end)

    def _begins(self, number: int) -> int:
        """Where the words of a payment begin: its sentence, or after the payment before the first clause with a time or a word
        that it goes on, else its own clause."""
        one = self.sent[number]
        start = self.turns[self.sentence(one.told.start)].start
        if not number or max(self.sent[number - 1].told.end, self.sent[number - 1].amount.end) <= start:
            return start
        at = min(one.told.start, one.amount.start)
        first = bisect_right(self._clauses, max(self.sent[number - 1].told.end, self.sent[number - 1].amount.end))
        between = [each for each in self._clauses[first:] if each <= at]
        return next(
            (each for each in between if self._goes_on(each)),
            between[-1] if between else self.sent[number - 1].amount.end,
        )

    def _goes_on(self, at: int) -> bool:
        """Whether a clause that begins at a place begins something new."""
        return (
            bool(_GOES_ON.match(self.folded, at))
            or self.folded[at - 1] in "；\n。"
            or any(at <= each <= at + _OPENING for each in self.times)
        )

    def _span(self, number: int) -> tuple[int, int]:
        one = self.sent[number]
        end, told = self.turns[self.sentence(one.told.start)].end, max(one.told.end, one.amount.end)
        if number + 1 < len(self.sent) and self._begins(number + 1) < end:
            end = max(told, self._begins(number + 1))
        return self._begins(number), end

    def _cue(self, number: int) -> str:
        if not number:
            return "first"
        one, last = self.sent[number], self.sent[number - 1]
        start = max(last.amount.end, self.turns[self.sentence(one.told.start)].start)
        words = self.folded[start : max(one.told.end, one.amount.end) + 2]
        if OTHER.search(words):
            return "other way"
        if _SAME.search(words):
            return "same way"
        if _LISTED.fullmatch(self.folded[last.amount.end : one.amount.start]):
            return "listed"
        same_sentence = one.passage == last.passage
        if _AGAIN.search(words):
            return "again" if same_sentence else "again, new sentence"
        return "same sentence" if same_sentence else "new sentence"

    def _way(self, number: int) -> str:
        at = self.sent[number].amount.start
        again = [each for each in self.references if number in each.of and not each.start <= at <= each.end]
        told = [self._kinds(each.start, each.end) for each in again]
        service, bank = next((each for each in told if any(each)), None) or self._kinds(*self.words[number])
        return "both" if service and bank else "service" if service else "bank" if bank else "nothing"

    def _called(self) -> dict[str, int]:
        """The payments that are called for what they were paid for (定金3000), by that word."""
        called: dict[str, int] = {}
        for number, one in enumerate(self.sent):
            start = max(self.opening(one.amount.start), one.amount.start - CLOSE)
            if kind := _PAID_FOR.search(self.folded, start, one.amount.end + CLOSE):
                called.setdefault(kind.group(), number)
        return called

    def _kinds(self, start: int, end: int) -> tuple[bool, bool]:
        """Whether a part of the text names a service, and a bank."""
        return channel(self.named, start, end) in NOT_TO_BANKS, bool(_BANK.search(self.folded, start, end))

    def _referring(self) -> list[Reference]:
        found: list[tuple[int, int, set[int]]] = []
        every = range(len(self.sent))
        for said in _NAMED.finditer(self.folded):
            if said["nth"]:
                of = {_number(said["nth"]) - 1}
            elif said["last"]:
                of = {len(self.sent) - 1}
            else:
                count = _number(said["count"])
                of = set(every[:count] if said["which"] in ("前", "最前", "头") else every[-count:])
            found.append((said.start(), said.end(), of))
        for kind, number in self._called().items():
            found += [
                (each.start(), each.end(), {number}) for each in re.finditer(f"{kind}(?=是|都是|用|走)", self.folded)
            ]
        found.sort(key=lambda each: each[:2])
        told: set[int] = set()
        for one in self.again:
            alike = (
                n for n in every if self.sent[n].amount.fen == one.amount.fen and self.places[n] < one.amount.start
            )
            which = next((n for n in alike if n not in told), None)
            if which is None:
                continue
            if found and found[-1][2] <= told and _AND.fullmatch(self.folded[found[-1][1] : one.amount.start]):
                found[-1] = (found[-1][0], one.amount.end, found[-1][2] | {which})
            else:
                found.append((one.amount.start, one.amount.end, {which}))
            told.add(which)
        found.sort(key=lambda each: each[:2])
        rows = []
        for place, (start, end, of) in enumerate(found):
            until = self.turns[self.sentence(start)].end
            if place + 1 < len(found):
                until = min(until, found[place + 1][0])
            if following := [at for at in self.places if at > end]:
                until = min(until, self.opening(following[0]))
            rows.append(Reference(start, until, frozenset(of)))
        return rows


def _number(written: str) -> int:
    return int(written) if written.isdigit() else numeral(written) or 0
