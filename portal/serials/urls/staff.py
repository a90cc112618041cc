"""Addresses under /staff/forms/."""

from __future__ import annotations

from django.urls import path

from portal.serials.views import staff

app_name = "staff_serials"
urlpatterns = [
    path("", staff.Register.as_view(), name="register"),
    path("book-in/", staff.BookInPage.as_view(), name="book_in"),
    path("take-back/", staff.TakeBack.as_view(), name="take_back"),
    path("consignments/<reference>/", staff.Parcel.as_view(), name="parcel"),
    path("consignments/<reference>/take-out/", staff.TakeOut.as_view(), name="take_out"),
    path("missing/<reference>/", staff.Settle.as_view(), name="settle"),
]
