"""Signing in and out."""

from django.urls import path

from fanzha.centre.access import views

app_name = "access"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("demo/<str:role>/", views.demo_sign_in, name="demo_sign_in"),
    path("password/", views.password, name="password"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
