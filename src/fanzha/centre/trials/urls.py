"""Pages of variants of messages and scripts that are compared."""

from django.urls import path

from fanzha.centre.trials import views

app_name = "trials"
urlpatterns = [
    path("", views.page, name="page"),
    path("write", views.write, name="write"),
    path("<str:plan_id>/<str:verb>", views.act, name="act"),
]
