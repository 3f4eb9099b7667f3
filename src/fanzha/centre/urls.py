"""Where each app's pages are."""

from django.urls import include, path

urlpatterns = [
    path("", include("fanzha.centre.warnings.urls")),
    path("access/", include("fanzha.centre.access.urls")),
    path("bulletins/", include("fanzha.centre.bulletins.urls")),
    path("api/v1/", include("fanzha.centre.intake.urls")),
    path("language/", include("django.conf.urls.i18n")),
]
