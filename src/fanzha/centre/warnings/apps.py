"""The app of warnings as the engine gave them."""

from django.apps import AppConfig


class WarningsConfig(AppConfig):
    name = "fanzha.centre.warnings"
    label = "warnings"
