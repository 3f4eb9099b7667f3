"""Pages of protective holds, stopped lines and objections to them; `object/` is open to everybody."""

from django.urls import path

from fanzha.centre.holds import public, views

app_name = "holds"
urlpatterns = [
    path("", views.hold_list, name="list"),
    path("object/", public.object_to, name="object"),
    path("objections/", views.objections, name="objections"),
    path("objections/<int:objection_id>/decide", views.decide, name="decide"),
    path("counter/", views.counter, name="counter"),
    path("ask/<str:order_id>/", views.ask, name="ask"),
    path("<int:hold_id>/", views.hold, name="hold"),
    path("<int:hold_id>/<str:verb>", views.act, name="act"),
]
