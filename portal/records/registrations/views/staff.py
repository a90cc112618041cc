"""Registration events as staff see them: files, what was rejected, and what waits for a person (J28)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal.foundation.web.form_page import FormPage
from portal.foundation.web.pages import page_of
from portal.foundation.web.views import StaffView
from portal.records.registrations import presenters as say
from portal.records.registrations import selectors as read
from portal.records.registrations.comparing import answered_as_two
from portal.records.registrations.forms import Settle
from portal.records.registrations.permissions import JOIN_PATIENTS, SETTLE_EVENTS, VIEW_IMPORTS
from portal.records.registrations.services.settle_question import SettleQuestion as Command
from portal.records.registrations.services.settle_question import settle_question


class Imports(StaffView):
    """The files that were offered."""

    permission = VIEW_IMPORTS

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list, newest first; ``?show=rejected`` for those with something to do."""
        only_rejected = request.GET.get("show") == "rejected"
        page = page_of(read.imports(self.actor, only_rejected=only_rejected), request.GET)
        rows = [say.import_row(run) for run in page.rows]
        return self.page(
            "registrations/imports.html.jinja", {"rows": rows, "pages": page, "only_rejected": only_rejected}
        )


class ImportPage(StaffView):
    """One file and what of it was rejected."""

    permission = VIEW_IMPORTS

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        """The page. Raises NotFound."""
        run = read.import_with(self.actor, reference)
        page = page_of(read.rejections(run), request.GET)
        return self.page(
            "registrations/import.html.jinja",
            {
                "run": say.import_row(run),
                "is_finished": run.finished_at is not None,
                "rows": [say.rejection_row(each) for each in page.rows],
                "pages": page,
            },
        )


class Questions(StaffView):
    """Events that only a person can bring to an end."""

    permission = VIEW_IMPORTS
    notices = {"settled": "Settled. What you found out is kept with the event."}

    def get(self, request: HttpRequest) -> HttpResponse:
        """The list, oldest first; ``?show=answered`` for patients who were said to be one and count as two."""
        only_answered = request.GET.get("show") == "answered"
        found = answered_as_two(self.actor) if only_answered else read.open_questions(self.actor)
        page = page_of(found, request.GET)
        return self.page(
            "registrations/questions.html.jinja",
            {
                "rows": [say.question_row(event) for event in page.rows],
                "pages": page,
                "only_answered": only_answered,
                "may_settle": self.actor.can(SETTLE_EVENTS),
                "may_join": self.actor.can(JOIN_PATIENTS),
            },
        )


class SettleQuestion(FormPage, StaffView):
    """Somebody has found out what the rules could not: who holds the record, or how it ended."""

    permission = SETTLE_EVENTS
    template = "registrations/settle.html.jinja"
    form_class = Settle

    def context(self) -> dict[str, Any]:
        """The event in words."""
        found = read.open_question(self.actor, self.kwargs["reference"])
        return {"row": say.question_row(found), "may_join": self.actor.can(JOIN_PATIENTS)}

    def submit(self, form: Any) -> HttpResponseRedirect:
        """Settles it and goes back to the list."""
        typed = form.cleaned_data
        settle_question(
            self.actor,
            Command(reference=self.kwargs["reference"], note=typed["note"], holder=typed["holder"]),
        )
        return HttpResponseRedirect(reverse("staff_registrations:questions") + "?done=settled")
