"""The home page of the staff, and the service notices they put up."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from portal.casework.api import staff_case_cards
from portal.foundation.errors import NotFound
from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.home.forms.notice import EndNoticeForm, NoticeForm
from portal.home.models import ServiceNotice
from portal.home.notices import BOARD
from portal.home.permissions import EDIT_NOTICES, VIEW_HOME
from portal.home.querysets import notice_by_reference, notices_newest_first
from portal.home.services.add_notice import add_notice
from portal.home.services.end_notice import end_notice
from portal.records.api import staff_joining_cards, staff_record_cards
from portal.records.temporary_residents.api import staff_temporary_cards
from portal.serials.api import staff_form_cards
from portal.supplies.api import staff_cards


class StaffHome(StaffView):
    """Under /staff/: composed of what the features offer."""

    permission = VIEW_HOME

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page."""
        offers = (
            staff_case_cards,
            staff_form_cards,
            staff_cards,
            staff_record_cards,
            staff_joining_cards,
            staff_temporary_cards,
        )
        cards = [card for offered in offers for card in offered(self.actor)]
        return self.page(
            "home/staff_home.html.jinja",
            {
                "waiting": [card for card in cards if card.needs_action],
                "cards": [card for card in cards if not card.needs_action],
                "may_edit_notices": self.actor.can(EDIT_NOTICES),
                "service_notices": BOARD.shown_to("staff"),
            },
        )


class Notices(StaffView):
    """Every notice, newest first."""

    permission = EDIT_NOTICES
    notices = {"added": "The notice is up. Everybody sees it within a minute.", "ended": "The notice has ended."}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list."""
        page = page_of(notices_newest_first(), request.GET)
        return self.page("home/notices.html.jinja", {"page": page, "now": timezone.now()})


class AddNoticePage(FormPage, StaffView):
    """Puts a notice up."""

    permission = EDIT_NOTICES
    form_class = NoticeForm
    template = "home/add_notice.html.jinja"

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Adds it and goes to the list."""
        add_notice(self.actor, form.command())
        return self.go("staff:notices", done="added")


class EndNoticePage(FormPage, StaffView):
    """Asks once more, then ends a notice."""

    permission = EDIT_NOTICES
    form_class = EndNoticeForm
    template = "home/end_notice.html.jinja"

    def context(self) -> dict[str, Any]:
        """The notice. Raises NotFound."""
        return {"ending": self._notice_to_end()}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Ends it and goes to the list."""
        end_notice(self.actor, self.kwargs["reference"])
        return self.go("staff:notices", done="ended")

    def _notice_to_end(self) -> ServiceNotice:
        notice = notice_by_reference(self.kwargs["reference"])
        if notice is None:
            raise NotFound
        return notice
