"""Addresses under /enquiries/, for people without account."""

from __future__ import annotations

from django.urls import path

from portal.casework.views import public_enquiries as views

app_name = "casework_enquiries"
urlpatterns = [
    path("", views.Start.as_view(), name="start"),
    path("new/<enquiry>/", views.Begin.as_view(), name="begin"),
    path("mailed/", views.Mailed.as_view(), name="mailed"),
    path("draft/<reference>/", views.Change.as_view(), name="draft"),
    path("draft/<reference>/answer-first/", views.AnswerFirst.as_view(), name="answer_first"),
    path("draft/<reference>/check/", views.Check.as_view(), name="check"),
    path("sent/<reference>/", views.Sent.as_view(), name="sent"),
    path("case/<reference>/", views.OwnEnquiry.as_view(), name="case"),
]
