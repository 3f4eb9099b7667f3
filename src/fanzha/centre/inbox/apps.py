"""The app of warnings handed down from above and from counters."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "fanzha.centre.inbox"
    label = "inbox"

    def ready(self) -> None:
        """Take in every row of `pushed`, whoever brings it, and tell senders of outcomes."""
        from fanzha.centre.cases.timeline import TOKEN_SOURCES
        from fanzha.centre.dissuasion.actions import after_outcome
        from fanzha.centre.inbox import actions, queries
        from fanzha.centre.intake.actions import Receiver, receivers

        receivers["pushed"] = Receiver(actions.claim, actions.open_waiting)
        TOKEN_SOURCES.append(queries.of_tokens)
        after_outcome += [actions.note_outcome, actions.tell_reporters]
