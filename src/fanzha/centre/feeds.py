"""Live feeds: one poller a process, a bounded queue a page, and what a page missed is sent again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.template.loader import render_to_string
from django.utils import translation

from fanzha.centre.languages import FIRST, LANGUAGES

EVERY_S = 0.5
HEARTBEAT_S = 10.0
LASTS_S = 900.0
"""Then a page's feed ends, and the browser asks for it again by itself: with what it may see now, and without what it signed out of."""
_WAITING = 200


@dataclass(frozen=True)
class News:
    """A change: its running number, the id of what changed, for whom it is (`about`, as the feed's own `wanted` reads it)."""

    change: int
    id: str
    about: tuple[object, ...]
    rows: dict[str, str]


@dataclass
class Feed:
    """One kind of news. `read`: changes after a number, in their order; `newest`: the number of the newest change."""

    event: str
    read: Callable[[int], list[News]]
    newest: Callable[[], int]
    _pages: dict[asyncio.Queue[News | None], None] = field(default_factory=dict)
    _poller: asyncio.Task[None] | None = None
    _read_to: int = 0

    async def follow(
        self, language: str, after: int | None, wanted: Callable[[News], bool] = lambda _: True
    ) -> AsyncIterator[bytes]:
        """Server-sent events for each change after `after` (None: from now on): the row of HTML where the page wants it,
        else `gone` with the id alone."""
        page: asyncio.Queue[News | None] = asyncio.Queue(_WAITING)
        newest = await sync_to_async(self.newest)()
        seen = newest if after is None else after
        language = language if language in dict(LANGUAGES) else FIRST
        self._pages[page] = None
        ends = time.monotonic() + LASTS_S
        try:
            if len(self._pages) == 1:
                self._read_to = newest
            self._go_on()
            async for news in self._missed(seen):
                seen = news.change
                yield self._told(news, language, wanted)
            yield b": here\n\n"
            while time.monotonic() < ends:
                try:
                    waiting = await asyncio.wait_for(page.get(), HEARTBEAT_S)
                except TimeoutError:
                    self._go_on()  # the poller ended when it could not read once
                    yield b": still here\n\n"
                    continue
                async for news in self._missed(seen) if waiting is None else _one(waiting):
                    if news.change > seen:
                        seen = news.change
                        yield self._told(news, language, wanted)
            yield b"retry: 1000\n\n"  # a browser would wait for some seconds
        finally:
            del self._pages[page]

    def _go_on(self) -> None:
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())

    async def _poll(self) -> None:
        while self._pages:
            for news in await self._news(self._read_to):
                self._read_to = news.change
                for page in list(self._pages):
                    _put(page, news)
            await asyncio.sleep(EVERY_S)

    async def _missed(self, after: int) -> AsyncIterator[News]:
        """Everything after a number, however many readings it takes."""
        while found := await self._news(after):
            for news in found:
                after = news.change
                yield news

    async def _news(self, after: int) -> list[News]:
        return await sync_to_async(self._read)(after)

    def _read(self, after: int) -> list[News]:
        close_old_connections()
        found = self.read(after)
        close_old_connections()
        return found

    def _told(self, news: News, language: str, wanted: Callable[[News], bool]) -> bytes:
        name, data = (self.event, news.rows[language]) if wanted(news) else ("gone", news.id)
        return f"id: {news.change}\nevent: {name}\ndata: {data}\n\n".encode()


def _put(page: asyncio.Queue[News | None], news: News) -> None:
    """Hand a change to a page; one that is too slow is told alone (None) that it missed some."""
    if page.full():
        while not page.empty():
            page.get_nowait()
        page.put_nowait(None)
    else:
        page.put_nowait(news)


async def _one(news: News) -> AsyncIterator[News]:
    yield news


def in_each_language(template: str, context: dict[str, object]) -> dict[str, str]:
    """A row of HTML on one line, once a language and not once a page."""
    rows = {}
    for language, _ in LANGUAGES:
        with translation.override(language):
            rows[language] = " ".join(render_to_string(template, context).split())
    return rows
