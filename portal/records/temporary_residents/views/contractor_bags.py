"""Bags of forms on paper, for a practice without a scanner (J11)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import Conflict
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.organisations.api import organisation_with_code
from portal.records.temporary_residents import bag_selectors as read
from portal.records.temporary_residents.documents import bag_of_forms_labels
from portal.records.temporary_residents.forms.bags import HandOverForm, LabelsForm
from portal.records.temporary_residents.permissions import HANDLE_FORMS, VIEW_FORMS
from portal.records.temporary_residents.services.prepare_bag import hand_bag_over, make_bag_labels, void_bag_label


class Bags(ContractorView):
    """The practice's bags, the newest first."""

    permission = VIEW_FORMS
    notices = {
        "made": "The labels are made. Print them, and put one on each bag.",
        "handed_over": "The courier has the bag. You see here when it is at the hub.",
        "void": "The label is void. Throw it away.",
    }

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The list."""
        page = page_of(read.bags_of(self.actor), request.GET)
        context = {
            "pages": page,
            "to_print": len(read.to_print(self.actor)),
            "may_handle": self.actor.can(HANDLE_FORMS),
        }
        return self.page("temporary_residents/bags.html.jinja", context)


class AskForLabels(FormPage, ContractorView):
    """Make labels, one for each bag."""

    permission = HANDLE_FORMS
    form_class = LabelsForm
    template = "temporary_residents/ask_for_labels.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Makes them; the print-out is a page of its own."""
        make_bag_labels(self.actor, form.cleaned_data["number"])
        return self.go("temporary:bags", done="made")


class BagLabels(ContractorView):
    """The labels of bags that have not left, to print."""

    permission = HANDLE_FORMS

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:
        """The PDF."""
        bags = read.to_print(self.actor)
        if not bags:
            raise Conflict("Make the labels first.")
        site = organisation_with_code(self.actor.organisation_code)
        response = HttpResponse(bag_of_forms_labels(bags, site, read.hub_name()), content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="labels-forms-{site.code}.pdf"'
        return response


class HandOver(FormPage, ContractorView):
    """The courier takes the bag."""

    permission = HANDLE_FORMS
    form_class = HandOverForm
    template = "temporary_residents/hand_over.html.jinja"

    def context(self) -> dict[str, Any]:
        """The bag. Raises NotFound."""
        return {"bag": read.bag_with(self.actor, self.kwargs["bag"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Says so."""
        hand_bag_over(self.actor, self.kwargs["bag"], form.cleaned_data["forms"])
        return self.go("temporary:bags", done="handed_over")


class VoidLabel(ContractorView):
    """The label is not used."""

    permission = HANDLE_FORMS

    def post(self, request: HttpRequest, code: str, bag: str) -> HttpResponseBase:
        """Says so."""
        void_bag_label(self.actor, bag)
        return self.go("temporary:bags", done="void")
