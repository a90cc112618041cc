"""Addresses under /staff/problems/."""

from __future__ import annotations

from django.urls import path

from portal.casework.views import staff

app_name = "staff_casework"
urlpatterns = [
    path("problems/", staff.Cases.as_view(), name="cases"),
    path("problems/team-load/", staff.TeamLoad.as_view(), name="load"),
    path("problems/<reference>/", staff.OneCase.as_view(), name="case"),
    path("problems/<reference>/take/", staff.Take.as_view(), name="take"),
    path("problems/<reference>/wait/", staff.WaitFor.as_view(), name="wait"),
    path("problems/<reference>/answer/", staff.AnswerCase.as_view(), name="answer"),
    path("problems/<reference>/reply/", staff.Reply.as_view(), name="reply"),
    path("problems/<reference>/note/", staff.Note.as_view(), name="note"),
    path("problems/<reference>/plan/", staff.PlanCase.as_view(), name="plan"),
    path("problems/<reference>/merge/", staff.MergeCase.as_view(), name="merge"),
    path("problems/<reference>/files/<file>/", staff.File.as_view(), name="file"),
]
