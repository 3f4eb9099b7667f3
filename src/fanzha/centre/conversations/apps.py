"""The app of guided scripts and the answers to them."""

from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "fanzha.centre.conversations"
    label = "conversations"
