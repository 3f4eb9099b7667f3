"""The app of what is sent to people and partners, by which way, and what came back."""

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "fanzha.centre.channels"
    label = "channels"
