"""The live feed of warnings."""

from __future__ import annotations

from fanzha.centre.feeds import Feed, News, in_each_language
from fanzha.centre.warnings import queries


def _read(after: int) -> list[News]:
    lines = queries.lines(queries.changed_after(after))
    return [
        News(one.warning.changed, one.warning.warning_id, (), in_each_language("warnings/line.html", {"line": one}))
        for one in lines
    ]


FEED = Feed("warning", _read, queries.last_change)
follow = FEED.follow
