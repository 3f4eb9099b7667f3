"""Pages of one-time phrases that prove a call is real; `check/` is open to everybody."""

from django.urls import path

from fanzha.centre.phrases import public, views

app_name = "phrases"
urlpatterns = [
    path("check/", public.check, name="check"),
    path("callback/", views.callback, name="callback"),
    path("wrong/", views.wrong, name="wrong"),
    path("issue/<str:order_id>", views.issue, name="issue"),
]
