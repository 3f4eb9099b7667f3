"""Pages of networks."""

from django.urls import path

from fanzha.centre.networks import views

app_name = "networks"
urlpatterns = [
    path("", views.overview, name="list"),
    path("view", views.network, name="view"),
    path("view.svg", views.picture, name="picture"),
    path("view.csv", views.table, name="table"),
    path("links/<int:pk>/<str:verb>", views.decide_link, name="link"),
    path("series/<str:number>/", views.series, name="series"),
    path("series/<str:number>/<str:verb>", views.act_on_series, name="act_on_series"),
    path("gangs/<str:number>/", views.gang, name="gang"),
    path("gangs/<str:number>/move", views.move_gang, name="move_gang"),
    path("dens/<str:number>/", views.den, name="den"),
    path("dens/<str:number>/move", views.move_den, name="move_den"),
]
