"""The app of people and what they hold."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "fanzha.centre.people"
    label = "people"
