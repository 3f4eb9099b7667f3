"""Words of both languages for what records keep as codes: states, tasks, acts, refusals. Gathered from each app's words.yaml."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from importlib import resources

from django.apps import apps

from fanzha.centre.access.models import AuditEntry
from fanzha.refusal import Refusal
from fanzha.vocabulary import CONTACTS, OUTCOMES, SPOKEN_LANGUAGES, Text, load_data, text_from

ACTS: list[Callable[[], dict[str, Text]]] = []
"""Words of further acts by their codes; an app whose acts are data appends its own in `ready()`."""
Teller = Callable[[str], Text | None]
"""What a code, or a reason that holds codes, keys or times, means to a reader; None: as it was written."""
TELLERS: dict[str, Teller] = {}
"""By the act, how its reason is told; an app adds its own in `ready()`."""
UNSAID = Text("-", "-")


@cache
def words() -> dict[str, dict[str, Text]]:
    """Texts by section and code, of all apps of the centre that have a words.yaml."""
    found: dict[str, dict[str, Text]] = {}
    for app in apps.get_app_configs():
        if app.name.startswith("fanzha.centre.") and resources.files(app.name).joinpath("words.yaml").is_file():
            for section, texts in load_data(app.name, "words.yaml").items():
                found.setdefault(section, {}).update({code: text_from(told) for code, told in texts.items()})
    for further in ACTS:
        found.setdefault("acts", {}).update(further())
    return found


def word(section: str, code: str) -> Text:
    """The words for a code; the code itself where nobody gave it words yet."""
    return words().get(section, {}).get(code) or Text(code or "-", code or "-")


def act_words(act: str, reason: str) -> tuple[Text, Text | None]:
    """An act of the audit and its reason, in words where the reason is a code of a list, alone or after a colon (`1: further signs`)."""
    if act == "answer" or not reason:
        return word("acts", act), None  # what was answered stands in the conversation
    told = TELLERS[act](reason) if act in TELLERS else None
    if told is not None:
        return word("acts", act), None if told is UNSAID else told
    named = {"contact": CONTACTS, "follow_up": CONTACTS, "outcome": OUTCOMES, "language": SPOKEN_LANGUAGES}.get(act, {})
    known = {**words()["reasons"], **{code: one.name for code, one in named.items()}}
    before, _, after = reason.partition(": ")
    if reason not in known and after in known:
        what = words()["tasks"].get(before) or Text(before, before)
        return word("acts", act), Text(f"{what.zh}：{known[after].zh}", f"{what.en}: {known[after].en}")
    return word("acts", act), known.get(reason) or Text(reason, reason)


def unsaid(_: str) -> Text:
    """A teller of what says nothing to a reader, such as a key that the act's own words make plain."""
    return UNSAID


def begins_with(*codes: Teller) -> Teller:
    """A teller of reasons that begin with codes, each before a colon (`county-451002: lives there`); the rest may be one of the list."""

    def told(reason: str) -> Text:
        parts = reason.split(": ", len(codes))
        tells = (*codes, words()["reasons"].get)
        texts = [tell(part) or Text(part, part) for tell, part in zip(tells, parts, strict=False)]
        said = [one for one in texts if one is not UNSAID]
        return Text("：".join(one.zh for one in said), ": ".join(one.en for one in said)) if said else UNSAID

    return told


@dataclass(frozen=True)
class Done:
    """One line of a history: when it was done last, by whom, what and why, and how often in a row."""

    at: datetime
    who: str
    act: Text
    reason: Text | None
    times: int


def in_words(entries: list[AuditEntry]) -> list[Done]:
    """A history in words, the newest first; the same act of the same person several times in a row is one line."""
    found: list[Done] = []
    for entry in entries:
        act, reason = act_words(entry.action, entry.reason)
        one = Done(entry.at, entry.actor.get_username() if entry.actor else "", act, reason, 1)
        last = found[-1] if found else None
        if last is not None and (last.who, last.act, last.reason) == (one.who, one.act, one.reason):
            found[-1] = replace(one, times=last.times + 1)
        else:
            found.append(one)
    return found[::-1]


def refusal_words(refusal: Refusal) -> Text:
    """Why something was refused, in both languages; the refusal's own sentence where it has no words yet."""
    if refusal.code == "outcome.needs":
        asked = [word("needs", one) for one in refusal.message.partition(": ")[2].split(", ")]
        return Text(
            "还需要：" + "、".join(one.zh for one in asked), "Still needed: " + ", ".join(one.en for one in asked)
        )
    known = words()["refusals"].get(refusal.code)
    if known is None:
        return Text(refusal.message, refusal.message)
    detail, field = refusal.message.rpartition(": ")[2], word("fields", refusal.where or "")
    return Text(known.zh.format(detail=detail, field=field.zh), known.en.format(detail=detail, field=field.en))
