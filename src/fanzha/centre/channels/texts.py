"""What our messages say: reviewed texts by channel, level and case class, and the rules that every text keeps."""

from __future__ import annotations

import re

from fanzha.centre.channels.models import Message
from fanzha.refusal import Refusal
from fanzha.vocabulary import OTHER_CLASS, Text, load_data, of_classes, text_from


def standing_advice() -> Text:
    """What every text to a person ends with."""
    return text_from(load_data(__package__, "standing.yaml")["advice"])


def reviewed(channel: str, level: int, case_class: str) -> Text:
    """The text of a channel for a warning of `level` (1..4) and a case class; an unknown class gets the general sentence.

    KeyError where the channel has no text for the level.
    """
    return of_class(text_from(load_data(f"{__package__}.{channel}", "texts.yaml")["by_level"][level]), case_class)


def of_class(told: Text, case_class: str) -> Text:
    """A text with the sentence of its case class in the place of {about}; an unknown class gets the general one."""
    sentences = of_classes("said_to_people")
    about = text_from(sentences.get(case_class) or sentences[OTHER_CLASS])
    return Text(told.zh.replace("{about}", about.zh), told.en.replace("{about}", about.en))


def finished(text: Text, phrase: bool = False) -> Text:
    """A text with the place of a one-time phrase, and the standing advice at its end, once.

    Refusal for a text that carries a link or asks for a code: frauds send these, so we never do.
    """
    told = load_data(__package__, "standing.yaml")
    for rule in told["never"]:
        found = re.search(rule, text.zh) or re.search(rule, text.en)
        if found:
            said = f"our texts carry no link and ask for no code: {found.group()}"
            raise Refusal(said, code="text.never", where="text")
    advice, spoken = standing_advice(), text_from(told["phrase"])
    return Text(
        _joined(text.zh, spoken.zh if phrase else "", advice.zh, between=""),
        _joined(text.en, spoken.en if phrase else "", advice.en, between=" "),
    )


def _joined(text: str, phrase: str, advice: str, between: str) -> str:
    body = text.strip().removesuffix(advice).rstrip()
    return between.join(part for part in (body, phrase, advice) if part)


def filled(text: str, phrase: str) -> str:
    """A text as it goes out, with its phrase."""
    return text.replace("{phrase}", phrase)


_WRITTEN_IN_ENGLISH = ("eng",)


def outgoing(message: Message) -> str:
    """The text of a message as it goes out, its phrase in it: in English to who asked for English, in Chinese to everybody else.

    There is no text in the other languages that people ask for; they are spoken with, and written to in Chinese.
    """
    text = message.text_en if message.language in _WRITTEN_IN_ENGLISH and message.text_en else message.text_zh
    return filled(text, message.phrase)


def staff_text(name: str, **values: str) -> Text:
    """A reviewed text for staff, filled in. KeyError for one that there is not."""
    return text_from(load_data(f"{__package__}.staff", "texts.yaml")["texts"][name]).format(**values)
