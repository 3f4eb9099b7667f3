"""The app of protective holds, stopped lines and objections to them."""

from django.apps import AppConfig


class HoldsConfig(AppConfig):
    name = "fanzha.centre.holds"
    label = "holds"
