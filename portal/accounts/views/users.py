"""Managing the users of an organisation, under /o/<code>/users/ (J12, F6, F10, F11)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.accounts.actors import actor_of_member
from portal.accounts.forms.users import AddUser, EndDate, Filter, Nothing, Review, Roles
from portal.accounts.granting import grantable_roles, why_not_change
from portal.accounts.models import Invitation, Membership
from portal.accounts.permissions import MANAGE_USERS, VIEW_USERS
from portal.accounts.presenters import label_of
from portal.accounts.services.change_access import (
    change_roles,
    deactivate,
    reactivate,
    review_users,
    roles_held_on,
    set_end_date,
)
from portal.accounts.services.invite_user import cancel_invitation, invite_user, resend_invitation
from portal.accounts.user_list import due_for_review, find_membership, review_due_by, role_labels, users_of
from portal.foundation.access import Actor
from portal.foundation.access.roles import ROLES, role_codes_allowing
from portal.foundation.access.row_security import set_scope
from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import NotFound
from portal.foundation.web.exports import csv_response, xlsx_response
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import ContractorView, link
from portal.organisations.models import Organisation

_HEADS = ("Name", "E-mail", "Roles", "State", "Note", "Last review")


class Users(ContractorView):
    """Everybody with access, invited or ended, with filters."""

    permission = VIEW_USERS
    notices = {
        "invited": "The invitation is on its way. The person has access when they accept it.",
        "resent": "The invitation was sent again. The earlier link no longer works.",
        "cancelled": "The invitation is taken back.",
        "reviewed": "Your review is saved.",
        "undecided": "Nothing has changed. You can decide later.",
        "ended": "The access has ended. Other organisations of the person are not touched.",
    }

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The list, in a fixed number of queries."""
        form = Filter(data=request.GET, roles=_roles_here(self.actor))
        rows = users_of(self.actor, form.chosen())
        context = {
            "rows": rows,
            "filter": form,
            "filtered": any(request.GET.get(name) for name in ("q", "state", "role")),
            "due": sum(row.review_is_due and not row.is_self for row in rows),
            "may_manage": self.actor.can(MANAGE_USERS),
            "query": request.GET.urlencode(),
        }
        return self.page("accounts/users/users.html.jinja", context)


class Export(ContractorView):
    """The list as a file; ``?format=xlsx`` for a workbook."""

    permission = VIEW_USERS

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The same rows as the page with the same filter."""
        rows = users_of(self.actor, Filter(data=request.GET, roles=_roles_here(self.actor)).chosen())
        lines = [(row.name, row.email, row.roles, row.state_label, row.note, row.reviewed_on or "") for row in rows]
        name = f"users-{self.actor.organisation_code}"
        if request.GET.get("format") == "xlsx":
            return xlsx_response(name, _HEADS, lines)
        return csv_response(name, _HEADS, lines)


class Add(FormPage, ContractorView):
    """Invite somebody."""

    permission = MANAGE_USERS
    form_class = AddUser
    template = "accounts/users/add.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        places = _managed_places(self.actor)
        return {"roles": grantable_roles(self.actor, _here(self.actor)), "places": places}

    def context(self) -> dict[str, Any]:
        return {"several": len(_managed_places(self.actor)) > 1}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Invites, at the organisation chosen where there are several."""
        code = form.cleaned_data.get("organisation") or self.actor.organisation_code
        actor = self.actor if code == self.actor.organisation_code else actor_of_member(self.actor.user_id, code)
        if actor is None:
            raise NotFound
        # From here on the person acts for the site they chose, so the second wall must, too.
        set_scope("contractor", actor.organisation_id)
        invite_user(actor, form.command())
        return HttpResponseRedirect(link("users:list", code=code, done="invited"))


class Person(ContractorView):
    """One person: roles, dates, what happened, and what can be changed."""

    permission = VIEW_USERS
    notices = {
        "roles": "The roles are changed. It counts from the person's next page on.",
        "end_date": "The last day is saved.",
        "reactivated": "The person has access again.",
    }

    def get(self, request: HttpRequest, code: str, reference: str) -> HttpResponseBase:
        """The page. Raises NotFound for another organisation's membership."""
        membership = find_membership(self.actor, reference)
        context = {
            "membership": membership,
            "roles": role_labels(membership),
            "ended": membership.ends_on is not None and membership.ends_on < timezone.localdate(),
            "changeable": self.actor.can(MANAGE_USERS) and _may_change(self.actor, membership),
            "is_self": membership.user_id == self.actor.user_id,
            "is_main_contact": "main_contact" in roles_held_on(membership),
            "review_is_due": membership.reviewed_on <= review_due_by(),
            "events": AuditEvent.objects.about("membership", reference),  # type: ignore[attr-defined]
        }
        return self.page("accounts/users/person.html.jinja", context)


class _Change(FormPage, ContractorView, abstract=True):
    permission = MANAGE_USERS

    def membership(self) -> Membership:
        """The membership in the path. Raises NotFound outside the organisation."""
        return find_membership(self.actor, self.kwargs["reference"])

    def context(self) -> dict[str, Any]:
        return {"membership": self.membership()}

    def back(self, done: str) -> HttpResponseRedirect:
        """To the person's page."""
        return self.go("users:person", reference=self.kwargs["reference"], done=done)


class ChangeRoles(_Change):
    """Exactly these roles."""

    form_class = Roles
    template = "accounts/users/roles.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        held = roles_held_on(self.membership())
        grantable = grantable_roles(self.actor, _here(self.actor))
        codes = [code for code in ROLES if code in held or code in grantable]
        return {"roles": codes, "initial": {"roles": sorted(held)}}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Changes them."""
        change_roles(self.actor, self.kwargs["reference"], form.cleaned_data["roles"])
        return self.back("roles")


class SetEndDate(_Change):
    """The last day."""

    form_class = EndDate
    template = "accounts/users/end_date.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"ends_on": self.membership().ends_on}}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sets it."""
        set_end_date(self.actor, self.kwargs["reference"], form.cleaned_data["ends_on"])
        return self.back("end_date")


class Deactivate(_Change):
    """Asks once more, then ends the access."""

    form_class = Nothing
    template = "accounts/users/deactivate.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Ends it."""
        deactivate(self.actor, self.kwargs["reference"])
        return self.go("users:list", done="ended")


class Reactivate(_Change):
    """Access again, with roles chosen anew."""

    form_class = Roles
    template = "accounts/users/reactivate.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"roles": grantable_roles(self.actor, _here(self.actor))}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Gives it; the new membership has a page of its own."""
        membership = reactivate(self.actor, self.kwargs["reference"], form.cleaned_data["roles"])
        return self.go("users:person", reference=membership.reference, done="reactivated")


class ReviewUsers(FormPage, ContractorView):
    """Every 90 days: who still needs access?"""

    permission = MANAGE_USERS
    form_class = Review
    template = "accounts/users/review.html.jinja"

    def _people(self) -> list[tuple[str, str]]:
        return [
            (membership.reference, f"{membership.user.name}: {role_labels(membership) or 'no role'}")
            for membership in due_for_review(self.actor)
            if _may_change(self.actor, membership)
        ]

    def form_arguments(self) -> dict[str, Any]:
        return {"people": self._people()}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Saves the review."""
        keep, end = form.chosen("keep"), form.chosen("end")
        review_users(self.actor, keep, end)
        return self.go("users:list", done="reviewed" if keep or end else "undecided")


class _OneInvitation(FormPage, ContractorView, abstract=True):
    permission = MANAGE_USERS
    form_class = Nothing
    template = "accounts/users/invitation.html.jinja"

    def context(self) -> dict[str, Any]:
        invitation = Invitation.objects.visible_to(self.actor).filter(reference=self.kwargs["reference"]).first()  # type: ignore[attr-defined]
        if invitation is None:
            raise NotFound
        return {"invitation": invitation, "roles": [ROLES[code].label for code in invitation.roles]}


class ResendInvitation(_OneInvitation):
    """Send it again with a new link."""

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends it."""
        resend_invitation(self.actor, self.kwargs["reference"])
        return self.go("users:list", done="resent")


class CancelInvitation(_OneInvitation):
    """Take it back."""

    template = "accounts/users/cancel_invitation.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes it back."""
        cancel_invitation(self.actor, self.kwargs["reference"])
        return self.go("users:list", done="cancelled")


def _may_change(actor: Actor, membership: Membership) -> bool:
    held = {grant.role for grant in membership.grants.all() if grant.ended_at is None}
    return not why_not_change(actor, membership, held)


def _here(actor: Actor) -> Organisation:
    return Organisation.objects.visible_to(actor).get(pk=actor.organisation_id)


def _roles_here(actor: Actor) -> list[str]:
    return [code for code, role in ROLES.items() if actor.contractor_type in role.held_at]


def _managed_places(actor: Actor) -> list[tuple[str, str]]:
    """(code, name and address) of every site where the person manages users: F10 asks which one is meant."""
    memberships = Membership.objects.visible_to(actor).live().select_related("organisation")  # type: ignore[attr-defined]
    managing = role_codes_allowing(MANAGE_USERS.code)
    managed = memberships.filter(grants__ended_at=None, grants__role__in=managing).distinct()
    return [(each.organisation.code, label_of(each.organisation)) for each in managed.order_by("organisation__name")]
