"""A reading in words that people read, in Chinese or English (words.yaml)."""

from __future__ import annotations

from collections.abc import Iterator

from fanzha.reading.results import Reading
from fanzha.reading.terms import HANDOVERS, LURES, PAID_BY
from fanzha.reading.transfers import Transfer
from fanzha.vocabulary import CASE_CLASSES, load_data, text_from


def in_words(found: Reading, language: str) -> Iterator[str]:
    """The lines of a reading in `language` (zh or en), identifiers whole and as they were written."""
    words = load_data("fanzha.reading", "words.yaml")

    def say(*keys: str) -> str:
        told = words
        for key in keys:
            told = told[key]
        return text_from(told).in_language(language)

    suggested = found.case_class
    name = CASE_CLASSES[suggested.code].name.in_language(language)
    yield say("class").format(name=name, code=suggested.code, confidence=suggested.confidence)
    if suggested.because:
        yield say("because").format(words="、".join(suggested.because))
    yield say("lure").format(name=LURES[found.lure_channel].in_language(language))
    if found.transfers:
        yield say("transfers").format(count=len(found.transfers))
    else:
        yield say("no_transfers")
    for one in found.transfers:
        yield (
            say("transfer")
            .format(
                at=_at(one) or say("unknown"),
                yuan=_yuan(one.amount_fen),
                source=one.source or "?",
                to=" ".join(part for part in (one.to, one.bank, one.holder) if part) or "?",
                channel=PAID_BY[one.channel].in_language(language) if one.channel else "",
            )
            .rstrip()
        )
    loss = found.loss
    figures = {
        key: _yuan(value)
        for key, value in (("stated", loss.stated), ("summed", loss.summed), ("returned", loss.returned))
    }
    yield say("loss").format(**{key: value or say("unknown") for key, value in figures.items()})
    if loss.differs:
        yield say("differs")
    for number in found.numbers:
        yield f"{say('numbers')}: {number.value} ({say('sides', number.side)})"
    for account in found.accounts:
        told = " ".join(part for part in (account.value, account.bank, account.holder) if part)
        yield f"{say('accounts')}: {told} ({say('sides', account.side)})"
    for one_im in found.im:
        yield f"{say('im')}: {one_im.kind} {one_im.value} ({say('sides', one_im.side)})"
    for key in ("urls", "apps", "wallets", "waybills"):
        if read := getattr(found, key):
            yield f"{say(key)}: " + "、".join(one.value for one in read)
    if found.handover:
        yield f"{say('handover')}: " + "、".join(HANDOVERS[form].in_language(language) for form in found.handover)


def _at(one: Transfer) -> str | None:
    if one.at is None:
        return None
    shown = one.at[:19].replace("T", " ")
    return shown[:10] if one.precision == "day" else shown[:13] + ":00" if one.precision == "hour" else shown


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else f"{fen / 100:,.2f}"
