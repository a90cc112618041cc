"""Answering an invitation from its e-mail. Opening the link changes nothing; the buttons do (R9)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from portal.accounts.actors import build_actor, sign_in_gate, signed_in_user_id
from portal.accounts.forms.users import Nothing
from portal.accounts.models import Invitation
from portal.accounts.selectors import password_path
from portal.accounts.services.answer_invitation import (
    accept_invitation,
    decline_invitation,
    find_invitation,
    knows,
)
from portal.foundation.access import OWN_ACCOUNT, Actor
from portal.foundation.access.roles import ROLES
from portal.foundation.access.row_security import system_scope
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import PublicView, link

_STRANGER = Actor(name="Somebody invited", audience="member", permissions=frozenset({OWN_ACCOUNT.code}))


class AnswerInvitation(FormPage, PublicView):
    """Who invites, to where, as what; accept or decline."""

    form_class = Nothing
    template = "accounts/users/answer.html.jinja"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The invitation, or the page that says that it is over."""
        invitation = self._invitation()
        if invitation is None:
            return self.page("accounts/users/invitation_over.html.jinja", status=404)
        return self.page(self.template, {"form": Nothing(), **self._about(invitation)})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Accepts or declines. Somebody who has an account signs in first, with a second factor."""
        invitation = self._invitation()
        if invitation is None:
            return self.page("accounts/users/invitation_over.html.jinja", status=404)
        if request.POST.get("answer") == "decline":
            decline_invitation(_STRANGER, self.kwargs["token"])
            return self.page("accounts/users/declined.html.jinja", self._about(invitation))
        with system_scope():  # whoever holds the link may know whether their own address has an account
            known = knows(invitation.email) is not None
        if known or signed_in_user_id(request) is not None:
            if way_in := sign_in_gate(request):
                return HttpResponseRedirect(way_in)
            self.actor = build_actor(request, audience="member")
            accept_invitation(self.actor, self.kwargs["token"])
            return HttpResponseRedirect(link("accounts:select_organisation"))
        membership = accept_invitation(_STRANGER, self.kwargs["token"])
        return HttpResponseRedirect(password_path(membership.user))

    def _invitation(self) -> Invitation | None:
        with system_scope():  # the link is the proof; the invitee belongs to no organisation yet
            return find_invitation(self.kwargs["token"])

    def _about(self, invitation: Invitation) -> dict[str, Any]:
        signed_in = signed_in_user_id(self.request) is not None
        return {
            "invitation": invitation,
            "roles": [ROLES[code] for code in invitation.roles],
            "signed_in": signed_in,
            "sign_in": f"{reverse('account_login')}?{urlencode({'next': self.request.path})}",
        }
