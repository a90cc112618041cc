"""Substitutes at the site: what it says beforehand, and its answer to an offer."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpResponseRedirect

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import ContractorView
from portal.supplies.forms.substitutes import AnswerForm, ChoiceForm
from portal.supplies.models import Substitution
from portal.supplies.order_selectors import find_order
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services.answer_substitute import answer_substitute
from portal.supplies.services.say_substitutes import say_substitutes, say_substitutes_for_order
from portal.supplies.substitution_selectors import choice_of_site, find_offer


class Substitutes(FormPage, ContractorView):
    """Whether this site takes substitutes, from the next order on."""

    permission = PLACE_ORDER
    form_class = ChoiceForm
    template = "supplies/substitutes.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"substitutes": choice_of_site(self.actor)}}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps it."""
        say_substitutes(self.actor, form.cleaned_data["substitutes"])
        return self.go("supplies:catalogue", done="substitutes")


class SubstitutesForOrder(FormPage, ContractorView):
    """The same for what one order still waits for."""

    permission = PLACE_ORDER
    form_class = ChoiceForm
    template = "supplies/substitutes.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"substitutes": find_order(self.actor, self.kwargs["reference"]).substitutes}}

    def context(self) -> dict[str, Any]:
        """The order's reference."""
        return {"reference": self.kwargs["reference"]}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Keeps it."""
        say_substitutes_for_order(self.actor, self.kwargs["reference"], form.cleaned_data["substitutes"])
        return self.go("supplies:order", reference=self.kwargs["reference"], done="substitutes")


class AnswerSubstitute(FormPage, ContractorView):
    """May we send something else? Until the last day of answering."""

    permission = PLACE_ORDER
    form_class = AnswerForm
    template = "supplies/answer_substitute.html.jinja"

    @cached_property
    def offer(self) -> Substitution:
        """The offer. Raises NotFound outside the actor's scope."""
        return find_offer(self.actor, self.kwargs["reference"], self.kwargs["offer"])

    def context(self) -> dict[str, Any]:
        return {"offer": self.offer, "reference": self.kwargs["reference"]}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Answers."""
        yes = form.cleaned_data["answer"] == "yes"
        answer_substitute(self.actor, self.kwargs["reference"], self.offer.reference, accept=yes)
        return self.go("supplies:order", reference=self.kwargs["reference"], done="swapped" if yes else "kept")
