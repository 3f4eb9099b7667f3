"""The app of orders of dissuasion: tasks, clocks, outcomes, figures."""

from django.apps import AppConfig


class DissuasionConfig(AppConfig):
    name = "fanzha.centre.dissuasion"
    label = "dissuasion"

    def ready(self) -> None:
        """Hear from registers who is a minor; tell histories in words."""
        from fanzha.centre.access import words
        from fanzha.centre.dissuasion import history
        from fanzha.centre.dissuasion.actions.opening import learn_minors
        from fanzha.centre.people.actions import after_people

        if learn_minors not in after_people:
            after_people.append(learn_minors)
        words.TELLERS.update(history.TOLD)
