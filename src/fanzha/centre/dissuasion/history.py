"""What the codes and keys in the history of an order mean: who was offered it, which unit, which level."""

from __future__ import annotations

from django.contrib.auth.models import User

from fanzha.centre.access.words import Teller, begins_with, words
from fanzha.centre.duty import queries as duty
from fanzha.centre.keys import told_key
from fanzha.vocabulary import LEVELS, OUTCOMES, Text


def _somebody(key: str) -> Text | None:
    name = User.objects.filter(pk=told_key(key) or 0).values_list("username", flat=True).first()
    return Text(name, name) if name else None


def _level(number: str) -> Text | None:
    known = {str(level): one.name for level, one in LEVELS.items()}
    return known.get(number)


def _task(kind: str) -> Text | None:
    return words()["tasks"].get(kind)


def _corrected(codes: str) -> Text | None:
    """`D01 -> D03` with the names of both."""
    wrong, _, right = codes.partition(" -> ")
    if wrong not in OUTCOMES or right not in OUTCOMES:
        return None
    return Text(
        f"{OUTCOMES[wrong].name.zh} → {OUTCOMES[right].name.zh}",
        f"{OUTCOMES[wrong].name.en} → {OUTCOMES[right].name.en}",
    )


_offer, _of_level, _transfer = begins_with(_somebody), begins_with(_level), begins_with(duty.name_of)
TOLD: dict[str, Teller] = {
    "offered": _offer,
    "taken_back": _offer,
    "level_raised": _of_level,
    "level_lower_proposed": _of_level,
    "level_lowered": _of_level,
    "level_kept": _of_level,
    "transfer_offered": _transfer,
    "transfer_accepted": _transfer,
    "transfer_declined": _transfer,
    "task_given_back": begins_with(_task),
    "correct": begins_with(_corrected),
}
"""By act."""
