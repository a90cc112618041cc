"""Substitutes at the operator: the catalogue's rules, and offering one for a line that waits."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponseRedirect
from django.utils import timezone

from portal.foundation.errors import NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import StaffView
from portal.supplies import stock_selectors as read
from portal.supplies.forms.orders import ButtonForm
from portal.supplies.forms.substitutes import OfferForm, RuleForm
from portal.supplies.models import Order, OrderLine
from portal.supplies.order_selectors import find_order
from portal.supplies.permissions import EDIT_CATALOGUE, SUBSTITUTE
from portal.supplies.services.keep_substitutes import AllowSubstitute, allow_substitute, end_substitute
from portal.supplies.services.offer_substitute import OfferSubstitute, offer_substitute, withdraw_substitute
from portal.supplies.services.swap_line import waiting_packs
from portal.supplies.substitution_selectors import choices_for, rules_of


class Rules(FormPage, StaffView):
    """What may be sent instead of an item, and a form for another rule."""

    permission = EDIT_CATALOGUE
    form_class = RuleForm
    template = "supplies/staff_catalogue/substitutes.html.jinja"
    notices = {"allowed": "The substitute is allowed.", "ended": "The substitute is not offered any more."}

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"valid_from": timezone.localdate(), "packs": 1, "instead_of": 1}}

    def context(self) -> dict[str, Any]:
        """The item and its rules."""
        item = read.catalogue_item(self.actor, self.kwargs["item"])
        return {"item": item, "rules": rules_of(item), "today": timezone.localdate()}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Allows it."""
        allow_substitute(self.actor, AllowSubstitute(item=self.kwargs["item"], **form.cleaned_data))
        return self.go("staff_supplies:substitutes", item=self.kwargs["item"], done="allowed")


class EndRule(FormPage, StaffView):
    """A substitute is not offered any more."""

    permission = EDIT_CATALOGUE
    form_class = ButtonForm
    template = "supplies/staff_catalogue/end_substitute.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"item": read.catalogue_item(self.actor, self.kwargs["item"]), "substitute": self.kwargs["substitute"]}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Ends it."""
        end_substitute(self.actor, self.kwargs["item"], self.kwargs["substitute"])
        return self.go("staff_supplies:substitutes", item=self.kwargs["item"], done="ended")


class Offer(FormPage, StaffView):
    """Offer something else for a line that waits for stock."""

    permission = SUBSTITUTE
    form_class = OfferForm
    template = "supplies/staff/offer_substitute.html.jinja"

    @cached_property
    def order(self) -> Order:
        """The order in the path."""
        return find_order(self.actor, self.kwargs["reference"])

    @cached_property
    def line(self) -> OrderLine:
        """The line in the path. Raises NotFound for an item that is not in the order."""
        found = self.order.lines.select_related("item").filter(item_code=self.kwargs["item"]).first()
        if found is None:
            raise NotFound
        return found

    def form_arguments(self) -> dict[str, Any]:
        return {"choices": choices_for(self.order, self.line)}

    def context(self) -> dict[str, Any]:
        """The line, and what the site has said."""
        return {
            "order": self.order,
            "line": self.line,
            "packs": waiting_packs(self.line),
            "choices": choices_for(self.order, self.line),
            "open": self.line.substitutions.filter(state="asked").select_related("item").first(),
        }

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Sends it, or asks."""
        command = OfferSubstitute(
            order=self.order.reference, item=self.line.item_code, substitute=form.cleaned_data["substitute"]
        )
        offer = offer_substitute(self.actor, command)
        done = "substituted" if offer.state == "accepted" else "asked"
        return self.go("staff_supplies:order", reference=self.order.reference, done=done)


class Withdraw(FormPage, StaffView):
    """Take an offer back that nobody has answered."""

    permission = SUBSTITUTE
    form_class = ButtonForm
    template = "supplies/staff/withdraw_substitute.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"order": find_order(self.actor, self.kwargs["reference"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Withdraws it."""
        withdraw_substitute(self.actor, self.kwargs["reference"], self.kwargs["offer"])
        return self.go("staff_supplies:order", reference=self.kwargs["reference"], done="withdrawn")
