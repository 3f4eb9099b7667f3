"""The app of officers' visits."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "fanzha.centre.visits"
    label = "visits"

    def ready(self) -> None:
        """An address is forgotten when its order closes; histories are told in words."""
        from fanzha.centre.access import words
        from fanzha.centre.dissuasion.actions import after_closing
        from fanzha.centre.visits import history
        from fanzha.centre.visits.actions import forget_addresses

        words.TELLERS.update(history.TOLD)
        after_closing.append(forget_addresses)
