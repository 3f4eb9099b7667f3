"""What a story of fraud holds in store for its person, known in whole from the day it begins; and when it is stopped.

All instants here are microseconds UTC, as everywhere in this package's inside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from fanzha.simulation.gangs import HOUR, MINUTE, US

STAGES = ("lure", "trust", "isolation", "transfer", "over")
"""How far a story is with its person. `transfer`: money is about to move or moves; `over`: the last of it is gone."""
ABOUT_TO_PAY = 10 * MINUTE
ISOLATED = 2 * HOUR
HELD_S = 600
"""A call of this many seconds with the fraudster isolates the person. These three are ours."""


@dataclass(frozen=True)
class Plan:
    """One story. `moves`: (instant, fen) that the person pays, negative for what comes back; `stage`: how far it goes at most.

    `yields`: the person was lured, and pays only where nobody dissuades (truth_approached.would_pay_at elsewhere).
    """

    scam_id: str
    person: str
    case_class: str
    age: int
    stage: str
    begins: int
    touches: tuple[int, ...]
    calls: tuple[tuple[int, int], ...]
    moves: tuple[tuple[int, int], ...]
    yields: bool

    @property
    def payments(self) -> list[int]:
        """When the person pays, the earliest first."""
        return sorted(at for at, fen in self.moves if fen > 0)

    @property
    def ends(self) -> int:
        """Its last event that concerns the person."""
        return max((*self.touches, *(end for _, end in self.calls), *(at for at, _ in self.moves)), default=self.begins)

    def loss(self, before: int | None = None) -> int:
        """What the person has paid and not got back in fen, by moves earlier than `before` (None: all)."""
        return sum(fen for at, fen in self.moves if before is None or at < before)

    def on_the_line(self, at: int) -> bool:
        """Whether the person speaks with the fraudster at an instant."""
        return any(begin <= at < end for begin, end in self.calls)

    def stage_at(self, at: int) -> str | None:
        """One of STAGES, None before the first contact."""
        if at < self.begins:
            return None
        paid = self.payments
        if paid and at > paid[-1]:
            return "over"
        if paid and at >= paid[0] - ABOUT_TO_PAY:
            return "transfer"
        held = any(begin + HELD_S * US <= at < end for begin, end in self.calls)
        if held or (paid and at >= paid[0] - ISOLATED):
            return self._at_most("isolation")
        met = sum(touch <= at for touch in self.touches)
        return self._at_most("trust") if met > 1 else "lure"

    def _at_most(self, stage: str) -> str:
        return min(stage, self.stage, key=STAGES.index)


@dataclass
class Stops:
    """Which stories are over from when on, because somebody dissuaded their person."""

    asked: list[tuple[str, int]] = field(default_factory=list)
    of: dict[str, int] = field(default_factory=dict)  # scam_id -> instant

    def ask(self, who: str, at: int, plans: Iterable[Plan]) -> None:
        """From `at` on, the story `who` (scam_id), or every story of the person `who` that has begun by then, is over."""
        self.asked.append((who, at))
        self.heed(plans)

    def heed(self, plans: Iterable[Plan]) -> None:
        """Apply all that was asked to plans, those that are made later included."""
        for plan in plans:
            for who, at in self.asked:
                if who in (plan.person, plan.scam_id) and plan.begins <= at:
                    self.of[plan.scam_id] = min(at, self.of.get(plan.scam_id, at))
