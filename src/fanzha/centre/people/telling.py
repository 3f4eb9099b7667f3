"""May others be told? Rules as data (telling.yaml); the answer says why, and which words alone may be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fanzha.refusal import Refusal
from fanzha.vocabulary import Text, load_data, text_from

_DATA: dict[str, Any] = load_data("fanzha.centre.people", "telling.yaml")
RELATIONS: dict[str, Text] = {row["code"]: text_from(row["name"]) for row in _DATA["relations"]}
_WORDS = {key: text_from(words) for key, words in _DATA["words"].items()}


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether somebody may be told, why, with which words (None when not), and whether a reason must be written down."""

    allowed: bool
    why: Text
    words: Text | None
    needs_reason: bool


def may_tell(relation: str, case_class: str, consent: bool, money_leaving_now: bool, minor: bool) -> Ruling:
    """The ruling for telling a `relation` (one of RELATIONS) of somebody warned of `case_class` (empty: unknown).

    >>> may_tell("employer", "AM", consent=True, money_leaving_now=True, minor=False).allowed
    False
    """
    if relation not in RELATIONS:
        raise Refusal(f"expected one of {', '.join(RELATIONS)}", code="telling.relation", where="relation")
    case = {"case_class": case_class, "consent": consent, "money_leaving_now": money_leaving_now, "minor": minor}
    rule = next(one for one in _DATA["rules"] if relation in one["relation"] and _fits(one, case))
    words = _WORDS[rule["words"]] if rule["allowed"] else None
    return Ruling(rule["allowed"], text_from(rule["why"]), words, rule.get("reason", False))


def relation_of(said: str) -> str:
    """The relation (one of RELATIONS) that somebody was named as, in its code or in words; whatever is not in the list is family.

    >>> relation_of("单位"), relation_of("母亲")
    ('employer', 'relative')
    """
    known = (code for code, name in RELATIONS.items() if said.strip() in (code, name.zh, name.en))
    return next(known, "relative")


def _fits(rule: dict[str, Any], case: dict[str, Any]) -> bool:
    told = {key: rule[key] for key in case if key in rule}
    return all(case[key] in asked if isinstance(asked, list) else case[key] is asked for key, asked in told.items())
