"""The outbox, what is sent from an order's page, and the door for receipts."""

from django.urls import path

from fanzha.centre.channels import views

app_name = "channels"
urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:message_id>/explain", views.explain, name="explain"),
    path("order/<str:order_id>/<str:verb>", views.act, name="act"),
    path("receipts/<str:channel>", views.receipts, name="receipts"),
]
