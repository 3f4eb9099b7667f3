"""The app of guided scripts and the answers to them."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "fanzha.centre.conversations"
    label = "conversations"

    def ready(self) -> None:
        """Read and check every script, so that a wrong one is found at start and not during a call; tell histories in words."""
        from fanzha.centre.access import words
        from fanzha.centre.conversations.reading import scripts
        from fanzha.centre.people.telling import RELATIONS

        scripts()
        words.TELLERS["told_others"] = words.begins_with(RELATIONS.get)
