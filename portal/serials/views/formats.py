"""How the numbers of each form are written and checked: the list, one form, trying and asking, the decision."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.errors import InvalidInput
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.serials.format_values import blind_words, format_words, rule_words, try_numbers, written_format
from portal.serials.formats import Formats
from portal.serials.forms.formats import DecideFormatForm, FormatForm
from portal.serials.models import SerialRule
from portal.serials.permissions import AGREE_FORMAT, ASK_FOR_FORMAT, VIEW_REGISTER
from portal.serials.register import numbered_items
from portal.serials.rules import FormFormat, find_rule, format_of_form, formats_of, rules_of
from portal.serials.services.keep_formats import (
    AskForFormat,
    agree_with_format,
    ask_for_format,
    reject_format,
)


class FormFormats(StaffView):
    """Every numbered form, and how its numbers are read."""

    permission = VIEW_REGISTER

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list."""
        page = page_of(numbered_items(), request.GET)
        context = {"page": page, "rows": formats_of(self.actor, list(page.rows))}
        return self.page("serials/staff/formats.html.jinja", context)


class OneFormat(StaffView):
    """One form: how its numbers are read, what waits, and every change there was."""

    permission = VIEW_REGISTER
    notices = {
        "asked": "It is saved. Numbers are read so when a second person agrees.",
        "agree": "Numbers that come in from now on are read so.",
        "reject": "Nothing changes.",
    }

    def get(self, request: HttpRequest, item: str) -> HttpResponseBase:
        """The page."""
        form = format_of_form(self.actor, item)
        page = page_of(rules_of(self.actor, form.item), request.GET)
        context = {
            "form_format": form,
            "page": page,
            "rows": [(rule, rule_words(rule)) for rule in page.rows],
            "waiting_words": rule_words(form.waiting) if form.waiting else "",
            "may_ask": self.actor.can(ASK_FOR_FORMAT) and form.waiting is None,
            "may_decide": self.actor.can(AGREE_FORMAT),
        }
        return self.page("serials/staff/format.html.jinja", context)


class AskFormat(FormPage, StaffView):
    """Tries another format on real numbers, and asks for it when it fits."""

    permission = ASK_FOR_FORMAT
    form_class = FormatForm
    template = "serials/staff/ask_format.html.jinja"
    tried: dict[str, Any] = {}

    @cached_property
    def form_format(self) -> FormFormat:
        """The form in the path. Raises NotFound."""
        return format_of_form(self.actor, self.kwargs["item"])

    def form_arguments(self) -> dict[str, Any]:
        code = self.form_format.item.code
        now, rule = Formats().now(code), self.form_format.in_force
        known: dict[str, Any] = {"digits": now.digits, "check_digits": now.check_digits}
        known["kind"] = rule.kind if rule else "none"
        if rule is not None and rule.kind == "weights":
            known |= {"modulus": rule.modulus, "characters": rule.characters, "cross_sum": rule.cross_sum}
            known["weights"] = ", ".join(map(str, rule.weights))
        return {"initial": known}

    def context(self) -> dict[str, Any]:
        return {"form_format": self.form_format, **self.tried}

    def post(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """With the first button nothing is saved: the numbers are tried, and the page says what came of it."""
        if request.POST.get("do") != "try":
            return super().post(request, **kwargs)
        form = self.form_class(data=request.POST, **self.form_arguments())
        return self.show(form, status=200 if form.is_valid() else 422)

    def show(self, form: Any, *, status: int = 200) -> HttpResponse:
        """The page, with what the format says of the numbers when there are some."""
        tried: dict[str, Any] = {}
        if form.is_bound and form.is_valid():
            values = form.values()
            try:
                written = written_format(values)
            except InvalidInput as error:
                status = 422
                for field, sentence in error.errors.items():
                    if not form.has_error(field):
                        form.add_error(field, sentence)
            else:
                tried = {
                    "tried": try_numbers(written, form.cleaned_data["examples"]),
                    "words": format_words(written, values.kind),
                    "blind": blind_words(written.check) if written.check else "",
                }
        self.tried = tried
        return super().show(form, status=status)

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Asks for it."""
        said = form.cleaned_data
        command = AskForFormat(
            item=self.kwargs["item"], values=form.values(), examples=said["examples"], reason=said["reason"]
        )
        ask_for_format(self.actor, command)
        return self.go("staff_serials:format", item=self.kwargs["item"], done="asked")


class DecideFormat(FormPage, StaffView):
    """A second person reads one more number, and decides."""

    permission = AGREE_FORMAT
    form_class = DecideFormatForm
    template = "serials/staff/decide_format.html.jinja"

    @cached_property
    def rule(self) -> SerialRule:
        """The rule in the path. Raises NotFound."""
        return find_rule(self.actor, self.kwargs["reference"])

    def form_arguments(self) -> dict[str, Any]:
        return {"own": self.rule.asked_by_id == self.actor.user_id}

    def context(self) -> dict[str, Any]:
        written = self.rule.written
        return {
            "rule": self.rule,
            "now": format_of_form(self.actor, self.rule.item.code).words,
            "words": rule_words(self.rule),
            "tried": try_numbers(written, self.rule.examples),
            "blind": blind_words(written.check) if written.check else "",
            "own": self.rule.asked_by_id == self.actor.user_id,
        }

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Agrees, or not."""
        said = form.cleaned_data
        if said["outcome"] == "agree":
            agree_with_format(self.actor, self.kwargs["reference"], said["example"])
        else:
            reject_format(self.actor, self.kwargs["reference"], said["note"])
        return self.go("staff_serials:format", item=self.rule.item.code, done=said["outcome"])
