"""Machines, for the operator's Service Manager (J27)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone

from portal.foundation.audit.models import AuditEvent
from portal.foundation.errors import InvalidInput
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.machines.forms import AdmitForm, EndForm, TokenForm
from portal.machines.models import Machine
from portal.machines.permissions import KEEP_MACHINES
from portal.machines.recognising import find_machine, machines
from portal.machines.scopes import SCOPES
from portal.machines.services.keep_machines import admit_machine, end_machine, replace_token


class Machines(StaffView):
    """All machines, those that work first."""

    permission = KEEP_MACHINES
    notices = {"ended": "Its access has ended. Its token no longer works."}

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The list."""
        page = page_of(machines(self.actor), request.GET)
        rows = [(each, _scopes(each), _state(each)) for each in page.rows]
        return self.page("machines/staff/machines.html.jinja", {"rows": rows, "pages": page})


class OneMachine(StaffView):
    """One machine: what it may do, when it last did, and what happened to it."""

    permission = KEEP_MACHINES

    def get(self, request: HttpRequest, reference: str) -> HttpResponseBase:
        """The page. Raises NotFound."""
        machine = find_machine(self.actor, reference)
        context = {
            "machine": machine,
            "scopes": _scopes(machine),
            "state": _state(machine),
            "events": AuditEvent.objects.about("machine", reference),  # type: ignore[attr-defined]
        }
        return self.page("machines/staff/machine.html.jinja", context)


class GivesSecret(FormPage, StaffView, abstract=True):
    """A form whose answer shows a secret, once: it is in no session and no event."""

    def answer(self, form: Any) -> tuple[Machine, str]:
        """Calls one service. May raise InvalidInput."""
        raise NotImplementedError

    def post(self, request: Any, **kwargs: Any) -> HttpResponseBase:
        """As every form; a valid one shows the secret."""
        form = self.form_class(request.POST, **self.form_arguments())
        if form.is_valid():
            try:
                machine, secret = self.answer(form)
            except InvalidInput as error:
                for field, sentence in error.errors.items():
                    form.add_error(field, sentence)  # type: ignore[attr-defined]
            else:
                return self.shown(machine, secret)
        return self.show(form, status=422)

    def shown(self, machine: Machine, secret: str) -> HttpResponse:
        """The page with the secret."""
        raise NotImplementedError


class _GivesToken(GivesSecret, abstract=True):
    permission = KEEP_MACHINES

    def shown(self, machine: Machine, secret: str) -> HttpResponse:
        """The token, in no address either."""
        return self.page("machines/staff/token.html.jinja", {"machine": machine, "token": secret})


class Admit(_GivesToken):
    """Admit a machine."""

    form_class = AdmitForm
    template = "machines/staff/admit.html.jinja"

    def answer(self, form: Any) -> tuple[Machine, str]:
        """Admits it."""
        return admit_machine(self.actor, form.command())


class ReplaceToken(_GivesToken):
    """Make a new token."""

    form_class = TokenForm
    template = "machines/staff/replace.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"machine": find_machine(self.actor, self.kwargs["reference"])}

    def answer(self, form: Any) -> tuple[Machine, str]:
        """Makes it."""
        return replace_token(self.actor, self.kwargs["reference"], form.cleaned_data["token_ends_on"])


class End(FormPage, StaffView):
    """End its access."""

    permission = KEEP_MACHINES
    form_class = EndForm
    template = "machines/staff/end.html.jinja"

    def context(self) -> dict[str, Any]:
        return {"machine": find_machine(self.actor, self.kwargs["reference"])}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Ends it."""
        end_machine(self.actor, self.kwargs["reference"], form.cleaned_data["reason"])
        return self.go("staff_machines:machines", done="ended")


def _scopes(machine: Machine) -> list[str]:
    return [SCOPES[each].label for each in machine.scopes]


def _state(machine: Machine) -> tuple[str, str]:
    """What its tag says, and the tag's colour."""
    if machine.ended_at is not None:
        return "Ended", "grey"
    if machine.token_ends_on < timezone.localdate():
        return "Token ran out", "red"
    return "Works", "green"
