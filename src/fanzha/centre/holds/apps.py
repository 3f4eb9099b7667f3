"""The app of protective holds, stopped lines and objections to them."""

from django.apps import AppConfig


class HoldsConfig(AppConfig):
    name = "fanzha.centre.holds"
    label = "holds"

    def ready(self) -> None:
        from fanzha.centre.access import words
        from fanzha.centre.cases.timeline import TOKEN_SOURCES
        from fanzha.centre.duty.pending import SOURCES
        from fanzha.centre.holds import history
        from fanzha.centre.holds.queries import for_handover, of_tokens

        words.TELLERS.update(history.TOLD)

        if for_handover not in SOURCES:
            SOURCES.append(for_handover)
            TOKEN_SOURCES.append(of_tokens)
        from fanzha.centre.dissuasion.actions import after_closing, protectors
        from fanzha.centre.holds.actions import lift_after_closing, protect

        if lift_after_closing not in after_closing:
            after_closing.append(lift_after_closing)
        if protect not in protectors:
            protectors.append(protect)
