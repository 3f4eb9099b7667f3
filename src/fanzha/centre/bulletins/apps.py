"""The app of bulletins and the records behind each of their figures."""

from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "fanzha.centre.bulletins"
    label = "bulletins"
