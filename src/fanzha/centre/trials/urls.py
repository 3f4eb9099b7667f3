"""Pages of variants of messages and scripts that are compared."""

from django.urls import URLPattern

app_name = "trials"
urlpatterns: list[URLPattern] = []
