"""The app of signals that come in over HTTP, and rows that were refused."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "fanzha.centre.intake"
    label = "intake"
