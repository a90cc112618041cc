"""Addresses under /staff/registrations/."""

from __future__ import annotations

from django.urls import path

from portal.records.registrations.views.joining import Agree, Compare, Propose, Refuse, TakeBack
from portal.records.registrations.views.staff import ImportPage, Imports, Questions, SettleQuestion

app_name = "staff_registrations"
urlpatterns = [
    path("", Imports.as_view(), name="imports"),
    path("questions/", Questions.as_view(), name="questions"),
    path("questions/<reference>/", SettleQuestion.as_view(), name="settle"),
    path("joining/<reference>/", Compare.as_view(), name="compare"),
    path("joining/<reference>/propose/", Propose.as_view(), name="propose_joining"),
    path("joining/<reference>/agree/", Agree.as_view(), name="agree_to_joining"),
    path("joining/<reference>/refuse/", Refuse.as_view(), name="refuse_joining"),
    path("joining/<reference>/take-back/", TakeBack.as_view(), name="take_back_joining"),
    path("imports/<reference>/", ImportPage.as_view(), name="import"),
]
