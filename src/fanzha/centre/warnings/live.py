"""The live feed: one poller a process, a bounded queue a page, and what a page missed is sent again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from asgiref.sync import sync_to_async
from django.db import close_old_connections
from django.template.loader import render_to_string
from django.utils import translation

from fanzha.centre.warnings import queries

EVERY_S = 0.5
HEARTBEAT_S = 10.0
LANGUAGES = ("zh-hans", "en")
_WAITING = 200

_pages: dict[asyncio.Queue[tuple[int, dict[str, str]]], None] = {}
_poller: asyncio.Task[None] | None = None


@sync_to_async
def _news(after: int) -> list[tuple[int, dict[str, str]]]:
    close_old_connections()
    lines = queries.lines(queries.changed_after(after))
    told = []
    for line in lines:
        rows = {}
        for language in LANGUAGES:
            with translation.override(language):
                rows[language] = " ".join(render_to_string("warnings/line.html", {"line": line}).split())
        told.append((line.warning.changed, rows))
    close_old_connections()
    return told


async def _poll(after: int) -> None:
    while _pages:
        for news in await _news(after):
            after = news[0]
            for page in list(_pages):
                if page.full():
                    page.get_nowait()
                page.put_nowait(news)
        await asyncio.sleep(EVERY_S)


async def follow(language: str, after: int | None) -> AsyncIterator[bytes]:
    """Server-sent events with a row of HTML for each change after `after` (None: from now on)."""
    global _poller
    page: asyncio.Queue[tuple[int, dict[str, str]]] = asyncio.Queue(_WAITING)
    newest = await sync_to_async(queries.last_change)()
    seen = newest if after is None else after
    language = language if language in LANGUAGES else LANGUAGES[0]
    _pages[page] = None
    try:
        if _poller is None or _poller.done():
            _poller = asyncio.create_task(_poll(newest))
        for change, rows in await _news(seen):
            seen = change
            yield _event(change, rows[language])
        yield b": here\n\n"
        while True:
            try:
                change, rows = await asyncio.wait_for(page.get(), HEARTBEAT_S)
            except TimeoutError:
                yield b": still here\n\n"
                continue
            if change > seen:
                seen = change
                yield _event(change, rows[language])
    finally:
        del _pages[page]


def _event(change: int, row: str) -> bytes:
    return f"id: {change}\nevent: warning\ndata: {row}\n\n".encode()
