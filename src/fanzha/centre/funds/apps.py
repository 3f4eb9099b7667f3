"""The app of stop-payments."""

from django.apps import AppConfig


class FundsConfig(AppConfig):
    name = "fanzha.centre.funds"
    label = "funds"
