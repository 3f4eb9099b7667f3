"""Live feeds: one poller a process, a bounded queue a page, and what a page missed is sent again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.template.loader import render_to_string
from django.utils import translation

from fanzha.centre.languages import FIRST, LANGUAGES

EVERY_S = 0.5
HEARTBEAT_S = 10.0
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
    _pages: dict[asyncio.Queue[News], None] = field(default_factory=dict)
    _poller: asyncio.Task[None] | None = None

    async def follow(
        self, language: str, after: int | None, wanted: Callable[[News], bool] = lambda _: True
    ) -> AsyncIterator[bytes]:
        """Server-sent events for each change after `after` (None: from now on): the row of HTML where the page wants it,
        else `gone` with the id alone."""
        page: asyncio.Queue[News] = asyncio.Queue(_WAITING)
        newest = await sync_to_async(self.newest)()
        seen = newest if after is None else after
        language = language if language in dict(LANGUAGES) else FIRST
        self._pages[page] = None
        try:
            if self._poller is None or self._poller.done():
                self._poller = asyncio.create_task(self._poll(newest))
            for news in await self._news(seen):
                seen = news.change
                yield self._told(news, language, wanted)
            yield b": here\n\n"
            while True:
                try:
                    news = await asyncio.wait_for(page.get(), HEARTBEAT_S)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if news.change > seen:
                    seen = news.change
                    yield self._told(news, language, wanted)
        finally:
            del self._pages[page]

    async def _poll(self, after: int) -> None:
        while self._pages:
            for news in await self._news(after):
                after = news.change
                for page in list(self._pages):
                    if page.full():
                        page.get_nowait()
                    page.put_nowait(news)
            await asyncio.sleep(EVERY_S)

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


def in_each_language(template: str, context: dict[str, object]) -> dict[str, str]:
    """A row of HTML on one line, once a language and not once a page."""
    rows = {}
    for language, _ in LANGUAGES:
        with translation.override(language):
            rows[language] = " ".join(render_to_string(template, context).split())
    return rows
