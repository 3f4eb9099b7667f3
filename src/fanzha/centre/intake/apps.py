"""The app of intake."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "fanzha.centre.intake"
    label = "intake"
