"""The app of units, shifts and handovers."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    name = "fanzha.centre.duty"
    label = "duty"
