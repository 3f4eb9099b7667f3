"""The app of officers' visits."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "fanzha.centre.visits"
    label = "visits"

    def ready(self) -> None:
        """An address is forgotten when its order closes."""
        from fanzha.centre.dissuasion.actions import after_closing
        from fanzha.centre.visits.actions import forget_addresses

        after_closing.append(forget_addresses)
