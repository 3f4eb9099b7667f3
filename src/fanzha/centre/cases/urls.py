"""Pages of cases."""

from django.urls import path

from fanzha.centre.cases import views

app_name = "cases"
urlpatterns = [path("", views.case_list, name="list"), path("<str:number>/", views.case, name="case")]
