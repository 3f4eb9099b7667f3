"""The simulated providers over HTTP, all in one small program: `python -m fanzha.centre.channels.simulators`.

It writes its address into the home (`simulators.json`), where a demo home's connectors look. `POST /<channel>/messages` takes a message,
`GET /<channel>/messages` lists what was taken. Receipts go to the centre's own door, by the centre's clock.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

import httpx
import uvicorn

from fanzha.centre import clock, to_itself
from fanzha.centre.channels.simulation import Providers
from fanzha.centre.secrets import secret
from fanzha.home import Home, find_home

EVERY_S = 0.2
Messages = Callable[[], Awaitable[dict[str, Any]]]
Answer = Callable[[dict[str, Any]], Awaitable[None]]


class Application:
    """The ASGI application over the providers. `trouble`: statuses to answer instead, the next first (0: hang up without a word)."""

    def __init__(self, providers: Providers, now: Callable[[], datetime] = clock.now) -> None:
        self.providers, self.now = providers, now
        self.trouble: dict[str, list[int]] = {}

    async def __call__(self, scope: dict[str, Any], receive: Messages, send: Answer) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            part = await receive()
            body += part.get("body", b"")
            if not part.get("more_body"):
                break
        status, told = self._answer(scope, body)
        if not status:
            raise ConnectionAbortedError("hung up on purpose")
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(told, ensure_ascii=False).encode()})

    def _answer(self, scope: dict[str, Any], body: bytes) -> tuple[int, Any]:
        channel, _, rest = scope["path"].strip("/").partition("/")
        if rest != "messages" or scope["method"] not in ("GET", "POST"):
            return 404, {"error": {"code": "path", "message": "expected /<channel>/messages"}}
        if scope["method"] == "GET":
            return 200, [one.body for one in self.providers.taken.values() if one.channel == channel]
        key = dict(scope["headers"]).get(b"idempotency-key", b"").decode()
        waiting = self.trouble.get(channel) or []
        status = waiting.pop(0) if waiting else 202
        if status not in (0, 202):
            return status, {"error": {"code": "trouble", "message": "on purpose"}}
        try:
            told = json.loads(body)
        except json.JSONDecodeError:
            return 400, {"error": {"code": "body", "message": "expected a JSON object"}}
        taken = self.providers.take(channel, key, told, self.now())
        return taken if status else (0, None)


async def _hand_in(providers: Providers, home: Home, port: int) -> None:
    """Receipts to the centre, again and again; while it is being started they wait."""
    headers = {"Authorization": f"Bearer {secret(home, 'receipt_token')}"}
    with to_itself.client(port, 10, headers) as client:

        def post(channel: str, body: dict[str, Any]) -> bool:
            with suppress(httpx.TransportError):
                return client.post(f"/channels/receipts/{channel}", json=body).status_code < 500
            return False

        while True:
            await asyncio.to_thread(providers.hand_in, clock.now(), post)
            await asyncio.sleep(EVERY_S)


async def serve(home: Home, port: int) -> None:
    """Serve on a free port of this machine until told to stop; `port` is the centre's."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    providers = Providers()
    server = uvicorn.Server(uvicorn.Config(Application(providers), log_level="warning", lifespan="off"))
    path = home.root / "simulators.json"
    part = path.with_suffix(".part")
    part.write_text(json.dumps({"address": address}))
    os.replace(part, path)
    handing = asyncio.create_task(_hand_in(providers, home, port))
    await server.serve([listening])
    handing.cancel()


if __name__ == "__main__":
    asyncio.run(serve(find_home(), int(os.environ.get("FANZHA_PORT", "8000"))))
