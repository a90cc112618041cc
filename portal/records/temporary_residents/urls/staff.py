"""Addresses under /staff/records/temporary/."""

from __future__ import annotations

from django.urls import path

from portal.records.temporary_residents.views import staff as views
from portal.records.temporary_residents.views import staff_bags as bags

app_name = "staff_temporary"
urlpatterns = [
    path("", views.Forms.as_view(), name="forms"),
    path("forms/<reference>/", views.OneForm.as_view(), name="form"),
    path("forms/<reference>/open/", views.Open.as_view(), name="open"),
    path("forms/<reference>/route/", views.Route.as_view(), name="route"),
    path("forms/<reference>/take-back/", views.TakeBack.as_view(), name="take_back"),
    path("forms/<reference>/posted/", views.Posted.as_view(), name="posted"),
    path("bags/", bags.Bags.as_view(), name="bags"),
    path("bags/take-in/", bags.TakeIn.as_view(), name="take_in"),
    path("bags/<bag>/", bags.OneBag.as_view(), name="bag"),
    path("bags/<bag>/enter/", bags.EnterForm.as_view(), name="enter_form"),
    path("bags/<bag>/empty/", bags.EmptyBag.as_view(), name="empty_bag"),
    path("bags/<bag>/missing/", bags.MissingBag.as_view(), name="missing_bag"),
]
