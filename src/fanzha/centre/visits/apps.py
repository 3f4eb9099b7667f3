"""The app of officers' visits."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "fanzha.centre.visits"
    label = "visits"
