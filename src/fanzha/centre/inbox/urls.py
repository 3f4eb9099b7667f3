"""Pages of warnings handed down from above and from counters."""

from django.urls import path

from fanzha.centre.inbox.views import desk, files, listing, quarantine

app_name = "inbox"
urlpatterns = [
    path("", listing.inbox, name="list"),
    path("month/", listing.reconciliation, name="month"),
    path("files/", files.file_list, name="files"),
    path("files/<int:upload_id>/", files.upload, name="upload"),
    path("desk/", desk.desk, name="desk"),
    path("desk/<str:form>/", desk.answer, name="answer"),
    path("quarantine/", quarantine.quarantine_list, name="quarantine"),
    path("quarantine/<str:name>/out", quarantine.take_out, name="take_out"),
    path("quarantine/<str:name>/in", quarantine.drive_in, name="drive_in"),
]
