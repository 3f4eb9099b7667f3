"""Pages of stop-payments."""

from django.urls import path

from fanzha.centre.funds import views

app_name = "funds"
urlpatterns = [
    path("", views.stop_list, name="list"),
    path("new/", views.new, name="new"),
    path("check", views.check, name="check"),
    path("<int:stop_id>/", views.stop, name="stop"),
    path("<int:stop_id>/form", views.form, name="form"),
    path("<int:stop_id>/<str:verb>", views.act, name="act"),
]
