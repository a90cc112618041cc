"""Addresses under /staff/forms/."""

from __future__ import annotations

from django.urls import path

from portal.serials.urls.as_files import as_files
from portal.serials.views import files, formats, secure_staff, staff

app_name = "staff_serials"
urlpatterns = [
    path("", staff.Register.as_view(), name="register"),
    *as_files("file", files.StoreForms, "stores"),
    *as_files("number", files.StaffNumber, "number"),
    path("book-in/", staff.BookInPage.as_view(), name="book_in"),
    path("take-back/", staff.TakeBack.as_view(), name="take_back"),
    path("missing/", staff.MissingHere.as_view(), name="missing_here"),
    path("destroy/", staff.Destroy.as_view(), name="destroy"),
    path("consignments/<reference>/", staff.Parcel.as_view(), name="parcel"),
    path("consignments/<reference>/take-out/", staff.TakeOut.as_view(), name="take_out"),
    path("consignments/<reference>/came-back/", staff.ParcelBack.as_view(), name="parcel_back"),
    path("missing/<reference>/", staff.Settle.as_view(), name="settle"),
    path("missing/<reference>/notice.pdf", secure_staff.StaffNotice.as_view(), name="notice"),
    path("releases/", secure_staff.Releases.as_view(), name="releases"),
    path("releases/<reference>/", secure_staff.ReleasePage.as_view(), name="release"),
    path("incidents/", secure_staff.Incidents.as_view(), name="incidents"),
    *as_files("incidents/file", files.Incidents, "incidents"),
    *as_files("incidents/areas", files.IncidentCounts, "areas"),
    path("formats/", formats.FormFormats.as_view(), name="formats"),
    path("formats/<item>/", formats.OneFormat.as_view(), name="format"),
    path("formats/<item>/change/", formats.AskFormat.as_view(), name="ask_format"),
    path("format-decisions/<reference>/", formats.DecideFormat.as_view(), name="decide_format"),
    path("contacts/", secure_staff.Contacts.as_view(), name="contacts"),
    path("contacts/add/", secure_staff.AddContact.as_view(), name="add_contact"),
    path("contacts/end/", secure_staff.EndContact.as_view(), name="end_contact"),
]
