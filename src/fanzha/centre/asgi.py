"""The web process: `uvicorn fanzha.centre.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanzha.centre.settings")
os.environ.setdefault(
    "POLARS_MAX_THREADS", "1"
)  # a batch is small: handing it to other threads costs more than it saves
application = get_asgi_application()
