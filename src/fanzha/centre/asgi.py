"""The web process: `uvicorn fanzha.centre.asgi:application`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fanzha.centre.settings")
application = get_asgi_application()
