"""The app of cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "fanzha.centre.cases"
    label = "cases"
