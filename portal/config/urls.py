"""The list of addresses: composition only."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.home.urls.public")),
    path("account/", include("portal.accounts.urls.sign_in")),
    path("select-organisation/", include("portal.accounts.urls.member")),
    path("o/<code>/", include("portal.home.urls.contractor")),
    path("o/<code>/forms/", include("portal.serials.urls.contractor")),
    path("o/<code>/records/searches/", include("portal.records.searches.urls.contractor")),
    path("o/<code>/records/closing/", include("portal.records.closures.urls.contractor")),
    path("o/<code>/records/", include("portal.records.urls.contractor")),
    path("o/<code>/records/temporary/", include("portal.records.temporary_residents.urls.contractor")),
    path("o/<code>/supplies/", include("portal.supplies.urls.contractor")),
    path("o/<code>/cases/", include("portal.casework.urls.contractor")),
    path("o/<code>/problems/", include("portal.casework.urls.contractor_moved")),
    path("o/<code>/users/", include("portal.accounts.urls.users")),
    path("invitation/", include("portal.accounts.urls.invitations")),
    path("o/<code>/requests/", include("portal.casework.urls.contractor_requests")),
    path("o/<code>/enquiries/", include("portal.casework.urls.contractor_enquiries")),
    path("enquiries/", include("portal.casework.urls.public_enquiries")),
    path("requests/", include("portal.casework.urls.public_requests")),
    path("commissioner/<code>/levels/", include("portal.home.urls.commissioner")),
    path("commissioner/<code>/", include("portal.casework.urls.commissioner")),
    path("link/", include("portal.casework.urls.links")),
    path("api/v1/", include("portal.machines.urls.api")),
    path("staff/", include("portal.home.urls.staff")),
    path("courier/", include("portal.machines.urls.courier")),
    path("staff/machines/", include("portal.machines.urls.staff")),
    path("staff/scanners/", include("portal.machines.urls.scanners")),
    path("staff/", include("portal.organisations.urls.staff")),
    path("staff/attempts/", include("portal.accounts.urls.staff")),
    path("staff/records/searches/", include("portal.records.searches.urls.staff")),
    path("staff/records/hub/", include("portal.records.hub.urls.staff")),
    path("staff/records/closing/", include("portal.records.closures.urls.staff")),
    path("staff/records/", include("portal.records.urls.staff")),
    path("staff/records/temporary/", include("portal.records.temporary_residents.urls.staff")),
    path("staff/registrations/", include("portal.records.registrations.urls.staff")),
    path("staff/", include("portal.casework.urls.staff")),
    path("staff/problems/", include("portal.casework.urls.staff_moved")),
    path("staff/requests/", include("portal.casework.urls.staff_requests")),
    path("staff/forms/", include("portal.serials.urls.staff")),
    path("staff/supplies/", include("portal.supplies.urls.staff")),
]
if settings.DEMO or settings.TESTING:
    urlpatterns.append(path("demo/", include("portal.demo.urls")))

handler400 = "portal.foundation.web.errors.bad_request"
handler403 = "portal.foundation.web.errors.forbidden"
handler404 = "portal.foundation.web.errors.not_found"
handler500 = "portal.foundation.web.errors.server_error"
handler429 = "portal.foundation.web.errors.too_many_requests"  # allauth's rate limits ask for it by this name
