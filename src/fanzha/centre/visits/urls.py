"""Pages of officers' visits; everything that works without a connection lies under one path, the reach of its service worker."""

from django.urls import path

from fanzha.centre.visits import views

app_name = "visits"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("worker.js", views.worker, name="worker"),
    path("shell/list/", views.list_shell, name="list_shell"),
    path("shell/", views.visit_shell, name="visit_shell"),
    path("take/<int:task_id>", views.take, name="take"),
    path("photo/<uuid:visit_id>", views.photo, name="photo"),
    path("<str:order_id>/", views.visit, name="visit"),
    path("<str:order_id>/open", views.open_visit, name="open"),
    path("<str:order_id>/state", views.state, name="state"),
    path("<str:order_id>/report", views.report, name="report"),
    path("<str:order_id>/back", views.give_back, name="back"),
    path("<str:order_id>/address", views.give_address, name="address"),
]
