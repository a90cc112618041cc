"""Addresses under /o/<code>/forms/."""

from __future__ import annotations

from django.urls import path

from portal.serials.urls.as_files import as_files
from portal.serials.views import contractor as views
from portal.serials.views import files, prescribers, secure_staff

app_name = "serials"
urlpatterns = [
    path("", views.OwnForms.as_view(), name="forms"),
    *as_files("file", files.SiteForms, "forms"),
    *as_files("history", files.SiteHistory, "history"),
    *as_files("number", files.SiteNumber, "number"),
    path("confirm/<reference>/", views.Confirm.as_view(), name="confirm"),
    path("issue/", views.Issue.as_view(), name="issue"),
    path("take-back/", views.PutBack.as_view(), name="put_back"),
    path("send-back/", views.SendBack.as_view(), name="send_back"),
    path("destroy/", views.Destroy.as_view(), name="destroy"),
    path("check/<reference>/", views.CheckDelivery.as_view(), name="check"),
    path("missing/<reference>/notice.pdf", secure_staff.SiteNotice.as_view(), name="notice"),
    path("pads/", prescribers.Pads.as_view(), name="pads"),
    path("prescribers/", prescribers.Prescribers.as_view(), name="prescribers"),
    path("prescribers/add/", prescribers.Join.as_view(), name="join"),
    path("prescribers/<reference>/", prescribers.PrescriberPage.as_view(), name="prescriber"),
    path("prescribers/<reference>/name/", prescribers.Rename.as_view(), name="rename"),
    path("prescribers/<reference>/leave/", prescribers.Leave.as_view(), name="leave"),
    path("prescribers/<reference>/pads/", prescribers.ClosePads.as_view(), name="close_pads"),
    path("missing/", views.Missing.as_view(), name="missing"),
]
