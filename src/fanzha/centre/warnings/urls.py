"""The live list, a warning, and what can be done about it."""

from django.urls import path, re_path

from fanzha.centre.warnings import views

app_name = "warnings"
urlpatterns = [
    path("warnings/", views.warning_list, name="list"),
    path("warnings/stream", views.stream, name="stream"),
    path("warnings/<str:warning_id>/", views.detail, name="detail"),
    re_path(r"^warnings/(?P<warning_id>\w+)/(?P<verb>judge|unmask)$", views.act, name="act"),
]
