"""A person's own details, sites and ways to sign in."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.accounts.models import Membership
from portal.accounts.presenters import roles_held
from portal.foundation.access import OWN_ACCOUNT
from portal.foundation.web.views import MemberView


class Account(MemberView):
    """What the portal knows about the person who reads it."""

    permission = OWN_ACCOUNT

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Details, memberships with their roles, and links to sessions and second factors."""
        memberships = (
            Membership.objects.visible_to(self.actor)  # type: ignore[attr-defined]
            .live()
            .select_related("organisation")
            .prefetch_related("grants")
            .order_by("organisation__name")
        )
        return self.page("accounts/account.html.jinja", {"person": request.user, "held": roles_held(memberships)})
