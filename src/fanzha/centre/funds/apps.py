"""The app of stop-payments."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "fanzha.centre.funds"
    label = "funds"

    def ready(self) -> None:
        """Draft what reports tell of, go with joined cases, hold cases open while stops run; tell handovers and timelines."""
        from fanzha.centre.access import words
        from fanzha.centre.cases import actions as cases
        from fanzha.centre.cases import timeline
        from fanzha.centre.duty.pending import SOURCES
        from fanzha.centre.funds import at_intake, queries, states

        words.TELLERS.update({f"stop_{answer}": reasons.get for answer, reasons in states.REASONS.items()})
        if queries.for_handover not in SOURCES:
            SOURCES.append(queries.for_handover)
            cases.after_report.append(at_intake.draft_for)
            cases.after_joining.append(at_intake.bring)
            cases.obstacles.append(at_intake.still_running)
            timeline.CASE_SOURCES.append(queries.happened_in)
            timeline.TOKEN_SOURCES.append(queries.of_tokens)
