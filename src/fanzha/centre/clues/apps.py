"""The app of clues, whom they are for and what came of them."""

from django.apps import AppConfig


class CluesConfig(AppConfig):
    name = "fanzha.centre.clues"
    label = "clues"

    def ready(self) -> None:
        """Hear of people who are involved themselves (D11); hold cases open; tell timelines and figures."""
        from fanzha.centre.access import words
        from fanzha.centre.cases import actions as cases
        from fanzha.centre.cases import figures, timeline
        from fanzha.centre.cases.queries.about import PAGES
        from fanzha.centre.clues import actions, kept, queries, states
        from fanzha.centre.dissuasion.actions import after_outcome

        figures.KEPT.update(kept.OWN)
        words.TELLERS.update(clue_received=states.SOURCES.get, clue_valued=states.VALUES.get)
        if actions.of_dissuasion not in after_outcome:
            after_outcome.append(actions.of_dissuasion)
            cases.obstacles.append(actions.without_disposition)
            cases.after_joining.append(actions.bring)
            timeline.CASE_SOURCES.append(queries.happened_in)
            timeline.TOKEN_SOURCES.append(queries.of_tokens)
            PAGES.append(queries.page_of)
