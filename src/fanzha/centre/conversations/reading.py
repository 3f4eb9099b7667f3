"""Reads the scripts and checks them once at start: a fault is named by file and key."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from fanzha.centre.conversations.script import (
    FOLLOWS,
    GENERAL,
    KEYS,
    NEEDED,
    REVIEWERS,
    TELLS,
    WITH_SCRIPT,
    Question,
    Reply,
    Script,
    Situation,
)  # fmt: skip
from fanzha.vocabulary import Text, load_data, text_from

_HERE = "fanzha.centre.conversations"
SCRIPT = "script"
"""Where the frame hands over to the class's own first question."""


class BadScript(ValueError):
    """A script that cannot be used; says the file, the key and what was expected there."""


def script_for(case_class: str) -> Script:
    """The script of a class; the general one for other, unknown and none."""
    return scripts().get(case_class) or scripts()[GENERAL]


@cache
def scripts() -> dict[str, Script]:
    """Every script by its class. BadScript names what is wrong, where."""
    folder = resources.files(_HERE) / "scripts"
    told = {
        path.name: load_data(_HERE, f"scripts/{path.name}") for path in folder.iterdir() if path.name.endswith(".yaml")
    }
    return read(told, load_data(_HERE, "frame.yaml"), load_data(_HERE, "situations.yaml"))


def read(told: dict[str, Any], frame: dict[str, Any], situations: dict[str, Any]) -> dict[str, Script]:
    """Scripts by class from the parsed files `told` (by file name), the frame and the situations; all checked."""
    _pedigree(situations, "situations.yaml")
    _pedigree(frame, "frame.yaml")
    general = {
        code: _situation(code, row, f"situations.yaml, situations.{code}")
        for code, row in situations["situations"].items()
    }
    lacking = [code for code in NEEDED if code not in general]
    if lacking:
        raise BadScript(f"situations.yaml, situations: expected {', '.join(lacking)}")
    found = {}
    for name, row in told.items():
        one = _script(row, name, frame, general)
        if f"{one.case_class}.yaml" != name or one.case_class not in (*WITH_SCRIPT, GENERAL):
            raise BadScript(f"{name}, case_class: expected the class that the file is named after")
        found[one.case_class] = one
    missing = [code for code in (*WITH_SCRIPT, GENERAL) if code not in found]
    if missing:
        raise BadScript(f"scripts: expected a file for {', '.join(missing)}")
    return found


def _script(row: dict[str, Any], name: str, frame: dict[str, Any], general: dict[str, Situation]) -> Script:
    by, on = _pedigree(row, name)
    first = _named(row, "first", name)
    questions = {key: _question(key, told, f"frame.yaml, questions.{key}") for key, told in frame["questions"].items()}
    for key, told in _named(row, "questions", name).items():
        if key in questions:
            raise BadScript(f"{name}, questions.{key}: expected a name that frame.yaml does not use")
        questions[key] = _question(key, told, f"{name}, questions.{key}")
    questions = {key: _handed_over(question, first) for key, question in questions.items()}
    situations = dict(general)
    for code, say in (row.get("situations") or {}).items():
        if code not in general:
            raise BadScript(f"{name}, situations.{code}: expected one of {', '.join(general)}")
        one = general[code]
        situations[code] = Situation(code, one.name, _text(say, f"{name}, situations.{code}"), one.do, one.then)
    ends = {key: _text(told, f"frame.yaml, ends.{key}") for key, told in frame["ends"].items()}
    now = tuple(_text(told, f"{name}, now[{place}]") for place, told in enumerate(_named(row, "now", name)))
    if not now:
        raise BadScript(f"{name}, now: expected what to do now")
    _check_ways(name, frame["first"], questions, situations, ends)
    return Script(
        case_class=row.get("case_class", ""),
        by=by,
        on=on,
        since=row["since"],
        source=row["source"],
        opening=_text(frame.get("opening"), "frame.yaml, opening"),
        assurance=_text(frame.get("assurance"), "frame.yaml, assurance"),
        story=_text(row.get("story"), f"{name}, story"),
        first=frame["first"],
        questions=questions,
        situations=situations,
        ends=ends,
        now=now,
    )


def _check_ways(
    name: str,
    first: str,
    questions: dict[str, Question],
    situations: dict[str, Situation],
    ends: dict[str, Text],
) -> None:
    """Every answer leads on, every question can be reached, and an end can be reached from every question."""
    for question in questions.values():
        for reply in question.replies.values():
            where = f"{name}, questions.{question.id}.{reply.code}"
            if reply.then not in questions and reply.then not in ends:
                raise BadScript(f"{where}.then: no question and no end is named {reply.then}")
            if reply.raises is not None and reply.raises not in situations:
                raise BadScript(f"{where}.raises: no situation is named {reply.raises}")
    reached, waiting = {first}, [first]
    while waiting:
        new = {reply.then for reply in questions[waiting.pop()].replies.values()} & set(questions) - reached
        reached |= new
        waiting += new
    lost = [key for key in questions if key not in reached]
    if lost:
        raise BadScript(f"{name}, questions.{lost[0]}: no answer leads here")
    ending: set[str] = set(ends)
    while more := [
        key
        for key, one in questions.items()
        if key not in ending and any(r.then in ending for r in one.replies.values())
    ]:
        ending |= set(more)
    endless = [key for key in questions if key not in ending]
    if endless:
        raise BadScript(f"{name}, questions.{endless[0]}: no end can be reached from here")


def _handed_over(question: Question, first: str) -> Question:
    replies = {
        code: Reply(code, one.name, first, one.raises, one.tells) if one.then == SCRIPT else one
        for code, one in question.replies.items()
    }
    return Question(question.id, question.ask, replies)


def _question(key: str, told: dict[str, Any], where: str) -> Question:
    replies = {}
    for place, row in enumerate(told.get("answers") or ()):
        here = f"{where}.answers[{place}]"
        code = _named(row, "code", here)
        if not isinstance(code, str) or code in replies:
            raise BadScript(f"{here}.code: expected a word that no other answer has")
        if row.get("tells") not in TELLS:
            raise BadScript(f"{here}.tells: expected all or phone")
        name = _text(row.get("name"), f"{here}.name")
        replies[code] = Reply(code, name, _named(row, "then", here), row.get("raises"), row.get("tells"))
    if len(replies) < 2:
        raise BadScript(f"{where}.answers: expected at least two")
    if len(replies) > len(KEYS):  # the page would leave out what has no key
        raise BadScript(f"{where}.answers: expected at most {len(KEYS)}")
    return Question(key, _text(told.get("ask"), f"{where}.ask"), replies)


def _situation(code: str, row: dict[str, Any], where: str) -> Situation:
    if row.get("then") not in FOLLOWS:
        raise BadScript(f"{where}.then: expected immediate or paid")
    texts = [_text(row.get(key), f"{where}.{key}") for key in ("name", "say", "do")]
    return Situation(code, *texts, row.get("then"))


def _pedigree(row: dict[str, Any], name: str) -> tuple[Text, date]:
    told = row.get("reviewed") or {}
    if told.get("by") not in REVIEWERS or not isinstance(told.get("date"), date):
        raise BadScript(f"{name}, reviewed: expected by (one of {', '.join(REVIEWERS)}) and date")
    if not isinstance(row.get("since"), date) or not row.get("source"):
        raise BadScript(f"{name}, since and source: expected a date, and where it comes from")
    return REVIEWERS[told["by"]], told["date"]


def _named(row: dict[str, Any], key: str, where: str) -> Any:
    if row.get(key) is None:
        raise BadScript(f"{where}.{key}: expected, and not there")
    return row[key]


def _text(told: Any, where: str) -> Text:
    if not isinstance(told, dict) or not all(isinstance(told.get(key), str) and told[key] for key in ("zh", "en")):
        raise BadScript(f"{where}: expected a text in both languages (zh, en)")
    return text_from(told)
