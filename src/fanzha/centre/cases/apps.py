"""The app of cases: reports, what is in them, who works on them and what is done."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "fanzha.centre.cases"
    label = "cases"

    def ready(self) -> None:
        """Take in every row of `reports`, whoever brings it; tell figures, handovers and timelines of cases."""
        from fanzha.centre.cases import actions, figures, kept, queries, timeline
        from fanzha.centre.cases.actions import recording
        from fanzha.centre.cases.queries import about, page
        from fanzha.centre.dissuasion.filed_cases import SOURCES
        from fanzha.centre.duty import pending
        from fanzha.centre.intake.actions import Receiver, receivers
        from fanzha.centre.people.actions import after_holdings

        receivers["reports"] = Receiver(actions.claim, actions.nothing_more)
        figures.KEPT.update(kept.OWN)
        if recording.put_cards not in after_holdings:
            after_holdings.append(recording.put_cards)
        if queries.filed not in SOURCES:
            SOURCES.append(queries.filed)
            pending.SOURCES.append(queries.for_handover)
            timeline.CASE_SOURCES += [page.acts_of, page.happened_in]
            timeline.TOKEN_SOURCES += [about.in_cases, about.warned_of, about.looked_at]
