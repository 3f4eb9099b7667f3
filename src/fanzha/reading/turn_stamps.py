"""Times in the heads of a pasted chat's turns, and what they say of the payments that its turns tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fanzha.reading.passages import Passage
from fanzha.reading.payment_layout import Layout
from fanzha.reading.times import Moment

_SAYS_PAID = re.compile(
    r"(?<![要让叫请你您没未再先])(?:转|付|扫|充|汇|打|交|给|买|发|投)[^，。；！？ ]{0,12}(?:了|好|过去|完|他)|[已刚]经?(?:转|付|扫|充|汇)|好了|好啦|输了|搞定|(?i:ok)|截图|\[[^\]]*(?:转账|付款|支付|红包)"
)
_ALONE = re.compile(r"[\s\[\]()-]*")
_FAR = 3


@dataclass(frozen=True, slots=True)
class Stamps:
    """By time the first passage of the turn in whose head it stands (None elsewhere), whether it has a line of its own and
    whether it is written in a turn whose head has a time; by payment the turns in which it and its sum are told, and the number of the turn that says that it was paid (`paid_in`) and of own turns
    that tell its sum again (`again_in`)."""

    heads: list[Passage | None]
    alone: list[bool]
    under: list[bool]
    told_in: list[Passage]
    sum_in: list[Passage]
    paid_in: list[int | None]
    again_in: list[set[int]]
    says_paid: frozenset[int]

    def known(self, which: int) -> Iterator[str]:
        """What the head that a time stands in says, whatever the payment."""
        head = self.heads[which]
        if head is None:
            if self.alone[which]:
                yield "a line of its own"
            if self.under[which]:
                yield "under a stamp"
            return
        yield f"stamp of {_who(head)}"
        if head.turn in self.says_paid:
            yield f"stamp of {_who(head)} who says paid"

    def facts(self, which: int, number: int) -> Iterator[str]:
        """What it says of a time and a payment in whose turns they stand."""
        head, told = self.heads[which], self.told_in[number]
        if head is None:
            if told.speaker:
                yield "no stamp, told in a turn"
            return
        if head.turn == told.turn:
            yield f"stamp of its turn, {_who(head)}"
        elif told.speaker:
            yield f"{max(-_FAR, min(_FAR, head.turn - told.turn))} turns away, {_who(head)}"
        if head.turn == self.sum_in[number].turn != told.turn:
            yield f"stamp of its sum's turn, {_who(head)}"
        if head.turn in self.again_in[number]:
            yield "stamp of an own turn that tells its sum again"
            yield f"stamp of an own turn that tells its sum again, told by {_who(told)}"
        if head.turn == self.paid_in[number]:
            yield "stamp of the turn that says it is paid"
            yield f"stamp of the turn that says it is paid, told by {_who(told)}"
        elif told.speaker:
            yield "stamp of another turn"


def _who(turn: Passage) -> str:
    return "own" if turn.own else "officer" if turn.asked else "other"


def stamps(layout: Layout, moments: Sequence[Moment], again: Sequence[tuple[int, int, int]]) -> Stamps:
    """The heads of turns in which times stand, for the payments of a text; `again` is where each sum stands that is told again, with
    the number of its payment."""
    turns: dict[int, Passage] = {}
    for one in layout.turns:
        if one.speaker:
            turns.setdefault(one.turn, one)
    says_paid = frozenset(
        one.turn for one in layout.turns if one.speaker and _SAYS_PAID.search(layout.folded, one.start, one.end)
    )
    heads = [next((each for each in turns.values() if each.head <= one.start < each.start), None) for one in moments]
    stamped = {each.turn for each in heads if each}
    written = [layout.turns[layout.sentence(one.start)] for one in moments]
    told = [layout.turns[each.sentence] for each in layout.told_in]
    paid = [_paid_in(layout, number, says_paid) for number in range(len(layout.sent))]
    again_in: list[set[int]] = [set() for _ in layout.sent]
    for start, _, number in again:
        turn = layout.turns[layout.sentence(start)]
        if turn.own:
            again_in[number].add(turn.turn)
    return Stamps(
        heads=heads,
        alone=[_alone(layout.folded, one) for one in moments],
        under=[each.start <= one.start and each.turn in stamped for one, each in zip(moments, written, strict=True)],
        told_in=told,
        sum_in=[layout.turns[each.sentence] for each in layout.sum_in],
        paid_in=paid,
        again_in=again_in,
        says_paid=says_paid,
    )


def _paid_in(layout: Layout, number: int, says_paid: frozenset[int]) -> int | None:
    """The first own turn from a payment's on, before the next payment, that says that something was paid."""
    told = layout.turns[layout.told_in[number].sentence]
    if not told.speaker:
        return None
    until = layout.turns[layout.told_in[number + 1].sentence].turn if number + 1 < len(layout.sent) else None
    own = (
        one.turn
        for one in layout.turns
        if one.own
        and one.turn in says_paid
        and one.turn >= told.turn
        and (until is None or one.turn < max(until, told.turn + 1))
    )
    return next(own, None)


def _alone(folded: str, one: Moment) -> bool:
    """Whether a time has a line of its own."""
    after = folded.find("\n", one.end)
    line = folded[folded.rfind("\n", 0, one.start) + 1 : one.start] + folded[one.end : after if after >= 0 else None]
    return bool(_ALONE.fullmatch(line))
