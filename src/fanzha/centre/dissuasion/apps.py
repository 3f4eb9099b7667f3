"""The app of orders of dissuasion: tasks, clocks, outcomes, figures."""

from django.apps import AppConfig


class DissuasionConfig(AppConfig):
    name = "fanzha.centre.dissuasion"
    label = "dissuasion"
