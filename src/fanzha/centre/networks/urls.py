"""Pages of networks."""

from django.urls import path

from fanzha.centre.networks.views import deciding, gangs, listing, viewing

app_name = "networks"
urlpatterns = [
    path("", listing.overview, name="list"),
    path("view", viewing.network, name="view"),
    path("view.svg", viewing.picture, name="picture"),
    path("view.csv", viewing.table, name="table"),
    path("search", listing.search, name="search"),
    path("sites/see", listing.see_site, name="see_site"),
    path("links/<int:pk>/<str:verb>", deciding.decide_link, name="link"),
    path("series/<str:number>/", deciding.series, name="series"),
    path("series/<str:number>/<str:verb>", deciding.act_on_series, name="act_on_series"),
    path("gangs/<str:number>/", gangs.gang, name="gang"),
    path("gangs/<str:number>/move", gangs.move_gang, name="move_gang"),
    path("gangs/<str:number>/identifiers", gangs.settle_identifiers, name="identifiers"),
    path("dens/new", gangs.write_den, name="write_den"),
    path("dens/<str:number>/", gangs.den, name="den"),
    path("dens/<str:number>/move", gangs.move_den, name="move_den"),
]
