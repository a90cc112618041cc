"""Addresses under /demo/, which exist in the demonstration only."""

from __future__ import annotations

from django.urls import path

from portal.demo.views import Code, Mail, MailMessage, Personas

app_name = "demo"
urlpatterns = [
    path("", Personas.as_view(), name="personas"),
    path("code/", Code.as_view(), name="code"),
    path("mail/", Mail.as_view(), name="mail"),
    path("mail/<message>/", MailMessage.as_view(), name="mail_message"),
]
