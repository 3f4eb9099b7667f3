"""The app of warnings."""

from django.apps import AppConfig


class WarningsConfig(AppConfig):
    name = "fanzha.centre.warnings"
    label = "warnings"
