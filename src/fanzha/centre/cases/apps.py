"""The app of cases."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "fanzha.centre.cases"
    label = "cases"

    def ready(self) -> None:
        from fanzha.centre.cases.queries import filed
        from fanzha.centre.dissuasion.filed_cases import SOURCES

        if filed not in SOURCES:
            SOURCES.append(filed)
