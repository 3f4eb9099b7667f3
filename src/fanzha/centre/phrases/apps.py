"""The app of one-time phrases that prove a call is real."""

from django.apps import AppConfig


class PhrasesConfig(AppConfig):
    name = "fanzha.centre.phrases"
    label = "phrases"

    def ready(self) -> None:
        """Give each message that may hold one a phrase of its own."""
        from fanzha.centre.channels.actions import phrase_sources
        from fanzha.centre.phrases.actions import for_message

        if for_message not in phrase_sources:
            phrase_sources.append(for_message)
