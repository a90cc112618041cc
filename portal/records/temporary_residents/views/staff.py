"""Temporary residents' forms as the operator works with them: none may lie unseen (J11)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.foundation.files import private_download
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.records.permissions import VIEW_ALL_RECORDS
from portal.records.temporary_residents import presenters as say
from portal.records.temporary_residents import selectors as read
from portal.records.temporary_residents.forms.contractor import NarrowForm
from portal.records.temporary_residents.forms.staff import PostForm, RouteForm, WhyForm
from portal.records.temporary_residents.permissions import ROUTE_FORMS
from portal.records.temporary_residents.services.download_form import open_form
from portal.records.temporary_residents.services.route_form import post_form, route_form, take_form_back
from portal.records.temporary_residents.states import TO_ROUTE


class Forms(StaffView):
    """Forms by what is to be done with them. No patient is in the list."""

    permission = VIEW_ALL_RECORDS
    notices = {
        "routed": "The form is with the practice. It gets an e-mail.",
        "posted": "It is noted that the form was sent on paper.",
    }

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list."""
        narrowed = NarrowForm(request.GET, groups=tuple(read.STAFF_GROUPS)).narrowed()
        page = page_of(read.for_staff(self.actor, narrowed), request.GET)
        today = timezone.localdate()
        context = {
            "pages": page,
            "rows": [(form, read.age_of(form), form.due_on is not None and form.due_on < today) for form in page.rows],
            "narrowed": narrowed,
            "groups": read.STAFF_GROUPS,
            "numbers": read.queue(self.actor),
        }
        return self.page("temporary_residents/staff/forms.html.jinja", context)


class OneForm(StaffView):
    """One form, and what the operator can do with it."""

    permission = VIEW_ALL_RECORDS
    shows_patients = "handle_form"
    notices = {"taken_back": "The form is with you again. Find the practice, and send it on."}

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The page. Raises NotFound."""
        found = read.form_with(self.actor, reference)
        downloads = read.downloads_of(self.actor, found)
        may_route = self.actor.can(ROUTE_FORMS)
        context = {
            "found": found,
            "facts_of_it": say.staff_facts(found, downloads),
            "returns": read.returns_of(self.actor, found),
            "may_route": may_route and found.state in TO_ROUTE,
            "may_post": any(each.organisation_id is None for each in downloads),
            "may_take_back": may_route and found.state == "waiting",
        }
        return self.page("temporary_residents/staff/form.html.jinja", context)


class Open(StaffView):
    """The PDF of a form whose practice must be found."""

    permission = ROUTE_FORMS

    def post(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """Hands it out; who opened it is kept."""
        return private_download(open_form(self.actor, reference))


class _Act(FormPage, StaffView, abstract=True):
    permission = ROUTE_FORMS
    template = "temporary_residents/staff/act.html.jinja"
    title = ""
    text = ""
    button = ""

    def context(self) -> dict[str, Any]:
        found = read.form_with(self.actor, self.kwargs["reference"])
        return {"found": found, "title": self.title, "text": self.text, "button": self.button}


class Route(_Act):
    """Give it to the practice where the patient is registered."""

    form_class = RouteForm
    title = "Send the form to a practice"
    text = "The practice gets an e-mail, and the clock begins anew."
    button = "Send it"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends it on."""
        route_form(self.actor, self.kwargs["reference"], form.cleaned_data["practice"])
        return self.go("staff_temporary:forms", done="routed")


class TakeBack(_Act):
    """Take it from a practice that does not download it."""

    form_class = WhyForm
    title = "Take the form back"
    text = "The practice can no longer download it."
    button = "Take it back"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Takes it back."""
        take_form_back(self.actor, self.kwargs["reference"], form.cleaned_data["why"])
        return self.go("staff_temporary:form", done="taken_back", reference=self.kwargs["reference"])


class Posted(_Act):
    """It was printed and sent by post."""

    form_class = PostForm
    title = "The form was sent on paper"
    text = "For a practice where nobody uses the portal. The practice that sent the form reads that you did."
    button = "It is in the post"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Notes it."""
        post_form(self.actor, self.kwargs["reference"], form.cleaned_data["where"])
        return self.go("staff_temporary:forms", done="posted")
