"""The app of suspects and of co-operation with other countries."""

from django.apps import AppConfig


class SuspectsConfig(AppConfig):
    name = "fanzha.centre.suspects"
    label = "suspects"

    def ready(self) -> None:
        """Go with joined cases; tell timelines and figures."""
        from fanzha.centre.cases import actions as cases
        from fanzha.centre.cases import figures, timeline
        from fanzha.centre.suspects import actions, kept, queries

        figures.KEPT.update(kept.OWN)
        if actions.bring not in cases.after_joining:
            cases.after_joining.append(actions.bring)
            timeline.CASE_SOURCES.append(queries.happened_in)
            timeline.TOKEN_SOURCES.append(queries.of_tokens)
