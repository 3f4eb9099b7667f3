"""The app of one-time phrases that prove a call is real."""

from django.apps import AppConfig


class PhrasesConfig(AppConfig):
    name = "fanzha.centre.phrases"
    label = "phrases"
