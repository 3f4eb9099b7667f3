"""Pages of guided scripts and the answers to them."""

from django.urls import URLPattern

app_name = "conversations"
urlpatterns: list[URLPattern] = []
