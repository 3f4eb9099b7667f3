"""The app of variants of messages and scripts that are compared."""

from django.apps import AppConfig


class TrialsConfig(AppConfig):
    name = "fanzha.centre.trials"
    label = "trials"

    def ready(self) -> None:
        from fanzha.centre.access import words
        from fanzha.centre.dissuasion.actions import after_taking
        from fanzha.centre.trials.actions import draw_opening
        from fanzha.centre.trials.variants import name_of

        if draw_opening not in after_taking:
            after_taking.append(draw_opening)
        words.TELLERS["trial_assigned"] = words.begins_with(lambda _: None, name_of)
