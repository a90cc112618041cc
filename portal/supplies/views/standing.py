"""Standing orders: a site's own, used by everybody who orders for it (issue 5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase

from portal.foundation.access import Actor
from portal.foundation.errors import Conflict, InvalidInput, NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import ContractorView
from portal.supplies import ordering_selectors as ordering
from portal.supplies import standing_selectors as read
from portal.supplies.forms.standing import StandingForm
from portal.supplies.models import CatalogueItem, StandingOrder
from portal.supplies.permissions import PLACE_ORDER
from portal.supplies.services import keep_standing_order as keep
from portal.supplies.services.set_up_standing_order import change_standing_order, excluded, set_up_standing_order
from portal.supplies.standing_rules import standing_rules

_STEPS: dict[str, tuple[Callable[[Actor, str], StandingOrder], str]] = {
    "pause": (keep.pause_standing_order, "paused"),
    "resume": (keep.resume_standing_order, "resumed"),
    "end": (keep.end_standing_order, "ended"),
}
_DATE_STEPS: dict[str, tuple[Callable[[Actor, str, date], StandingOrder], str]] = {
    "skip": (keep.skip_date, "skipped"),
    "put-back": (keep.put_date_back, "put-back"),
}


class StandingOrders(ContractorView):
    """The site's standing orders."""

    permission = PLACE_ORDER

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The list."""
        page = page_of(read.standing_orders_of(self.actor), request.GET)
        return self.page("supplies/ordering/standing_list.html.jinja", {"rows": page.rows, "pages": page})


class SetUp(FormPage, ContractorView):
    """A standing order of what is in the basket."""

    permission = PLACE_ORDER
    form_class = StandingForm
    template = "supplies/ordering/standing_form.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """A field for each item of the basket that a standing order may hold."""
        return {"lines": [(row.item, row.quantity) for row in self._rows() if not excluded(row.item)]}

    def context(self) -> dict[str, Any]:
        """What has to stay out."""
        rows = self._rows()
        left_out: list[CatalogueItem] = [row.item for row in rows if excluded(row.item)]
        return {"left_out": left_out, "usable": len(rows) > len(left_out), "standing": None}

    def submit(self, form: StandingForm) -> HttpResponseRedirect:
        """Sets it up."""
        standing = set_up_standing_order(self.actor, form.values())
        return self.go("supplies:standing", reference=standing.reference, done="set-up")

    def _rows(self) -> list[ordering.BasketRow]:
        return ordering.basket_rows(self.actor)


class ShowStanding(ContractorView):
    """One standing order: its items, its next three dates, what became of the last ones."""

    permission = PLACE_ORDER
    notices = {
        "set-up": "The standing order is set up. Your basket is as it was.",
        "changed": "The standing order was changed. From now on it orders in your name.",
        "paused": "The standing order is paused. Nothing is ordered until somebody resumes it.",
        "resumed": "The standing order runs again, in your name.",
        "ended": "The standing order has ended. Orders already placed stay as they are.",
        "skipped": "Nothing will be ordered for that date.",
        "put-back": "That date will be ordered after all.",
    }

    def get(self, request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponseBase:
        """The page."""
        standing = read.standing_order(self.actor, reference)
        return self.page(
            "supplies/ordering/standing.html.jinja",
            {
                "standing": standing,
                "lines": standing.lines.all(),
                "dates": read.coming_dates(standing),
                "outcomes": read.outcomes_of(standing),
                "remind_days": standing_rules().remind_days,
            },
        )


class Change(FormPage, ContractorView):
    """Other dates, other numbers, another item."""

    permission = PLACE_ORDER
    form_class = StandingForm
    template = "supplies/ordering/standing_form.html.jinja"

    def form_arguments(self) -> dict[str, Any]:
        """It as it is. Raises NotFound, and Conflict when it has ended."""
        standing = self._standing()
        if standing.state == "ended":
            raise Conflict("This standing order has ended. Set up a new one instead.")
        return {
            "lines": [(line.item, line.quantity) for line in standing.lines.all()],
            "others": read.items_to_add(self.actor, standing),
            "initial": {
                name: getattr(standing, name) for name in ("name", "every_weeks", "day_of_month", "first_on", "ends_on")
            },
        }

    def context(self) -> dict[str, Any]:
        """Which one."""
        return {"standing": self._standing(), "left_out": [], "usable": True}

    def submit(self, form: StandingForm) -> HttpResponseRedirect:
        """Changes it."""
        try:
            standing = change_standing_order(self.actor, self.kwargs["reference"], form.values())
        except InvalidInput as error:
            raise InvalidInput(form.placed(error.errors)) from error
        return self.go("supplies:standing", reference=standing.reference, done="changed")

    def _standing(self) -> StandingOrder:
        return read.standing_order(self.actor, self.kwargs["reference"])


class Step(ContractorView):
    """Skip a date or put it back; pause, resume, end."""

    permission = PLACE_ORDER

    def post(self, request: HttpRequest, reference: str, step: str, **kwargs: Any) -> HttpResponseBase:
        """Does it. Raises NotFound for anything else."""
        with transaction.atomic():
            if step in _STEPS:
                run, done = _STEPS[step]
                run(self.actor, reference)
            elif step in _DATE_STEPS:
                run_date, done = _DATE_STEPS[step]
                run_date(self.actor, reference, _day(request.POST.get("day", "")))
            else:
                raise NotFound
        return self.go("supplies:standing", reference=reference, done=done)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound from error
