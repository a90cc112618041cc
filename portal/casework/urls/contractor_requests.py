"""Addresses under /o/<code>/requests/."""

from __future__ import annotations

from django.urls import path

from portal.casework.views import contractor_requests as views

app_name = "requests"
urlpatterns = [
    path("", views.Start.as_view(), name="start"),
    path("new/<journey>/", views.Begin.as_view(), name="begin"),
    path("draft/<reference>/", views.Resume.as_view(), name="resume"),
    path("draft/<reference>/check/", views.Check.as_view(), name="check"),
    path("draft/<reference>/discard/", views.Discard.as_view(), name="discard"),
    path("draft/<reference>/<step>/", views.OneStep.as_view(), name="step"),
    path("answer/<reference>/", views.AnswerQuestion.as_view(), name="answer"),
    path("withdraw/<reference>/", views.Withdraw.as_view(), name="withdraw"),
    path("sent/<reference>/", views.Sent.as_view(), name="sent"),
]
