"""The app of links, series, gangs and dens, as they are proposed and confirmed."""

from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "fanzha.centre.networks"
    label = "networks"

    def ready(self) -> None:
        """Read the traces that cases name; tell timelines of cases what they were linked to; hear of cases that were joined."""
        from fanzha.centre.cases import actions as cases
        from fanzha.centre.cases import timeline
        from fanzha.centre.cases.queries import about
        from fanzha.centre.networks import actions, queries, traces

        if traces.of_identifiers not in traces.SOURCES:
            traces.SOURCES += [traces.of_identifiers, traces.of_sites]
            timeline.CASE_SOURCES.append(queries.happened_in)
            timeline.TOKEN_SOURCES.append(queries.of_tokens)
            about.PAGES.append(queries.page_of)
            about.LEADS.append(queries.sites_seen_with)
            cases.after_joining.append(actions.bring)
