"""Answers of a conversation, and telling others."""

from django.urls import path

from fanzha.centre.conversations import views

app_name = "conversations"
urlpatterns = [
    path("<str:order_id>/answer", views.answer, name="answer"),
    path("<str:order_id>/tell", views.tell, name="tell"),
]
