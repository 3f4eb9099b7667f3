"""Where each app's pages are."""

from django.urls import include, path

from fanzha.centre.dissuasion.views import desk

urlpatterns = [
    path("", desk, name="desk"),
    path("", include("fanzha.centre.warnings.urls")),
    path("dissuasion/", include("fanzha.centre.dissuasion.urls")),
    path("duty/", include("fanzha.centre.duty.urls")),
    path("channels/", include("fanzha.centre.channels.urls")),
    path("trials/", include("fanzha.centre.trials.urls")),
    path("holds/", include("fanzha.centre.holds.urls")),
    path("phrases/", include("fanzha.centre.phrases.urls")),
    path("conversations/", include("fanzha.centre.conversations.urls")),
    path("visits/", include("fanzha.centre.visits.urls")),
    path("funds/", include("fanzha.centre.funds.urls")),
    path("cases/", include("fanzha.centre.cases.urls")),
    path("clues/", include("fanzha.centre.clues.urls")),
    path("suspects/", include("fanzha.centre.suspects.urls")),
    path("networks/", include("fanzha.centre.networks.urls")),
    path("inbox/", include("fanzha.centre.inbox.urls")),
    path("access/", include("fanzha.centre.access.urls")),
    path("bulletins/", include("fanzha.centre.bulletins.urls")),
    path("api/v1/", include("fanzha.centre.intake.urls")),
    path("api/v1/", include("fanzha.centre.clues.api_urls")),
    path("language/", include("django.conf.urls.i18n")),
]
