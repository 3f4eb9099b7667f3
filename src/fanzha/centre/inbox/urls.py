"""Pages of warnings handed down from above and from counters."""

from django.urls import URLPattern

app_name = "inbox"
urlpatterns: list[URLPattern] = []
