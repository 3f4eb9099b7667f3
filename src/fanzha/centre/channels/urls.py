"""Pages of what is sent to people and partners, by which way, and what came back."""

from django.urls import URLPattern

app_name = "channels"
urlpatterns: list[URLPattern] = []
