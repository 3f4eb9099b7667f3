"""The app of bulletins."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "fanzha.centre.bulletins"
    label = "bulletins"
