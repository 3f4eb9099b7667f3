"""The app of orders of dissuasion."""

from django.apps import AppConfig


class DissuasionConfig(AppConfig):
    name = "fanzha.centre.dissuasion"
    label = "dissuasion"
