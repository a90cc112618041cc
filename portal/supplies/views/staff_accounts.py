"""An organisation's ordering rules (J5)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseRedirect

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import StaffView
from portal.supplies import stock_selectors as read
from portal.supplies.forms.staff_accounts import AccountForm
from portal.supplies.permissions import EDIT_ACCOUNT
from portal.supplies.presenters.staff_catalogue import history_row
from portal.supplies.services.change_account import ChangeAccount, change_account


class Account(FormPage, StaffView):
    """Whether every order of an organisation needs approval."""

    permission = EDIT_ACCOUNT
    form_class = AccountForm
    template = "supplies/staff_catalogue/account.html.jinja"
    notices = {"changed": "The ordering rules were changed. Orders already placed stay as they are."}

    def form_arguments(self) -> dict[str, Any]:
        """The rule as it is."""
        account = read.account_of(self.actor, self.kwargs["organisation"])
        return {"initial": {"approval_required": "yes" if account.approval_required else "no"}}

    def context(self) -> dict[str, Any]:
        """The organisation, its rule, and who changed it when."""
        account = read.account_of(self.actor, self.kwargs["organisation"])
        history = read.history_of(self.actor, "suppliesaccount", account.organisation.code)
        return {
            "organisation": account.organisation,
            "approval_required": account.approval_required,
            "history": [history_row(event) for event in history],
        }

    def submit(self, form: AccountForm) -> HttpResponseRedirect:
        """Changes it."""
        code = self.kwargs["organisation"]
        change_account(self.actor, ChangeAccount(code=code, **form.cleaned_data))
        return self.go("staff_supplies:account", organisation=code, done="changed")
