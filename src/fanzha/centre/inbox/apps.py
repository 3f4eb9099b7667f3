"""The app of warnings handed down from above and from counters."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "fanzha.centre.inbox"
    label = "inbox"
