"""The app of guided scripts and the answers to them."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "fanzha.centre.conversations"
    label = "conversations"

    def ready(self) -> None:
        """Read and check every script, so that a wrong one is found at start and not during a call."""
        from fanzha.centre.conversations.reading import scripts

        scripts()
