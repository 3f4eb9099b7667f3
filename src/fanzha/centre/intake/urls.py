"""Where signals are sent."""

from django.urls import path

from fanzha.centre.intake import views

app_name = "intake"
urlpatterns = [path("signals/<str:table>", views.signals, name="signals")]
