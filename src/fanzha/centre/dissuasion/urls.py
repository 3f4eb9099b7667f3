"""The desk, the queue, an order and what can be done about it."""

from django.urls import path

from fanzha.centre.dissuasion import figure_pages, leader_pages, views

app_name = "dissuasion"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("next", views.take_next, name="next"),
    path("stream", views.stream, name="stream"),
    path("room/<str:verb>", views.act_in_room, name="in_room"),
    path("room/<str:verb>/<int:record>", views.act_in_room, name="in_room"),
    path("of/<str:warning_id>/", views.of_warning, name="of_warning"),
    path("figures/", figure_pages.figure_table, name="figures"),
    path("brief/", figure_pages.brief, name="brief"),
    path("leader/", leader_pages.leader, name="leader"),
    path("leader/<str:verb>/<int:key>", leader_pages.decide, name="decide"),
    path("care/", leader_pages.care, name="care"),
    path("care/<int:task_id>", leader_pages.follow_up, name="follow_up"),
    path("<str:order_id>/", views.order, name="order"),
    path("<str:order_id>/<str:verb>", views.act, name="act"),
]
