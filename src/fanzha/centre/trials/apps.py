"""The app of variants of messages and scripts that are compared."""

from django.apps import AppConfig


class TrialsConfig(AppConfig):
    name = "fanzha.centre.trials"
    label = "trials"
