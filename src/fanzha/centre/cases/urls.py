"""Pages of cases."""

from django.urls import path

from fanzha.centre.cases.views import figures, listing, reporting, searching, waiting, working

app_name = "cases"
urlpatterns = [
    path("", listing.case_list, name="list"),
    path("filters/", listing.keep_filter, name="keep_filter"),
    path("filters/<int:filter_id>", listing.drop_filter, name="drop_filter"),
    path("new/", reporting.new, name="new"),
    path("file/", reporting.bring_in, name="bring_in"),
    path("training/", reporting.training, name="training"),
    path("twins/", waiting.twins, name="twins"),
    path("twins/<int:twin_id>", waiting.decide_twins, name="decide_twins"),
    path("cards/", waiting.cards, name="cards"),
    path("cards/<int:card_id>", waiting.work_card, name="work_card"),
    path("overdue/", waiting.overdue, name="overdue"),
    path("overdue/<int:overdue_id>", waiting.explain, name="explain"),
    path("figures/", figures.table, name="figures"),
    path("search/", searching.search, name="search"),
    path("about/<path:token>/", searching.about, name="about"),
    path("<str:number>/", working.case, name="case"),
    path("<str:number>/unmask", working.unmask, name="unmask"),
    path("<str:number>/reports/<int:report_id>/", reporting.reading, name="reading"),
    path("<str:number>/<str:verb>", working.act, name="act"),
]
