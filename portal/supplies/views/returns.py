"""Parcels that the carrier brought back (J25)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseRedirect

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.views import StaffView
from portal.supplies.checkpoints import first_step_back
from portal.supplies.forms.orders import ButtonForm
from portal.supplies.permissions import PICK
from portal.supplies.services.return_consignment import return_consignment
from portal.supplies.warehouse_selectors import find_consignment_by


class CameBack(FormPage, StaffView):
    """Book a consignment back in that could not be delivered."""

    permission = PICK
    form_class = ButtonForm
    template = "supplies/staff/came_back.html.jinja"

    def context(self) -> dict[str, Any]:
        """The consignment. Raises NotFound for an unknown one."""
        consignment = find_consignment_by(self.actor, self.kwargs["reference"])
        return {"consignment": consignment, "first": first_step_back(consignment)}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Books it in, and goes to the order, which is picked next."""
        consignment = return_consignment(self.actor, self.kwargs["reference"])
        return self.go("staff_supplies:order", reference=consignment.order.reference, done="came_back")
