"""What happens to a centre on its days, drawn from a seed: when warnings come, of what level, where; and how people answer.

All rates are ours, for the bench alone: they set a load of the size of the city's, and are no claim about people.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

LEVELS = {1: 0.01, 2: 0.06, 3: 0.23, 4: 0.70}
"""Asked for: levels mixed 1 / 6 / 23 / 70 %."""
BY_HOUR = (1, 1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 7, 5, 6, 8, 8, 7, 6, 5, 6, 6, 5, 3, 2)
"""How many warnings come in each local hour, against each other."""
ANSWERS = 0.72
"""Of tries to call, how many are answered."""
RETRY_S = {1: 120, 2: 300, 3: 1200}
RINGS_S = (15, 40)
TALK_S = {1: (420, 0.4), 2: (330, 0.4), 3: (210, 0.5)}
"""A call that is answered: median seconds, and the spread of their logarithm."""
WRITING_S = 75
FOLLOW_UP_S = 150
REMOTE, ELSEWHERE = 0.25, 0.04
DRIVE_S = {False: (480, 1320), True: (1500, 3900)}
"""To the door in town, and to a mountain village."""
AT_THE_DOOR_S = (900, 1500)
ENDS = (("D01", 0.87), ("D06", 0.08), ("D05", 0.03), ("D03", 0.02))
AWAY = "440300"
TOWNS = ("451002001", "451003001", "451022001", "451024001", "451031001", "451081001", "451082001")
VILLAGES = ("451026201", "451027201", "451028201", "451029201", "451030201", "451031201")


@dataclass
class Case:
    """One warned person: how they will answer, and what is known of their order so far."""

    subject: str
    level: int
    at: datetime
    place: str
    answers: list[str]
    talk_s: float
    end: str
    order_id: str = ""
    tries: int = 0
    reached: bool = False
    met: bool = False
    over: bool = False
    visit: int = 0
    owner: int = 0

    @property
    def remote(self) -> bool:
        return self.place in VILLAGES

    @property
    def elsewhere(self) -> bool:
        return not self.place.startswith("4510")


@dataclass
class Draws:
    """Everything that is left to chance."""

    seed: int
    rng: random.Random = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)

    def day(self, begin: datetime, count: int) -> list[Case]:
        """The warnings of a day, in their order."""
        hours = self.rng.choices(range(24), BY_HOUR, k=count)
        moments = sorted(begin + timedelta(hours=hour, seconds=self.rng.uniform(0, 3600)) for hour in hours)
        return [self.case(at) for at in moments]

    def case(self, at: datetime) -> Case:
        rng = self.rng
        self.number += 1
        level = rng.choices(list(LEVELS), list(LEVELS.values()))[0]
        drawn = rng.random()
        place = AWAY if drawn < ELSEWHERE else rng.choice(VILLAGES if drawn < ELSEWHERE + REMOTE else TOWNS)
        tries = 2 if place == AWAY else 3
        answers = ["answered" if rng.random() < ANSWERS else "rang_out" for _ in range(tries)]
        median, spread = TALK_S.get(level, TALK_S[3])
        talk = median * rng.lognormvariate(0, spread)
        end = rng.choices([code for code, _ in ENDS], [share for _, share in ENDS])[0]
        if place == AWAY:
            answers[-1], end = "answered", "D01" if end == "D05" else end  # nobody drives there
        return Case(f"p{self.number}", level, at, place, answers, talk, end)

    def between(self, span: tuple[float, float]) -> float:
        return self.rng.uniform(*span)
