"""Pages of one-time phrases that prove a call is real."""

from django.urls import URLPattern

app_name = "phrases"
urlpatterns: list[URLPattern] = []
