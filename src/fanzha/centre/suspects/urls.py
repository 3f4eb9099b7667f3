"""Pages of suspects and of co-operation with other countries."""

from django.urls import path

from fanzha.centre.suspects.views import cooperation, suspects

app_name = "suspects"
urlpatterns = [
    path("", suspects.suspect_list, name="list"),
    path("new", suspects.name, name="name"),
    path("cooperation/", cooperation.cooperation, name="cooperation"),
    path("cooperation/new", cooperation.ask, name="ask"),
    path("cooperation/<int:cooperation_id>", cooperation.answer, name="answer"),
    path("<int:suspect_id>/", suspects.suspect, name="suspect"),
    path("<int:suspect_id>/unmask", suspects.unmask, name="unmask"),
    path("<int:suspect_id>/<str:verb>", suspects.act, name="act"),
]
