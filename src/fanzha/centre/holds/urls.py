"""Pages of protective holds, stopped lines and objections to them."""

from django.urls import URLPattern

app_name = "holds"
urlpatterns: list[URLPattern] = []
