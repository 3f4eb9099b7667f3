"""The web process: `uvicorn fanzha.centre.asgi:application`."""

from __future__ import annotations

import os
import sys
import warnings

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase


class OneHop(ASGIHandler):
    """Answers a request in one thread from the first middleware to the view.

    Django would run whatever can be asynchronous on the event loop and hop to a thread and back for each synchronous part, a dozen
    times a request, and wait each time for whoever is computing. What streams is still sent from the event loop.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: ARG002 the base class asks for the other chain
        """The synchronous chain, whatever is asked for."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The whole of the answer, from a thread."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanzha.centre.settings")
# A batch is small: handing it to other threads costs more than it saves.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
# Who reads a page waits at most this long for a thread that takes in a batch.
sys.setswitchinterval(0.001)
# WhiteNoise's static files: Django reads each whole and sends it, and would say so in the log for every one.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")
django.setup(set_prefix=False)
application = OneHop()
