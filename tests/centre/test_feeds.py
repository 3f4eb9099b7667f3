"""A live feed tells each page everything in its order: after a break, to a slow page, and when it could not be read for once."""

from __future__ import annotations

import asyncio

import pytest

from fanzha.centre import feeds
from fanzha.centre.feeds import Feed, News

pytestmark = pytest.mark.django_db(transaction=True)
LIMIT = 50
"""Changes that one reading gives at most, as the queries behind the feeds do."""


class Kept:
    """Changes 1 to `newest`, as a database has them; `fails`: how many readings fail from now on."""

    def __init__(self, newest: int) -> None:
        self.newest, self.fails = newest, 0
        self.feed = Feed("order", self.read, lambda: self.newest)

    def read(self, after: int) -> list[News]:
        if self.fails:
            self.fails -= 1
            raise OSError("the database is away")
        told = range(after + 1, min(self.newest, after + LIMIT) + 1)
        return [News(change, str(change), (), {"en": "row", "zh-hans": "row"}) for change in told]


def changes(told: list[bytes]) -> list[int]:
    return [int(line.split(b"\n")[0].removeprefix(b"id: ")) for line in told if line.startswith(b"id: ")]


def test_a_page_that_was_away_for_long_is_sent_all_that_it_missed() -> None:
    kept = Kept(newest=3 * LIMIT)

    async def read() -> list[bytes]:
        page = kept.feed.follow("en", 0)
        told = [await anext(page)]
        while told[-1] != b": here\n\n":
            told.append(await anext(page))
        await page.aclose()
        return told

    assert changes(asyncio.run(read())) == list(range(1, 3 * LIMIT + 1))


def test_a_page_too_slow_for_what_comes_is_sent_all_of_it_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "EVERY_S", 0.0)
    kept = Kept(newest=0)

    async def read() -> list[bytes]:
        page, quick = kept.feed.follow("en", None), kept.feed.follow("en", None)
        assert await anext(page) == await anext(quick) == b": here\n\n"
        kept.newest = 500
        while changes([await anext(quick)]) != [500]:
            pass  # the poller has come to the end, and the slow page to nothing yet
        told = [await anext(page)]
        while changes(told[-1:]) not in ([], [500]):
            told.append(await anext(page))
        await page.aclose()
        await quick.aclose()
        return told

    assert changes(asyncio.run(asyncio.wait_for(read(), 30))) == list(range(1, 501))


def test_a_reading_that_failed_once_leaves_no_open_page_without_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "HEARTBEAT_S", 0.05)
    monkeypatch.setattr(feeds, "EVERY_S", 0.01)
    kept = Kept(newest=1)

    async def read() -> list[int]:
        page = kept.feed.follow("en", None)
        assert await anext(page) == b": here\n\n"
        kept.fails = 1
        await asyncio.sleep(0.1)
        kept.newest = 2
        for _ in range(40):
            found = changes([await anext(page)])
            if found:
                break
        await page.aclose()
        return found

    assert asyncio.run(read()) == [2]


def test_a_feed_ends_after_a_while_so_that_the_browser_asks_again_whether_it_may_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feeds, "HEARTBEAT_S", 0.02)
    monkeypatch.setattr(feeds, "LASTS_S", 0.1)
    kept = Kept(newest=0)

    async def read() -> list[bytes]:
        return [line async for line in kept.feed.follow("en", None)]

    told = asyncio.run(asyncio.wait_for(read(), 30))
    assert (told[0], told[-1]) == (b": here\n\n", b"retry: 1000\n\n")
