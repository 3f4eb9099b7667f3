"""The bulletin and the records behind it."""

from django.urls import path

from fanzha.centre.bulletins import views

app_name = "bulletins"
urlpatterns = [
    path("", views.bulletin, name="bulletin"),
    path("records/", views.records, name="records"),
]
