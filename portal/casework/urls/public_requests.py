"""Addresses under /requests/, for people without account."""

from __future__ import annotations

from django.urls import path

from portal.casework.views import public_requests as views
from portal.casework.views import requester_case

app_name = "casework_requests"
urlpatterns = [
    path("", views.Start.as_view(), name="start"),
    path("new/<journey>/", views.Begin.as_view(), name="begin"),
    path("mailed/", views.Mailed.as_view(), name="mailed"),
    path("status/", views.Status.as_view(), name="status"),
    path("draft/<reference>/", views.Resume.as_view(), name="draft"),
    path("draft/<reference>/check/", views.Check.as_view(), name="check"),
    path("draft/<reference>/discard/", views.Discard.as_view(), name="discard"),
    path("draft/<reference>/<step>/", views.OneStep.as_view(), name="step"),
    path("sent/<reference>/", views.Sent.as_view(), name="sent"),
    path("case/<reference>/", views.OwnCase.as_view(), name="case"),
    path("stop/<reference>/", requester_case.Freeze.as_view(), name="freeze"),
    path("stop/<reference>/stopped/", requester_case.Frozen.as_view(), name="frozen"),
    path("case/<reference>/write/", requester_case.Write.as_view(), name="write"),
    path("case/<reference>/rate/", requester_case.Rate.as_view(), name="rate"),
    path("case/<reference>/close/", requester_case.Close.as_view(), name="close"),
    path("case/<reference>/files/<file>/", requester_case.File.as_view(), name="file"),
]
