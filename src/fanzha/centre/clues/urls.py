"""Pages of clues."""

from django.urls import path

from fanzha.centre.clues import views

app_name = "clues"
urlpatterns = [
    path("", views.clue_list, name="list"),
    path("new", views.receive, name="receive"),
    path("<str:number>/", views.clue, name="clue"),
    path("<str:number>/<str:verb>", views.act, name="act"),
]
