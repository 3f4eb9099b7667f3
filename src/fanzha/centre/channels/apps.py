"""The app of what is sent to people and partners, by which way, and what came back."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "fanzha.centre.channels"
    label = "channels"

    def ready(self) -> None:
        from fanzha.centre.access import words
        from fanzha.centre.channels import queries
        from fanzha.centre.channels.actions import drop_automatic, spare_minors
        from fanzha.centre.channels.channel import acts
        from fanzha.centre.dissuasion.actions import after_closing
        from fanzha.centre.people.actions import after_people

        after_closing.append(drop_automatic)
        after_people.append(spare_minors)  # behind dissuasion's, which says who is one
        words.ACTS.append(acts)
        words.TELLERS.update(call_asked=queries.told_of, contact=queries.told_of, handed_over=queries.told_of)
