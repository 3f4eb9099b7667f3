"""Going on and off duty, and what one shift hands to the next."""

from django.urls import path

from fanzha.centre.duty import views

app_name = "duty"
urlpatterns = [
    path("", views.handover, name="handover"),
    path("<str:verb>", views.act, name="act"),
]
