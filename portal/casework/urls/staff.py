"""Addresses under /staff/cases/."""

from __future__ import annotations

from django.urls import path

from portal.casework.views import staff

app_name = "staff_casework"
urlpatterns = [
    path("cases/", staff.Cases.as_view(), name="cases"),
    path("cases/team-load/", staff.TeamLoad.as_view(), name="load"),
    path("cases/<reference>/", staff.OneCase.as_view(), name="case"),
    path("cases/<reference>/take/", staff.Take.as_view(), name="take"),
    path("cases/<reference>/wait/", staff.WaitFor.as_view(), name="wait"),
    path("cases/<reference>/answer/", staff.AnswerCase.as_view(), name="answer"),
    path("cases/<reference>/reply/", staff.Reply.as_view(), name="reply"),
    path("cases/<reference>/note/", staff.Note.as_view(), name="note"),
    path("cases/<reference>/plan/", staff.PlanCase.as_view(), name="plan"),
    path("cases/<reference>/merge/", staff.MergeCase.as_view(), name="merge"),
    path("cases/<reference>/files/<file>/", staff.File.as_view(), name="file"),
]
