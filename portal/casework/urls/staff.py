"""Addresses under /staff/cases/."""

from __future__ import annotations

from django.urls import path

from portal.casework.views import staff, staff_many, staff_steps

app_name = "staff_casework"
urlpatterns = [
    path("cases/", staff.Cases.as_view(), name="cases"),
    path("cases/team-load/", staff.TeamLoad.as_view(), name="load"),
    path("cases/my-work/", staff.MyWork.as_view(), name="my_work"),
    path("cases/several/", staff_many.Several.as_view(), name="several"),
    path("cases/several/done/", staff_many.Done.as_view(), name="several_done"),
    path("cases/<reference>/", staff.OneCase.as_view(), name="case"),
    path("cases/<reference>/take/", staff_steps.Take.as_view(), name="take"),
    path("cases/<reference>/wait/", staff_steps.WaitFor.as_view(), name="wait"),
    path("cases/<reference>/answer/", staff_steps.AnswerCase.as_view(), name="answer"),
    path("cases/<reference>/reply/", staff_steps.WriteReply.as_view(), name="reply"),
    path("cases/<reference>/note/", staff_steps.Note.as_view(), name="note"),
    path("cases/<reference>/plan/", staff_steps.PlanCase.as_view(), name="plan"),
    path("cases/<reference>/merge/", staff_steps.MergeCase.as_view(), name="merge"),
    path("cases/<reference>/give/", staff_steps.GiveCase.as_view(), name="give"),
    path("cases/<reference>/put-back/", staff_steps.PutBack.as_view(), name="put_back"),
    path("cases/<reference>/resume/", staff_steps.Resume.as_view(), name="resume"),
    path("cases/<reference>/files/<file>/", staff.File.as_view(), name="file"),
]
