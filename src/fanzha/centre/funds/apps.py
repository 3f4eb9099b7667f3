"""The app of stop-payments."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "fanzha.centre.funds"
    label = "funds"

    def ready(self) -> None:
        from fanzha.centre.duty.pending import SOURCES
        from fanzha.centre.funds.queries import for_handover

        if for_handover not in SOURCES:
            SOURCES.append(for_handover)
