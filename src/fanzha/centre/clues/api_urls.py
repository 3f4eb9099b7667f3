"""Where a sender's program tells clues and asks for them."""

from django.urls import path

from fanzha.centre.clues import api

app_name = "clues_api"
urlpatterns = [path("clues", api.clues, name="clues"), path("clues/<str:number>", api.clue, name="clue")]
