"""Addresses under /o/<code>/users/."""

from __future__ import annotations

from django.urls import path

from portal.accounts.views import users

app_name = "users"
urlpatterns = [
    path("", users.Users.as_view(), name="list"),
    path("export/", users.Export.as_view(), name="export"),
    path("add/", users.Add.as_view(), name="add"),
    path("review/", users.ReviewUsers.as_view(), name="review"),
    path("invitations/<reference>/resend/", users.ResendInvitation.as_view(), name="resend"),
    path("invitations/<reference>/cancel/", users.CancelInvitation.as_view(), name="cancel"),
    path("<reference>/", users.Person.as_view(), name="person"),
    path("<reference>/roles/", users.ChangeRoles.as_view(), name="roles"),
    path("<reference>/end-date/", users.SetEndDate.as_view(), name="end_date"),
    path("<reference>/deactivate/", users.Deactivate.as_view(), name="deactivate"),
    path("<reference>/reactivate/", users.Reactivate.as_view(), name="reactivate"),
]
