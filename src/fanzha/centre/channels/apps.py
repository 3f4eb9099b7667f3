"""The app of what is sent to people and partners, by which way, and what came back."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "fanzha.centre.channels"
    label = "channels"

    def ready(self) -> None:
        from fanzha.centre.access import words
        from fanzha.centre.channels.actions import drop_automatic
        from fanzha.centre.channels.channel import acts
        from fanzha.centre.dissuasion.actions import after_closing

        after_closing.append(drop_automatic)
        words.ACTS.append(acts)
