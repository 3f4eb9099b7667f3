"""The app of people, roles, vault and audit."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "fanzha.centre.access"
    label = "access"
