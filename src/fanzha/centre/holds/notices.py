"""What is said about a hold, in both languages."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from fanzha.centre.access import vault
from fanzha.centre.holds import terms
from fanzha.centre.holds.models import Hold
from fanzha.vocabulary import Text, load_data, text_from

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_TEXTS: dict[str, Text] = {
    name: text_from(row) for name, row in load_data("fanzha.centre.holds", "notices.yaml").items()
}


def _local(instant: datetime) -> Text:
    at = instant.astimezone(_SHANGHAI)
    return Text(f"{at.month}月{at.day}日{at:%H:%M}", f"{at:%Y-%m-%d %H:%M}")


def _left(hold: Hold) -> Text:
    if hold.leaves_fen is None:
        return Text("、".join(hold.leaves_calls), ", ".join(hold.leaves_calls))
    yuan = f"{hold.leaves_fen // 100:,}"
    return Text(yuan, yuan)


def notice(name: str, hold: Hold, at: datetime, why: Text | None = None) -> Text:
    """The text `name` of notices.yaml about a hold; `at`: the instant it speaks of; `why`: default the hold's reason."""
    told = why or terms.REASONS[hold.reason]
    shown, until, left = vault.masked([hold.target])[hold.target], _local(at), _left(hold)
    template = _TEXTS[name]
    return Text(
        template.zh.format(what=shown, until=until.zh, left=left.zh, receipt=spaced(hold.receipt), why=told.zh),
        template.en.format(what=shown, until=until.en, left=left.en, receipt=spaced(hold.receipt), why=told.en),
    )


def spaced(receipt: str) -> str:
    """A receipt number as it is read out.

    >>> spaced("482177309154")
    '4821 7730 9154'
    """
    return " ".join(receipt[place : place + 4] for place in range(0, len(receipt), 4))
