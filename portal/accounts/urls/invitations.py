"""Addresses under /invitation/: what the e-mail of an invitation points to."""

from __future__ import annotations

from django.urls import path

from portal.accounts.views.invitations import AnswerInvitation

app_name = "invitations"
urlpatterns = [path("<token>/", AnswerInvitation.as_view(), name="answer")]
