"""Where a conversation stands: what was answered, what is asked next, and what may be told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fanzha.centre.conversations.script import Question, Reply, Script, Situation
from fanzha.vocabulary import Text

SITUATION = "situation"
"""The question under which a situation is kept that came up by itself."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`asked`: questions with the answers that count; `next`: what to ask now; `end`: what is reached instead.

    `tells`: "all", "phone", or None while nothing may be told; `raised`: the situations that came up, the newest first.
    """

    asked: list[tuple[Question, Reply]]
    next: Question | None
    end: str | None
    ending: Text | None
    tells: str | None
    raised: list[Situation]


def walk(script: Script, answers: Iterable[tuple[str, str]]) -> Standing:
    """The standing after `answers` (question, code), the oldest first.

    The latest answer to a question counts. One that is older than the answer which led to its question no longer does: whoever
    changes an answer is asked again what follows from it.
    """
    latest: dict[str, tuple[int, Reply]] = {}
    raised: list[Situation] = []
    for place, (question, code) in enumerate(answers):
        if question == SITUATION:
            _raise(raised, script, code)
            continue
        reply = script.questions[question].replies.get(code) if question in script.questions else None
        if reply is None:
            continue  # an answer to a script that has changed since
        latest[question] = place, reply
        if reply.raises:
            _raise(raised, script, reply.raises)
    asked: list[tuple[Question, Reply]] = []
    here, since, tells = script.first, -1, None
    while here in script.questions:
        place, reply = latest.get(here, (-1, None))
        if reply is None or place < since:
            return Standing(asked, script.questions[here], None, None, tells, raised)
        asked.append((script.questions[here], reply))
        tells = reply.tells or tells
        here, since = reply.then, place
        if here in {question.id for question, _ in asked}:
            return Standing(asked, script.questions[here], None, None, tells, raised)
    return Standing(asked, None, here, script.ends[here], tells, raised)


def _raise(raised: list[Situation], script: Script, code: str) -> None:
    if code in script.situations:
        raised[:] = [script.situations[code], *(one for one in raised if one.code != code)]
